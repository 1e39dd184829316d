package switchd.darwin;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static switchd.darwin.DarwinConstants.KEV_DL_IF_ATTACHED;
import static switchd.darwin.DarwinConstants.KEV_DL_IF_DETACHED;
import static switchd.darwin.DarwinConstants.KEV_DL_IF_DETACHING;
import static switchd.darwin.DarwinConstants.KEV_DL_LINK_ADDRESS_CHANGED;
import static switchd.darwin.DarwinConstants.KEV_DL_LINK_OFF;
import static switchd.darwin.DarwinConstants.KEV_DL_LINK_ON;
import static switchd.darwin.DarwinConstants.KEV_DL_PROTO_ATTACHED;
import static switchd.darwin.DarwinConstants.KEV_DL_PROTO_DETACHED;
import static switchd.darwin.DarwinConstants.KEV_DL_SIFFLAGS;
import static switchd.darwin.DarwinConstants.KEV_DL_SIFMTU;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import switchd.core.InterfaceName;

/// What the kernel tells of an interface.
public sealed interface KernelEvent {
    /// The interface that it happened to.
    InterfaceName name();

    /// It is there.
    record InterfaceAttached(InterfaceName name) implements KernelEvent {}

    /// It is about to go.
    record InterfaceDetaching(InterfaceName name) implements KernelEvent {}

    /// It is gone.
    record InterfaceDetached(InterfaceName name) implements KernelEvent {}

    /// It has a carrier; a feth has a peer.
    record LinkOn(InterfaceName name) implements KernelEvent {}

    /// It has no carrier; a feth has lost its peer.
    record LinkOff(InterfaceName name) implements KernelEvent {}

    /// Its flags have changed, `IFF_UP` perhaps: protocols that come and go change it too.
    record FlagsChanged(InterfaceName name) implements KernelEvent {}

    /// Its MTU has changed.
    record MtuChanged(InterfaceName name) implements KernelEvent {}

    /// Its link-layer address has changed.
    record AddressChanged(InterfaceName name) implements KernelEvent {}

    /// It has become a member of a bridge.
    record BridgeAttached(InterfaceName name) implements KernelEvent {}

    /// It is a member of a bridge no more: taken out, or the bridge is gone.
    record BridgeDetached(InterfaceName name) implements KernelEvent {}

    /// Reads one message of the kernel.
    ///
    /// @param message the bytes that one read gave
    /// @return null for an event of no interest, and for what is no such message
    static @Nullable KernelEvent decode(MemorySegment message) {
        if (!Message.isComplete(message)) {
            return null;
        }
        InterfaceName name = Message.name(message);
        if (name == null) {
            return null;
        }
        return switch (message.get(JAVA_INT, Message.CODE)) {
            case KEV_DL_IF_ATTACHED -> new InterfaceAttached(name);
            case KEV_DL_IF_DETACHING -> new InterfaceDetaching(name);
            case KEV_DL_IF_DETACHED -> new InterfaceDetached(name);
            case KEV_DL_LINK_ON -> new LinkOn(name);
            case KEV_DL_LINK_OFF -> new LinkOff(name);
            case KEV_DL_SIFFLAGS -> new FlagsChanged(name);
            case KEV_DL_SIFMTU -> new MtuChanged(name);
            case KEV_DL_LINK_ADDRESS_CHANGED -> new AddressChanged(name);
            case KEV_DL_PROTO_ATTACHED ->
                    Message.isOfBridge(message) ? new BridgeAttached(name) : null;
            case KEV_DL_PROTO_DETACHED ->
                    Message.isOfBridge(message) ? new BridgeDetached(name) : null;
            default -> null;
        };
    }

    /// Where things lie in a `struct kern_event_msg` about a data link, and what can be said of its
    /// bytes.
    final class Message {
        private static final long TOTAL = Structs.offset(Structs.KERN_EVENT_MSG, "total_size");
        private static final long VENDOR = Structs.offset(Structs.KERN_EVENT_MSG, "vendor_code");
        private static final long CLASS = Structs.offset(Structs.KERN_EVENT_MSG, "kev_class");
        private static final long SUBCLASS = Structs.offset(Structs.KERN_EVENT_MSG, "kev_subclass");
        private static final long CODE = Structs.offset(Structs.KERN_EVENT_MSG, "event_code");
        private static final long DATA = Structs.offset(Structs.KERN_EVENT_MSG, "event_data");
        private static final long UNIT = DATA + Structs.offset(Structs.NET_EVENT_DATA, "if_unit");
        private static final long NAME = DATA + Structs.offset(Structs.NET_EVENT_DATA, "if_name");
        private static final long FAMILY =
                DATA + Structs.offset(Structs.KEV_DL_PROTO_DATA, "proto_family");

        // XNU bsd/sys/socket_private.h, 'brdg'
        private static final int PF_BRIDGE = 0x62726467;

        private Message() {}

        private static boolean isComplete(MemorySegment message) {
            return message.byteSize() >= DATA + Structs.NET_EVENT_DATA.byteSize()
                    && Integer.toUnsignedLong(message.get(JAVA_INT, TOTAL)) <= message.byteSize()
                    && message.get(JAVA_INT, VENDOR) == DarwinConstants.KEV_VENDOR_APPLE
                    && message.get(JAVA_INT, CLASS) == DarwinConstants.KEV_NETWORK_CLASS
                    && message.get(JAVA_INT, SUBCLASS) == DarwinConstants.KEV_DL_SUBCLASS;
        }

        /// The kernel gives the name without its number: `feth` and 3.
        private static @Nullable InterfaceName name(MemorySegment message) {
            byte[] bytes = message.asSlice(NAME, Structs.IFNAMSIZ).toArray(JAVA_BYTE);
            int length = 0;
            while (length < bytes.length && bytes[length] != 0) {
                length++;
            }
            String unit = Integer.toUnsignedString(message.get(JAVA_INT, UNIT));
            try {
                return new InterfaceName(new String(bytes, 0, length, ISO_8859_1) + unit);
            } catch (IllegalArgumentException _) {
                return null;
            }
        }

        private static boolean isOfBridge(MemorySegment message) {
            return message.byteSize() >= FAMILY + Integer.BYTES
                    && message.get(JAVA_INT, FAMILY) == PF_BRIDGE;
        }
    }
}
