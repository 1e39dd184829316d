package switchd.darwin;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.core.InterfaceName;
import switchd.darwin.testkit.Abi;

class KernelEventTest {
    private static final int BRIDGE = 0x62726467;
    private static final int NDRV = 27;
    private static final int DATA = Abi.offset("kern_event_msg", "event_data");

    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        arena.close();
    }

    private MemorySegment message(String code, String name, int unit, int family) {
        int bytes = DATA + Abi.size("kev_dl_proto_data");
        MemorySegment message = arena.allocate(bytes, 8);
        put(message, Abi.offset("kern_event_msg", "total_size"), bytes);
        put(message, Abi.offset("kern_event_msg", "vendor_code"), constant("KEV_VENDOR_APPLE"));
        put(message, Abi.offset("kern_event_msg", "kev_class"), constant("KEV_NETWORK_CLASS"));
        put(message, Abi.offset("kern_event_msg", "kev_subclass"), constant("KEV_DL_SUBCLASS"));
        put(message, Abi.offset("kern_event_msg", "event_code"), constant(code));
        put(message, DATA + Abi.offset("net_event_data", "if_unit"), unit);
        put(message, DATA + Abi.offset("kev_dl_proto_data", "proto_family"), family);
        MemorySegment.copy(
                name.getBytes(US_ASCII),
                0,
                message,
                ValueLayout.JAVA_BYTE,
                DATA + Abi.offset("net_event_data", "if_name"),
                name.length());
        return message;
    }

    private static int constant(String name) {
        return (int) Abi.constant(name);
    }

    private static void put(MemorySegment message, int offset, int value) {
        message.set(ValueLayout.JAVA_INT, offset, value);
    }

    @ParameterizedTest
    @CsvSource({
        "KEV_DL_IF_ATTACHED, InterfaceAttached",
        "KEV_DL_IF_DETACHING, InterfaceDetaching",
        "KEV_DL_IF_DETACHED, InterfaceDetached",
        "KEV_DL_LINK_ON, LinkOn",
        "KEV_DL_LINK_OFF, LinkOff",
        "KEV_DL_SIFFLAGS, FlagsChanged",
        "KEV_DL_SIFMTU, MtuChanged",
        "KEV_DL_LINK_ADDRESS_CHANGED, AddressChanged",
        "KEV_DL_PROTO_ATTACHED, BridgeAttached",
        "KEV_DL_PROTO_DETACHED, BridgeDetached"
    })
    void eachIsReadWithItsInterface(String code, String kind) {
        KernelEvent event = KernelEvent.decode(message(code, "feth", 103, BRIDGE));
        assertThat(event).isNotNull();
        assertThat(event.getClass().getSimpleName()).isEqualTo(kind);
        assertThat(event.name()).isEqualTo(new InterfaceName("feth103"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"KEV_DL_IFCAP_CHANGED", "KEV_DL_LINK_QUALITY_METRIC_CHANGED"})
    void othersAreOfNoInterest(String code) {
        assertThat(KernelEvent.decode(message(code, "en", 0, 0))).isNull();
    }

    @Test
    void protocolsOtherThanTheBridgesAreOfNoInterest() {
        assertThat(KernelEvent.decode(message("KEV_DL_PROTO_ATTACHED", "feth", 1, NDRV))).isNull();
        assertThat(KernelEvent.decode(message("KEV_DL_PROTO_DETACHED", "feth", 1, NDRV))).isNull();
    }

    @Test
    void aNameThatIsNoneIsPassedOver() {
        assertThat(KernelEvent.decode(message("KEV_DL_LINK_ON", "", 1, 0)))
                .isEqualTo(new KernelEvent.LinkOn(new InterfaceName("1")));
        assertThat(KernelEvent.decode(message("KEV_DL_LINK_ON", "sixteen-bytes-xx", 1, 0)))
                .isNull();
        assertThat(KernelEvent.decode(message("KEV_DL_LINK_ON", "a b", 1, 0))).isNull();
        assertThat(KernelEvent.decode(message("KEV_DL_LINK_ON", "en", -1, 0)))
                .isEqualTo(new KernelEvent.LinkOn(new InterfaceName("en4294967295")));
    }

    @Test
    void shortMessagesAreNone() {
        MemorySegment whole = message("KEV_DL_PROTO_ATTACHED", "feth", 0, BRIDGE);
        for (long length = 0; length < whole.byteSize() - 4; length++) {
            assertThat(KernelEvent.decode(whole.asSlice(0, length))).isNull();
        }
    }

    @Test
    void messagesOfOthersAreNone() {
        for (String field : new String[] {"vendor_code", "kev_class", "kev_subclass"}) {
            MemorySegment message = message("KEV_DL_LINK_ON", "en", 0, 0);
            put(message, Abi.offset("kern_event_msg", field), 7);
            assertThat(KernelEvent.decode(message)).as(field).isNull();
        }
    }

    @Test
    void noiseDoesNoHarm() {
        Random random = new Random(1);
        byte[] noise = new byte[64];
        for (int i = 0; i < 20_000; i++) {
            MemorySegment message = message("KEV_DL_LINK_ON", "en", 0, 0);
            random.nextBytes(noise);
            int from = random.nextInt((int) message.byteSize());
            int count = random.nextInt((int) message.byteSize() - from);
            MemorySegment.copy(noise, 0, message, ValueLayout.JAVA_BYTE, from, Math.min(count, 64));
            KernelEvent.decode(message.asSlice(0, random.nextLong(message.byteSize())));
        }
    }
}
