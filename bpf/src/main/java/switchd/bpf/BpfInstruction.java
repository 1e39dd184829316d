package switchd.bpf;

/// One instruction of classic BPF, the same on both kernels (`struct bpf_insn` in XNU
/// `bsd/net/bpf.h`, `struct sock_filter` in Linux `include/uapi/linux/filter.h`): a 16-bit code,
/// two 8-bit jumps, a 32-bit operand.
///
/// @param code what to do, one of the constants here
/// @param jt instructions to skip where a test holds
/// @param jf instructions to skip where it does not
/// @param k the operand: an offset into the frame, a number to compare with, or the bytes to keep
public record BpfInstruction(int code, int jt, int jf, int k) {
    /// Loads the 32-bit big-endian word at offset `k`; a frame that ends before it is rejected.
    public static final int LOAD_WORD = 0x20;

    /// Loads the 16-bit big-endian word at offset `k`; a frame that ends before it is rejected.
    public static final int LOAD_HALF = 0x28;

    /// Loads the octet at offset `k`; a frame that ends before it is rejected.
    public static final int LOAD_BYTE = 0x30;

    /// Jumps by whether what is loaded equals `k`.
    public static final int JUMP_EQUAL = 0x15;

    /// Jumps by whether what is loaded shares a bit with `k`.
    public static final int JUMP_SET = 0x45;

    /// Ends the program: the first `k` bytes of the frame are kept, 0 rejects it.
    public static final int RETURN = 0x06;

    private static final int LONGEST_JUMP = 255;

    public BpfInstruction {
        if (code < 0 || code > 0xffff || !isJump(jt) || !isJump(jf)) {
            throw new IllegalArgumentException(
                    "no instruction: code %d, jt %d, jf %d".formatted(code, jt, jf));
        }
    }

    private static boolean isJump(int distance) {
        return distance >= 0 && distance <= LONGEST_JUMP;
    }
}
