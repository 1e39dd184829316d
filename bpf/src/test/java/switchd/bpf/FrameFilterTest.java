package switchd.bpf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import switchd.darwin.testkit.BpfInterpreter;

final class FrameFilterTest {
    private static final int LOAD_CONSTANT = 0x00;
    private static final int LOAD_X = 0x01;
    private static final int RETURN_A = 0x16;
    private static final int MAX_OFFSET = 1 << 19;
    private static final BpfInstruction KEEP = instruction(BpfInstruction.RETURN, 0, 0, -1);

    /// All that both machines know; what XNU lacks and shifts by more than 31 are tried by hand.
    private static final int[] CODES = {
        0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0xb1, 0x00, 0x01, 0x80, 0x81, 0x60, 0x61, 0x02, 0x03,
        0x04, 0x14, 0x24, 0x34, 0x44, 0x54, 0x64, 0x74, 0x84, 0x0c, 0x1c, 0x2c, 0x3c, 0x4c, 0x5c,
        0x05, 0x15, 0x25, 0x35, 0x45, 0x1d, 0x2d, 0x3d, 0x4d, 0x06, 0x16, 0x07, 0x87
    };

    @Test
    void anyProgramDoesAsOnTheKernelsMachine() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(7);
        int wanted = 0;
        for (int round = 0; round < 30_000; round++) {
            List<BpfInstruction> program = program(random);
            byte[] frame = new byte[random.nextInt(40)];
            random.nextBytes(frame);
            int expected = BpfInterpreter.run(kernels(program), frame);
            if (Integer.compareUnsigned(expected, frame.length) > 0) {
                expected = frame.length;
            }
            assertThat(keep(program, frame)).as("round %d: %s", round, program).isEqualTo(expected);
            wanted += expected > 0 ? 1 : 0;
        }
        assertThat(wanted).isBetween(3_000, 27_000);
    }

    @Test
    void whatTheKernelRefusesIsRefused() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(8);
        int refused = 0;
        for (int round = 0; round < 30_000; round++) {
            List<BpfInstruction> program = new ArrayList<>(program(random));
            int at = random.nextInt(program.size());
            program.set(
                    at,
                    instruction(
                            CODES[random.nextInt(CODES.length)],
                            random.nextInt(12),
                            random.nextInt(12),
                            random.nextInt(-2, 40)));
            // Offsets beyond any frame and shifts by 32 and more: not the same on all kernels.
            BpfInstruction changed = program.get(at);
            boolean differs = changed.k() < 0 || changed.code() == 0x64 || changed.code() == 0x74;
            if (!differs) {
                boolean lawful = BpfInterpreter.isValid(kernels(program), MAX_OFFSET);
                assertThat(isTaken(program)).as("round %d: %s", round, program).isEqualTo(lawful);
                refused += lawful ? 0 : 1;
            }
        }
        assertThat(refused).isGreaterThan(1_000);
    }

    @ParameterizedTest(name = "code {0} of {1} by {2} is {3}")
    @CsvSource({
        "0x94, 17, 5, 2", // mod
        "0x9c, 17, 5, 2",
        "0x94, -1, 16, 15", // unsigned
        "0x34, -1, 0x10000000, 15",
        "0xa4, 5, 3, 6", // xor
        "0xac, 5, 3, 6",
        "0x6c, 1, 3, 8", // shifts by x
        "0x6c, 1, 32, 0",
        "0x6c, 1, 33, 0",
        "0x7c, -1, 28, 15",
        "0x7c, -1, 32, 0",
    })
    void whatXnuLacksDoesAsOnLinux(int code, int a, int by, int result) {
        byte[] frame = new byte[64];
        assertThat(compute(code, a, by, frame)).isEqualTo(result);
    }

    @Test
    void aDivisionByZeroRejectsTheFrame() {
        assertThat(compute(0x3c, 8, 0, new byte[64])).isZero();
        assertThat(compute(0x9c, 8, 0, new byte[64])).isZero();
    }

    private static int compute(int code, int a, int by, byte[] frame) {
        List<BpfInstruction> program =
                List.of(
                        instruction(LOAD_CONSTANT, 0, 0, a),
                        instruction(LOAD_X, 0, 0, by),
                        instruction(code, 0, 0, by),
                        instruction(RETURN_A, 0, 0, 0));
        return keep(program, frame);
    }

    @Test
    void programsThatWouldNotEndOrReadElsewhereAreRefused() {
        assertRefused("1 to 4096 instructions, this one 0", List.of());
        assertRefused("this one 4097", Collections.nCopies(4097, KEEP));
        assertRefused("no return", List.of(instruction(LOAD_CONSTANT, 0, 0, 1)));
        assertRefused("instruction 0", List.of(instruction(0x05, 0, 0, -1), KEEP)); // back
        assertRefused("instruction 0", List.of(instruction(0x05, 0, 0, 1), KEEP));
        assertRefused("instruction 0", List.of(instruction(0x15, 1, 0, 0), KEEP));
        assertRefused("instruction 0", List.of(instruction(0x60, 0, 0, 16), KEEP));
        assertRefused("instruction 0", List.of(instruction(0x02, 0, 0, -1), KEEP));
        assertRefused("instruction 0", List.of(instruction(0x34, 0, 0, 0), KEEP));
        assertRefused("instruction 0", List.of(instruction(0x94, 0, 0, 0), KEEP));
        assertRefused("instruction 0", List.of(instruction(0x64, 0, 0, 32), KEEP));
        assertRefused("instruction 0", List.of(instruction(0xffff, 0, 0, 0), KEEP));
    }

    @Test
    void loadsStayInsideTheFrameWhateverLiesBehindIt() {
        MemorySegment memory = MemorySegment.ofArray(new byte[] {9, 9, 1, 2, 3, 9, 9});
        for (int k : new int[] {0, 1, 2, 3, 100, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
            FrameFilter byByte = FrameFilter.of(List.of(instruction(0x30, 0, 0, k), KEEP));
            assertThat(byByte.keep(memory, 2, 3)).isEqualTo(k >= 0 && k < 3 ? 3 : 0);
            FrameFilter byX =
                    FrameFilter.of(
                            List.of(
                                    instruction(LOAD_X, 0, 0, k),
                                    instruction(0x50, 0, 0, k),
                                    KEEP));
            assertThat(byX.keep(memory, 2, 3)).isEqualTo(k == 0 || k == 1 ? 3 : 0);
        }
        FrameFilter word = FrameFilter.of(List.of(instruction(0x20, 0, 0, 0), KEEP));
        assertThat(word.keep(memory, 2, 3)).isZero();
        FrameFilter half = FrameFilter.of(List.of(instruction(0x28, 0, 0, 2), KEEP));
        assertThat(half.keep(memory, 2, 3)).isZero();
    }

    @Test
    void memoryOfAnEarlierFrameIsForgotten() {
        FrameFilter filter =
                FrameFilter.of(
                        List.of(
                                instruction(0x60, 0, 0, 3), // load what the last frame stored
                                instruction(0x15, 0, 2, 0), // 0: go on
                                instruction(LOAD_CONSTANT, 0, 0, 1),
                                instruction(0x02, 0, 0, 3),
                                instruction(RETURN_A, 0, 0, 0)));
        MemorySegment frame = MemorySegment.ofArray(new byte[20]);
        assertThat(filter.keep(frame, 0, 20)).isEqualTo(1);
        assertThat(filter.keep(frame, 0, 20)).isEqualTo(1);
    }

    private static void assertRefused(String message, List<BpfInstruction> program) {
        assertThatThrownBy(() -> FrameFilter.of(program))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    private static boolean isTaken(List<BpfInstruction> program) {
        try {
            FrameFilter.of(program);
            return true;
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static int keep(List<BpfInstruction> program, byte[] frame) {
        byte[] around = new byte[frame.length + 20];
        Arrays.fill(around, (byte) 0xa5);
        System.arraycopy(frame, 0, around, 10, frame.length);
        return FrameFilter.of(program).keep(MemorySegment.ofArray(around), 10, frame.length);
    }

    private static List<BpfInstruction> program(RandomGenerator random) {
        List<BpfInstruction> program = new ArrayList<>();
        int length = 1 + random.nextInt(12);
        for (int i = 0; i < length; i++) {
            int after = length - i; // the return at the end included
            int code = CODES[random.nextInt(CODES.length)];
            int k = random.nextInt(8) == 0 ? random.nextInt() : random.nextInt(24);
            k =
                    switch (code) {
                        case 0x60, 0x61, 0x02, 0x03 -> random.nextInt(16);
                        case 0x34, 0x64, 0x74 -> 1 + random.nextInt(31);
                        case 0x05 -> random.nextInt(after);
                        case 0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0xb1 -> random.nextInt(24);
                        default -> k;
                    };
            program.add(instruction(code, random.nextInt(after), random.nextInt(after), k));
        }
        program.add(random.nextBoolean() ? KEEP : instruction(RETURN_A, 0, 0, 0));
        return program;
    }

    private static BpfInstruction instruction(int code, int jt, int jf, int k) {
        return new BpfInstruction(code, jt, jf, k);
    }

    private static BpfInterpreter.Instruction[] kernels(List<BpfInstruction> program) {
        return program.stream()
                .map(i -> new BpfInterpreter.Instruction(i.code(), i.jt(), i.jf(), i.k()))
                .toArray(BpfInterpreter.Instruction[]::new);
    }
}
