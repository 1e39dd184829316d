package switchd.darwin.testkit;

import java.nio.ByteBuffer;

/// The kernel's machine for classic BPF programs: what `bpf_validate` accepts, and what
/// `bpf_filter` makes of a frame.
///
/// Both do as `bsd/net/bpf_filter.c` does. A load beyond the end of the frame rejects it.
public final class BpfInterpreter {
    private static final int MAX_INSTRUCTIONS = 512;
    private static final int MEMORY_WORDS = 16;
    private static final int KEEP_ALL = -1;

    // Class, size, mode, operation, source: the parts of a code.
    private static final int LD = 0x00;
    private static final int LDX = 0x01;
    private static final int ST = 0x02;
    private static final int STX = 0x03;
    private static final int ALU = 0x04;
    private static final int JMP = 0x05;
    private static final int RET = 0x06;
    private static final int MISC = 0x07;
    private static final int WORD = 0x00;
    private static final int HALF = 0x08;
    private static final int BYTE = 0x10;
    private static final int IMM = 0x00;
    private static final int ABS = 0x20;
    private static final int IND = 0x40;
    private static final int MEM = 0x60;
    private static final int LEN = 0x80;
    private static final int MSH = 0xa0;
    private static final int X = 0x08;
    private static final int DIV = 0x30;
    private static final int NEG = 0x80;
    private static final int JA = 0x00;

    /// One instruction, `struct bpf_insn`.
    public record Instruction(int code, int jt, int jf, int k) {}

    private final Instruction[] program;
    private final ByteBuffer frame;
    private final int[] memory = new int[MEMORY_WORDS];
    private int accumulator;
    private int index;

    private BpfInterpreter(Instruction[] program, byte[] frame) {
        this.program = program;
        this.frame = ByteBuffer.wrap(frame);
    }

    /// Bytes of the frame to keep, unsigned; 0 rejects it. No program keeps all.
    public static int run(Instruction[] program, byte[] frame) {
        if (program.length == 0) {
            return KEEP_ALL;
        }
        try {
            return new BpfInterpreter(program, frame).run();
        } catch (IndexOutOfBoundsException | ArithmeticException _) {
            return 0; // a load beyond the end, or a division by 0
        }
    }

    private int run() {
        for (int pc = 0; ; pc++) {
            Instruction instruction = program[pc];
            int code = instruction.code;
            int k = instruction.k;
            switch (code & 7) {
                case LD -> accumulator = load(code, k);
                case LDX -> index = loadIndex(code, k);
                case ST -> memory[k] = accumulator;
                case STX -> memory[k] = index;
                case ALU -> accumulator = compute(code, k);
                case JMP -> pc += jump(instruction);
                case MISC -> transfer(code);
                default -> {
                    return (code & 0x18) == 0x10 ? accumulator : k;
                }
            }
        }
    }

    private int load(int code, int k) {
        return switch (code & 0xe0) {
            case IMM -> k;
            case ABS -> load(code & 0x18, Integer.toUnsignedLong(k));
            case IND ->
                    load(code & 0x18, Integer.toUnsignedLong(k) + Integer.toUnsignedLong(index));
            case MEM -> memory[k];
            default -> frame.limit();
        };
    }

    private int load(int size, long offset) {
        int at = Math.toIntExact(Math.min(offset, Integer.MAX_VALUE));
        return switch (size) {
            case WORD -> frame.getInt(at);
            case HALF -> Short.toUnsignedInt(frame.getShort(at));
            default -> Byte.toUnsignedInt(frame.get(at));
        };
    }

    private int loadIndex(int code, int k) {
        return switch (code & 0xe0) {
            case IMM -> k;
            case MSH -> (load(BYTE, Integer.toUnsignedLong(k)) & 0xf) << 2;
            case MEM -> memory[k];
            default -> frame.limit();
        };
    }

    private int compute(int code, int k) {
        int operand = (code & X) == 0 ? k : index;
        return switch (code & 0xf0) {
            case 0x00 -> accumulator + operand;
            case 0x10 -> accumulator - operand;
            case 0x20 -> accumulator * operand;
            case DIV -> Integer.divideUnsigned(accumulator, operand);
            case 0x40 -> accumulator | operand;
            case 0x50 -> accumulator & operand;
            case 0x60 -> accumulator << operand;
            case 0x70 -> accumulator >>> operand;
            default -> -accumulator;
        };
    }

    private int jump(Instruction instruction) {
        int code = instruction.code;
        int operand = (code & X) == 0 ? instruction.k : index;
        boolean holds =
                switch (code & 0xf0) {
                    case JA -> true;
                    case 0x10 -> accumulator == operand;
                    case 0x20 -> Integer.compareUnsigned(accumulator, operand) > 0;
                    case 0x30 -> Integer.compareUnsigned(accumulator, operand) >= 0;
                    default -> (accumulator & operand) != 0;
                };
        if ((code & 0xf0) == JA) {
            return instruction.k;
        }
        return holds ? instruction.jt : instruction.jf;
    }

    private void transfer(int code) {
        if ((code & 0x80) == 0) {
            index = accumulator;
        } else {
            accumulator = index;
        }
    }

    /// True where the kernel takes the program.
    ///
    /// @param maxOffset `debug.bpf_maxbufsize`: loads must lie below it
    public static boolean isValid(Instruction[] program, int maxOffset) {
        if (program.length < 1 || program.length > MAX_INSTRUCTIONS) {
            return false;
        }
        for (int i = 0; i < program.length; i++) {
            if (!isValid(program[i], program.length - i - 1, maxOffset)) {
                return false;
            }
        }
        return (program[program.length - 1].code & 7) == RET;
    }

    /// @param after instructions that follow
    private static boolean isValid(Instruction instruction, int after, int maxOffset) {
        int code = instruction.code;
        int k = instruction.k;
        return switch (code & 7) {
            case LD, LDX ->
                    switch (code & 0xe0) {
                        case IMM, LEN -> true;
                        case ABS, IND, MSH -> Integer.compareUnsigned(k, maxOffset) < 0;
                        case MEM -> Integer.compareUnsigned(k, MEMORY_WORDS) < 0;
                        default -> false;
                    };
            case ST, STX -> Integer.compareUnsigned(k, MEMORY_WORDS) < 0;
            case ALU -> (code & 0xf0) <= NEG && !((code & 0xf8) == DIV && k == 0);
            case JMP ->
                    switch (code & 0xf0) {
                        case JA -> Integer.compareUnsigned(k, after) < 0;
                        case 0x10, 0x20, 0x30, 0x40 ->
                                instruction.jt < after && instruction.jf < after;
                        default -> false;
                    };
            default -> true;
        };
    }
}
