package switchd.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;
import switchd.bpf.BpfInstruction;
import switchd.bpf.PortFilter;
import switchd.core.Reception;
import switchd.core.SyscallException;
import switchd.posix.Fd;

/// The kernel's filter of one uplink's descriptor. It lets nothing pass until told what is wanted.
///
/// A filter judges frames when they enter the queue. What waits there when the filter gets narrower
/// was meant for the VM that has left, and would reach the next one: so nothing is let in, the
/// queue is emptied, and only then the new program is loaded (as libpcap does). Where the filter
/// gets wider, what waits is good and stays.
///
/// Used by the loop's thread alone.
final class ReceptionFilter {
    /// Gives the kernel a `struct sock_fprog`.
    @FunctionalInterface
    interface Loader {
        void load(MemorySegment program) throws SyscallException;
    }

    /// Bytes read of a frame that is thrown away.
    private static final int SCRATCH_BYTES = 16;

    private final Linux linux;
    private final Fd fd;
    private final boolean ofPackets;
    private final Loader loader;
    private @Nullable Reception current;
    private boolean letsTagsIn;

    /// @param fd what to empty; must not block
    /// @param ofPackets true for a packet socket, where the VM's own frames are kept out, and those
    ///   of a VLAN (see [UntaggedOnly])
    /// @throws SyscallException where the kernel takes no filter
    ReceptionFilter(Linux linux, Fd fd, boolean ofPackets, Loader loader) throws SyscallException {
        this.linux = linux;
        this.fd = fd;
        this.ofPackets = ofPackets;
        this.loader = loader;
        load(PortFilter.nothing());
    }

    /// Has programs that are loaded from now on let frames of VLANs in.
    void letTagsIn() {
        letsTagsIn = true;
    }

    /// @return true where what waited was thrown away
    /// @throws SyscallException where the kernel refuses the program; the former one stays then, or
    ///   nothing passes
    boolean change(Reception wanted) throws SyscallException {
        if (wanted.equals(current)) {
            return false;
        }
        boolean narrows = narrows(wanted);
        if (narrows) {
            load(PortFilter.nothing());
            empty();
        }
        load(program(wanted));
        current = wanted;
        return narrows;
    }

    private List<BpfInstruction> program(Reception wanted) {
        if (!ofPackets) {
            return PortFilter.withOwnFrames(wanted);
        }
        List<BpfInstruction> program = PortFilter.of(wanted);
        return letsTagsIn ? program : UntaggedOnly.before(program);
    }

    private boolean narrows(Reception wanted) {
        return current != null
                && !(current instanceof Reception.Groups)
                && !(wanted instanceof Reception.Everything);
    }

    private void load(List<BpfInstruction> program) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            loader.load(SocketFilter.encode(arena, program));
        }
    }

    /// Into memory of its own: the loop's slots may be in use.
    private void empty() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment scratch = arena.allocate(SCRATCH_BYTES);
            long read = 1;
            while (read > 0) {
                read = linux.read(fd.number(), scratch, 0, SCRATCH_BYTES);
            }
        }
    }
}
