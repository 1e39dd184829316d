package switchd.daemon;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import switchd.core.InterfaceName;
import switchd.core.UsageException;

/// A network as the operator wants it.
///
/// @param name what ports and reports call it
/// @param kind what its frames go to
/// @param mtu what the VMs use, in bytes; null for that of the bridge or NIC, or
///   [DaemonSpec#DEFAULT_MTU] where there is none
/// @param guards of its ports, where they say nothing else
public record NetworkSpec(String name, Kind kind, @Nullable Integer mtu, GuardSpec guards) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,31}");

    private static final int SMALLEST_MTU = 68; // RFC 791
    private static final int LARGEST_MTU = 65_535;

    /// A network without guards of its own.
    public NetworkSpec(String name, Kind kind, @Nullable Integer mtu) {
        this(name, kind, mtu, GuardSpec.NONE);
    }

    /// The same with guards.
    public NetworkSpec guardedBy(GuardSpec wanted) {
        return new NetworkSpec(name, kind, mtu, wanted);
    }

    /// A network of that kind, called after its bridge or NIC, or `isolated`.
    public static NetworkSpec of(Kind kind) {
        return new NetworkSpec(kind.usualName(), kind, null);
    }

    /// What the frames of a network go to.
    public sealed interface Kind {
        /// What it is called in reports.
        String label();

        /// What a network of this kind is called where nobody gave it a name.
        String usualName();

        /// True where frames of `other` go to the same bridge, NIC or ports, however it is made and
        /// kept.
        default boolean isSameLan(Kind other) {
            return label().equals(other.label()) && usualName().equals(other.usualName());
        }
    }

    /// A bridge of the host.
    ///
    /// @param bridge its name
    /// @param create whether it is made where there is none; it goes with the network then
    /// @param keepMembers whether members that it had at the start and loses are put back
    /// @param offload whether the kernel may leave cutting segments and finishing checksums to us
    public record Bridge(InterfaceName bridge, boolean create, boolean keepMembers, boolean offload)
            implements Kind {
        /// One whose members are its maker's business.
        public Bridge(InterfaceName bridge, boolean create) {
            this(bridge, create, false);
        }

        /// One with offload.
        public Bridge(InterfaceName bridge, boolean create, boolean keepMembers) {
            this(bridge, create, keepMembers, true);
        }

        @Override
        public String label() {
            return "bridge";
        }

        @Override
        public String usualName() {
            return bridge.value();
        }
    }

    /// The LAN behind a NIC, without a bridge.
    ///
    /// @param nic its name
    public record Nic(InterfaceName nic) implements Kind {
        @Override
        public String label() {
            return "interface";
        }

        @Override
        public String usualName() {
            return nic.value();
        }
    }

    /// The ports alone.
    public record Isolated() implements Kind {
        @Override
        public String label() {
            return "isolated";
        }

        @Override
        public String usualName() {
            return "isolated";
        }
    }

    /// Checks what can be checked without the kernel.
    ///
    /// @throws UsageException naming what is wrong
    public NetworkSpec validated() throws UsageException {
        if (!NAME.matcher(name).matches()) {
            throw new UsageException(
                    "a network's name: 1 to 32 letters, digits, dots and dashes, not '"
                            + name
                            + "'");
        }
        if (mtu != null && (mtu < SMALLEST_MTU || mtu > LARGEST_MTU)) {
            throw new UsageException(
                    "--mtu: " + SMALLEST_MTU + " to " + LARGEST_MTU + ", not " + mtu);
        }
        return this;
    }
}
