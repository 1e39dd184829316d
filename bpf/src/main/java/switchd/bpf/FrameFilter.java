package switchd.bpf;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/// A classic BPF program that is run here and not by a kernel: it says which frames are wanted, and
/// how much of each.
///
/// A program is checked before it is taken, as the kernels do (Linux `bpf_check_classic`, XNU
/// `bpf_validate`): it has at most [#LONGEST] instructions, all known, jumps forward only and
/// inside itself, uses the 16 words of memory only, divides by no constant 0, shifts by less than
/// 32, and ends in a return. So it ends, after at most as many steps as it has instructions. While
/// it runs, a load beyond the end of the frame or a division by 0 rejects the frame. Memory that it
/// has not written to is 0.
///
/// One thread uses an instance; running it allocates nothing.
public final class FrameFilter {
    /// The most instructions of a program, as on Linux; libpcap's are seldom longer than 100.
    public static final int LONGEST = 4096;

    private static final int MEMORY_WORDS = 16;
    private static final int WORD_BITS = 32;
    private static final int CLASS = 0x07;
    private static final int JUMP = 0x05;
    private static final int RET = 0x06;
    private static final int JA = 0x05;
    private static final ValueLayout.OfInt WORD =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(BIG_ENDIAN);
    private static final ValueLayout.OfShort HALF =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(BIG_ENDIAN);

    private final BpfInstruction[] program;
    private final int[] words = new int[MEMORY_WORDS];

    private FrameFilter(BpfInstruction[] program) {
        this.program = program;
    }

    /// Takes a program.
    ///
    /// @throws IllegalArgumentException that says which instruction is wrong
    public static FrameFilter of(List<BpfInstruction> program) {
        int length = program.size();
        if (length < 1 || length > LONGEST) {
            throw new IllegalArgumentException(
                    "a program has 1 to " + LONGEST + " instructions, this one " + length);
        }
        BpfInstruction[] copy = program.toArray(BpfInstruction[]::new);
        for (int i = 0; i < length; i++) {
            if (!isLawful(copy[i], length - i - 1)) {
                throw new IllegalArgumentException("instruction " + i + " is none: " + copy[i]);
            }
        }
        if ((copy[length - 1].code() & CLASS) != RET) {
            throw new IllegalArgumentException("the last instruction is no return");
        }
        return new FrameFilter(copy);
    }

    /// @param after instructions that follow
    private static boolean isLawful(BpfInstruction instruction, int after) {
        int k = instruction.k();
        return switch (instruction.code()) {
            case 0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0xb1 -> true; // loads of the frame
            case 0x00, 0x01, 0x80, 0x81 -> true; // constants, the frame's length
            case 0x60, 0x61, 0x02, 0x03 -> Integer.compareUnsigned(k, MEMORY_WORDS) < 0;
            case 0x04, 0x14, 0x24, 0x44, 0x54, 0xa4, 0x84 -> true; // add sub mul or and xor neg, k
            case 0x0c, 0x1c, 0x2c, 0x4c, 0x5c, 0xac, 0x3c, 0x9c, 0x6c, 0x7c -> true; // by x
            case 0x34, 0x94 -> k != 0; // div, mod
            case 0x64, 0x74 -> Integer.compareUnsigned(k, WORD_BITS) < 0; // shifts
            case JA -> Integer.compareUnsigned(k, after) < 0;
            case 0x15, 0x25, 0x35, 0x45, 0x1d, 0x2d, 0x3d, 0x4d ->
                    instruction.jt() < after && instruction.jf() < after;
            case 0x06, 0x16, 0x07, 0x87 -> true; // return, tax, txa
            default -> false;
        };
    }

    /// The number of bytes of a frame to keep; 0 where it is not wanted.
    ///
    /// @param memory where the frame lies
    /// @param offset of its first byte
    /// @param length its bytes
    public int keep(MemorySegment memory, long offset, int length) {
        Arrays.fill(words, 0);
        int a = 0;
        int x = 0;
        int pc = 0;
        while (true) {
            BpfInstruction instruction = program[pc++];
            int code = instruction.code();
            int k = instruction.k();
            switch (code) {
                case 0x20, 0x28, 0x30, 0x40, 0x48, 0x50, 0xb1 -> {
                    long at = Integer.toUnsignedLong(k);
                    if ((code & 0xe0) == 0x40) {
                        at += Integer.toUnsignedLong(x);
                    }
                    if (at + bytes(code) > length) {
                        return 0;
                    }
                    int loaded = load(memory, offset + at, bytes(code));
                    if (code == 0xb1) {
                        x = (loaded & 0xf) << 2; // the length of an IPv4 header
                    } else {
                        a = loaded;
                    }
                }
                case 0x00 -> a = k;
                case 0x01 -> x = k;
                case 0x80 -> a = length;
                case 0x81 -> x = length;
                case 0x60 -> a = words[k];
                case 0x61 -> x = words[k];
                case 0x02 -> words[k] = a;
                case 0x03 -> words[k] = x;
                case 0x07 -> x = a;
                case 0x87 -> a = x;
                case 0x06 -> {
                    return keep(k, length);
                }
                case 0x16 -> {
                    return keep(a, length);
                }
                case JA -> pc += k;
                default -> {
                    int operand = (code & 0x08) == 0 ? k : x;
                    if ((code & CLASS) == JUMP) {
                        pc += holds(code, a, operand) ? instruction.jt() : instruction.jf();
                    } else if (operand == 0 && isDivision(code)) {
                        return 0;
                    } else {
                        a = compute(code, a, operand);
                    }
                }
            }
        }
    }

    private static int keep(int wanted, int length) {
        return Integer.compareUnsigned(wanted, length) < 0 ? wanted : length;
    }

    private static int bytes(int code) {
        return switch (code & 0x18) {
            case 0x00 -> Integer.BYTES;
            case 0x08 -> Short.BYTES;
            default -> 1;
        };
    }

    private static int load(MemorySegment memory, long at, int bytes) {
        return switch (bytes) {
            case Integer.BYTES -> memory.get(WORD, at);
            case Short.BYTES -> Short.toUnsignedInt(memory.get(HALF, at));
            default -> Byte.toUnsignedInt(memory.get(ValueLayout.JAVA_BYTE, at));
        };
    }

    private static boolean holds(int code, int a, int operand) {
        return switch (code & 0xf0) {
            case 0x10 -> a == operand;
            case 0x20 -> Integer.compareUnsigned(a, operand) > 0;
            case 0x30 -> Integer.compareUnsigned(a, operand) >= 0;
            default -> (a & operand) != 0;
        };
    }

    private static boolean isDivision(int code) {
        return (code & 0xf0) == 0x30 || (code & 0xf0) == 0x90;
    }

    private static int compute(int code, int a, int operand) {
        boolean isShift = Integer.compareUnsigned(operand, WORD_BITS) < 0;
        return switch (code & 0xf0) {
            case 0x00 -> a + operand;
            case 0x10 -> a - operand;
            case 0x20 -> a * operand;
            case 0x30 -> Integer.divideUnsigned(a, operand);
            case 0x40 -> a | operand;
            case 0x50 -> a & operand;
            case 0x60 -> isShift ? a << operand : 0;
            case 0x70 -> isShift ? a >>> operand : 0;
            case 0x80 -> -a;
            case 0x90 -> Integer.remainderUnsigned(a, operand);
            default -> a ^ operand;
        };
    }
}
