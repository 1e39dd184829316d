package switchd.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.List;
import switchd.bpf.BpfInstruction;

/// Programs as Linux takes them (`include/uapi/linux/filter.h`): `struct sock_fprog` over an array
/// of `struct sock_filter`.
final class SocketFilter {
    static final StructLayout INSTRUCTION =
            MemoryLayout.structLayout(
                    JAVA_SHORT.withName("code"),
                    JAVA_BYTE.withName("jt"),
                    JAVA_BYTE.withName("jf"),
                    JAVA_INT.withName("k"));

    static final StructLayout PROGRAM =
            MemoryLayout.structLayout(
                    JAVA_SHORT.withName("len"),
                    MemoryLayout.paddingLayout(6),
                    ADDRESS.withName("filter"));

    private SocketFilter() {}

    /// A `struct sock_fprog`.
    static MemorySegment encode(Arena arena, List<BpfInstruction> program) {
        MemorySegment instructions = arena.allocate(INSTRUCTION, program.size());
        long at = 0;
        for (BpfInstruction instruction : program) {
            instructions.set(JAVA_SHORT, at, (short) instruction.code());
            instructions.set(JAVA_BYTE, at + 2, (byte) instruction.jt());
            instructions.set(JAVA_BYTE, at + 3, (byte) instruction.jf());
            instructions.set(JAVA_INT, at + 4, instruction.k());
            at += INSTRUCTION.byteSize();
        }
        MemorySegment encoded = arena.allocate(PROGRAM);
        encoded.set(JAVA_SHORT, 0, (short) program.size());
        encoded.set(ADDRESS, 8, instructions);
        return encoded;
    }
}
