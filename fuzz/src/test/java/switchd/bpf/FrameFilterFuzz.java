package switchd.bpf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static switchd.fuzz.Check.that;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import switchd.darwin.testkit.BpfInterpreter;
import switchd.fuzz.Input;

/// A client's program over a frame: it is refused, or it ends and says what XNU's machine says, for
/// what XNU's machine knows.
public final class FrameFilterFuzz {
    private static final int MOST = 64;
    private static final int AHEAD = 16;

    private FrameFilterFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        Input input = new Input(bytes);
        List<BpfInstruction> program = new ArrayList<>();
        int length = input.octet() % MOST;
        for (int i = 0; i < length; i++) {
            program.add(
                    new BpfInstruction(input.half(), input.octet(), input.octet(), input.word()));
        }
        byte[] frame = input.rest();
        FrameFilter filter;
        try {
            filter = FrameFilter.of(program);
        } catch (IllegalArgumentException e) {
            that(e.getMessage() != null, "refused without a word");
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(AHEAD + frame.length);
            memory.fill((byte) 0xa5);
            MemorySegment.copy(frame, 0, memory, JAVA_BYTE, AHEAD, frame.length);
            int kept = filter.keep(memory, AHEAD, frame.length);
            that(kept >= 0 && kept <= frame.length, "more is kept than there is");
            that(kept == filter.keep(memory, AHEAD, frame.length), "it says another thing again");
            if (program.stream().allMatch(FrameFilterFuzz::isOfXnu)) {
                int theirs = BpfInterpreter.run(theirs(program), frame);
                int expected =
                        Integer.compareUnsigned(theirs, frame.length) < 0 ? theirs : frame.length;
                that(kept == expected, "kept " + kept + ", XNU keeps " + expected);
            }
        }
    }

    /// XNU has neither `mod` nor `xor`, and there a shift of 32 bits or more is undefined in C.
    private static boolean isOfXnu(BpfInstruction instruction) {
        return switch (instruction.code()) {
            case 0x94, 0x9c, 0xa4, 0xac, 0x6c, 0x7c -> false;
            default -> true;
        };
    }

    private static BpfInterpreter.Instruction[] theirs(List<BpfInstruction> program) {
        return program.stream()
                .map(i -> new BpfInterpreter.Instruction(i.code(), i.jt(), i.jf(), i.k()))
                .toArray(BpfInterpreter.Instruction[]::new);
    }
}
