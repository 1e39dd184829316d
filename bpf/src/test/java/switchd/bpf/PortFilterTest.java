package switchd.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.core.MacAddress;
import switchd.core.Reception;
import switchd.darwin.testkit.BpfInterpreter;

class PortFilterTest {
    private static final String VM = "52:54:00:12:34:56";
    private static final String OTHER = "02:00:00:00:00:02";
    private static final List<BpfInstruction> VM_PROGRAM = vm(VM);
    private static final List<BpfInstruction> GROUPS = PortFilter.of(new Reception.Groups());
    private static final int MAX_OFFSET = 512 * 1024;
    private static final long SEED = 20_251_120;

    @ParameterizedTest(name = "to {0} from {1}: {2}")
    @CsvSource({
        "52:54:00:12:34:56, 02:00:00:00:00:02, true", // the VM's
        "ff:ff:ff:ff:ff:ff, 02:00:00:00:00:02, true", // broadcast: ARP, DHCP
        "33:33:00:00:00:01, 02:00:00:00:00:02, true", // IPv6 neighbour discovery
        "01:00:5e:00:00:fb, 02:00:00:00:00:02, true", // mDNS
        "01:80:c2:00:00:00, 02:00:00:00:00:02, true", // spanning tree
        "01:00:ff:ff:ff:ff, 02:00:00:00:00:02, true", // looks like the broadcast address's end
        "03:00:00:12:34:56, 02:00:00:00:00:02, true", // a group with the VM's low octets
        "02:00:00:00:00:09, 02:00:00:00:00:02, false", // somebody else's
        "52:55:00:12:34:56, 02:00:00:00:00:02, false", // the VM's low octets under another OUI
        "52:54:01:12:34:56, 02:00:00:00:00:02, false",
        "00:54:00:12:34:56, 02:00:00:00:00:02, false",
        "52:54:00:12:34:57, 02:00:00:00:00:02, false", // its neighbours
        "52:54:00:12:34:55, 02:00:00:00:00:02, false",
        "00:01:01:01:01:01, 02:00:00:00:00:02, false", // the bit in other octets is no group
        "fe:ff:ff:ff:ff:ff, 02:00:00:00:00:02, false", // broadcast but for the bit
        "00:00:00:00:00:00, 02:00:00:00:00:02, false",
        "52:54:00:12:34:56, 52:54:00:12:34:56, false", // the VM's own frames, however they come
        "ff:ff:ff:ff:ff:ff, 52:54:00:12:34:56, false",
        "33:33:00:00:00:01, 52:54:00:12:34:56, false",
        "ff:ff:ff:ff:ff:ff, 52:55:00:12:34:56, true", // nearly its own
        "ff:ff:ff:ff:ff:ff, 53:54:00:12:34:56, true",
        "ff:ff:ff:ff:ff:ff, 52:54:00:12:34:57, true",
        "52:54:00:12:34:56, 52:54:00:12:34:57, true",
    })
    void theVmGetsItsOwnAndGroups(String destination, String source, boolean passes) {
        assertThat(passes(VM_PROGRAM, frame(destination, source, 60))).isEqualTo(passes);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5, 0x33, 0xff})
    void aGroupIsToldByTheLowestBitOfTheFirstOctet(int first) {
        byte[] frame = frame("00:54:00:12:34:57", OTHER, 60);
        frame[0] = (byte) first;
        assertThat(passes(VM_PROGRAM, frame)).isTrue();
        assertThat(passes(GROUPS, frame)).isTrue();
        frame[0] = (byte) (first & ~1);
        assertThat(passes(VM_PROGRAM, frame)).isFalse();
        assertThat(passes(GROUPS, frame)).isFalse();
    }

    @Test
    void groupsAreGroupsWhoeverSends() {
        assertThat(passes(GROUPS, frame("ff:ff:ff:ff:ff:ff", VM, 60))).isTrue();
        assertThat(passes(GROUPS, frame("01:00:ff:ff:ff:ff", OTHER, 60))).isTrue();
        assertThat(passes(GROUPS, frame(VM, OTHER, 60))).isFalse();
        assertThat(passes(GROUPS, frame("00:01:00:00:00:00", OTHER, 60))).isFalse();
    }

    @Test
    void everythingIsEverythingAndNothingNothing() {
        List<BpfInstruction> everything = PortFilter.of(new Reception.Everything());
        assertThat(passes(everything, frame("02:00:00:00:00:09", VM, 60))).isTrue();
        assertThat(passes(everything, frame(VM, VM, 60))).isTrue();
        assertThat(passes(PortFilter.nothing(), frame(VM, OTHER, 60))).isFalse();
        assertThat(passes(PortFilter.nothing(), frame("ff:ff:ff:ff:ff:ff", OTHER, 60))).isFalse();
    }

    @Test
    void framesThatEndBeforeTheirAddressesAreRejected() {
        for (int length = 0; length < 12; length++) {
            assertThat(passes(VM_PROGRAM, frame(VM, OTHER, length))).as("%d", length).isFalse();
        }
        for (int length = 12; length < 20; length++) {
            assertThat(passes(VM_PROGRAM, frame(VM, OTHER, length))).as("%d", length).isTrue();
        }
        assertThat(passes(GROUPS, new byte[0])).isFalse();
    }

    @Test
    void aWholeFrameIsKept() {
        assertThat(run(VM_PROGRAM, frame(VM, OTHER, 60)))
                .isEqualTo(PortFilter.WHOLE_FRAME)
                .isGreaterThan(65_535 + 18);
    }

    @Test
    void thePropertyHoldsForAnyAddresses() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        for (int i = 0; i < 20_000; i++) {
            long vm = near(random, 0) & ~(1L << 40);
            long destination = near(random, vm);
            long source = near(random, vm);
            boolean wanted = source != vm && (destination == vm || MacAddress.isGroup(destination));
            byte[] frame = frame(text(destination), text(source), 14 + random.nextInt(100));
            assertThat(passes(vm(text(vm)), frame))
                    .as(
                            "seed %d: %s, to %s, from %s",
                            SEED, text(vm), text(destination), text(source))
                    .isEqualTo(wanted);
        }
    }

    /// An address that is often `base` or differs from it in one octet or bit.
    private static long near(RandomGenerator random, long base) {
        long any = random.nextLong() >>> 16;
        return switch (random.nextInt(4)) {
            case 0 -> base;
            case 1 -> base ^ 1L << random.nextInt(48);
            case 2 -> base ^ (any & 0xffL << (8 * random.nextInt(6)));
            default -> any;
        };
    }

    @Test
    void everyJumpStaysInsideAndEveryPathEnds() {
        for (List<BpfInstruction> program : List.of(VM_PROGRAM, GROUPS, PortFilter.nothing())) {
            for (int i = 0; i < program.size(); i++) {
                BpfInstruction instruction = program.get(i);
                assertThat(i + 1 + Math.max(instruction.jt(), instruction.jf()))
                        .isLessThanOrEqualTo(
                                instruction.code() == BpfInstruction.RETURN
                                        ? program.size()
                                        : program.size() - 1);
            }
            assertThat(program.getLast().code()).isEqualTo(BpfInstruction.RETURN);
        }
    }

    @Test
    void anInstructionThatCannotBeEncodedIsRefused() {
        assertThatThrownBy(() -> new BpfInstruction(BpfInstruction.JUMP_SET, 256, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BpfInstruction(BpfInstruction.JUMP_SET, 0, -1, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BpfInstruction(0x1_0000, 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static List<BpfInstruction> vm(String address) {
        return PortFilter.of(new Reception.Vm(MacAddress.parse(address)));
    }

    private static boolean passes(List<BpfInstruction> program, byte[] frame) {
        return run(program, frame) != 0;
    }

    /// What Darwin's machine returns, after it has taken the program.
    private static int run(List<BpfInstruction> program, byte[] frame) {
        BpfInterpreter.Instruction[] instructions =
                program.stream()
                        .map(PortFilterTest::instruction)
                        .toArray(BpfInterpreter.Instruction[]::new);
        assertThat(BpfInterpreter.isValid(instructions, MAX_OFFSET)).isTrue();
        return BpfInterpreter.run(instructions, frame);
    }

    private static BpfInterpreter.Instruction instruction(BpfInstruction from) {
        return new BpfInterpreter.Instruction(from.code(), from.jt(), from.jf(), from.k());
    }

    private static String text(long address) {
        return new MacAddress(address).toString();
    }

    private static byte[] frame(String destination, String source, int length) {
        byte[] frame = new byte[Math.max(length, 14)];
        put(frame, 0, MacAddress.parse(destination));
        put(frame, 6, MacAddress.parse(source));
        byte[] cut = new byte[length];
        System.arraycopy(frame, 0, cut, 0, length);
        return cut;
    }

    private static void put(byte[] frame, int at, MacAddress address) {
        for (int i = 0; i < 6; i++) {
            frame[at + i] = (byte) (address.value() >>> (40 - 8 * i));
        }
    }

    @Test
    void whereOwnFramesCannotComeBackTheDestinationDecidesAlone() {
        List<BpfInstruction> program =
                PortFilter.withOwnFrames(new Reception.Vm(MacAddress.parse(VM)));
        assertThat(passes(program, frame(VM, OTHER, 60))).isTrue();
        assertThat(passes(program, frame("ff:ff:ff:ff:ff:ff", VM, 60))).isTrue();
        assertThat(passes(program, frame(OTHER, VM, 60))).isFalse();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        for (int i = 0; i < 5_000; i++) {
            long vm = near(random, 0) & ~(1L << 40);
            long destination = near(random, vm);
            byte[] frame = frame(text(destination), text(near(random, vm)), 60);
            assertThat(
                            passes(
                                    PortFilter.withOwnFrames(new Reception.Vm(new MacAddress(vm))),
                                    frame))
                    .as("seed %d: %s, to %s", SEED, text(vm), text(destination))
                    .isEqualTo(destination == vm || MacAddress.isGroup(destination));
        }
    }
}
