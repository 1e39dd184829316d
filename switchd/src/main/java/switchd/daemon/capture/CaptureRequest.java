package switchd.daemon.capture;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import switchd.bpf.BpfInstruction;
import switchd.bpf.FrameFilter;
import switchd.core.UsageException;

/// Which frames of a port a client wants to see.
///
/// @param program says which; empty for all
/// @param snaplen the most bytes of a frame, from 1 to [#WHOLE]
/// @param dropsOnly leaves out what was passed on
public record CaptureRequest(List<BpfInstruction> program, int snaplen, boolean dropsOnly) {
    /// More bytes than a frame has.
    public static final int WHOLE = CaptureRecord.LONGEST_FRAME;

    private static final int PARTS = 4;

    /// @throws IllegalArgumentException where that is no program, or no length
    public CaptureRequest {
        if (snaplen < 1 || snaplen > WHOLE) {
            throw new IllegalArgumentException("snaplen: 1 to " + WHOLE + " bytes: " + snaplen);
        }
        program = List.copyOf(program);
        if (!program.isEmpty()) {
            FrameFilter.of(program);
        }
    }

    /// Takes what a client asks for.
    ///
    /// @param filter instructions as `[code, jt, jf, k]`; empty for all frames
    /// @throws UsageException where that is no program, or no length
    public static CaptureRequest of(List<List<Long>> filter, int snaplen, boolean dropsOnly)
            throws UsageException {
        try {
            List<BpfInstruction> program = new ArrayList<>();
            for (List<Long> parts : filter.subList(0, Math.min(filter.size(), most()))) {
                program.add(instruction(parts));
            }
            return new CaptureRequest(program, snaplen, dropsOnly);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new UsageException("capture: " + e.getMessage());
        }
    }

    /// One more than is allowed, so that a longer program is refused as such.
    private static int most() {
        return FrameFilter.LONGEST + 1;
    }

    private static BpfInstruction instruction(List<Long> parts) {
        if (parts.size() != PARTS || parts.stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException("filter: [code, jt, jf, k] is wanted: " + parts);
        }
        return new BpfInstruction(
                Math.toIntExact(parts.get(0)),
                Math.toIntExact(parts.get(1)),
                Math.toIntExact(parts.get(2)),
                (int) (long) parts.get(3));
    }

    /// The program as [#of] takes it.
    public List<List<Long>> filter() {
        return program.stream()
                .map(i -> List.of((long) i.code(), (long) i.jt(), (long) i.jf(), (long) i.k()))
                .toList();
    }
}
