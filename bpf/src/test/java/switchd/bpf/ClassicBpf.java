package switchd.bpf;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.nio.ByteBuffer;
import java.util.List;

/// A machine for the programs, after *The BSD Packet Filter* (McCanne and Jacobson, 1993): what a
/// kernel does with them. A load beyond the end of the frame rejects it.
final class ClassicBpf {
    private ClassicBpf() {}

    /// What the program returns for the frame; at once fails where it runs out of instructions.
    static int run(List<BpfInstruction> program, byte[] frame) {
        ByteBuffer bytes = ByteBuffer.wrap(frame).order(BIG_ENDIAN);
        int accumulator = 0;
        int next = 0;
        while (true) {
            BpfInstruction instruction = program.get(next++);
            int k = instruction.k();
            switch (instruction.code()) {
                case BpfInstruction.LOAD_BYTE,
                        BpfInstruction.LOAD_HALF,
                        BpfInstruction.LOAD_WORD -> {
                    int size = size(instruction.code());
                    if (k < 0 || k + size > frame.length) {
                        return 0;
                    }
                    accumulator = load(bytes, k, size);
                }
                case BpfInstruction.JUMP_EQUAL ->
                        next += accumulator == k ? instruction.jt() : instruction.jf();
                case BpfInstruction.JUMP_SET ->
                        next += (accumulator & k) != 0 ? instruction.jt() : instruction.jf();
                case BpfInstruction.RETURN -> {
                    return k;
                }
                default -> throw new IllegalArgumentException("unknown code in " + instruction);
            }
        }
    }

    private static int size(int code) {
        return switch (code) {
            case BpfInstruction.LOAD_BYTE -> 1;
            case BpfInstruction.LOAD_HALF -> 2;
            default -> 4;
        };
    }

    private static int load(ByteBuffer bytes, int at, int size) {
        return switch (size) {
            case 1 -> Byte.toUnsignedInt(bytes.get(at));
            case 2 -> Short.toUnsignedInt(bytes.getShort(at));
            default -> bytes.getInt(at);
        };
    }
}
