package switchd.bpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static switchd.darwin.Structs.BPF_INSN;
import static switchd.darwin.Structs.BPF_PROGRAM;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import switchd.darwin.Structs;

/// Programs as Darwin takes them (XNU `bsd/net/bpf.h`): `struct bpf_program` over an array of
/// `struct bpf_insn`.
final class BpfProgram {
    private BpfProgram() {}

    /// A `struct bpf_program`.
    static MemorySegment encode(Arena arena, List<BpfInstruction> program) {
        MemorySegment instructions = arena.allocate(BPF_INSN, program.size());
        long at = 0;
        for (BpfInstruction instruction : program) {
            instructions.set(
                    JAVA_SHORT, at + Structs.offset(BPF_INSN, "code"), (short) instruction.code());
            instructions.set(
                    JAVA_BYTE, at + Structs.offset(BPF_INSN, "jt"), (byte) instruction.jt());
            instructions.set(
                    JAVA_BYTE, at + Structs.offset(BPF_INSN, "jf"), (byte) instruction.jf());
            instructions.set(JAVA_INT, at + Structs.offset(BPF_INSN, "k"), instruction.k());
            at += BPF_INSN.byteSize();
        }
        MemorySegment encoded = arena.allocate(BPF_PROGRAM);
        encoded.set(JAVA_INT, Structs.offset(BPF_PROGRAM, "bf_len"), program.size());
        encoded.set(ADDRESS, Structs.offset(BPF_PROGRAM, "bf_insns"), instructions);
        return encoded;
    }
}
