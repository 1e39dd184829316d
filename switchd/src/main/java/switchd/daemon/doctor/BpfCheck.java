package switchd.daemon.doctor;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.OptionalInt;
import switchd.core.Errno;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.darwin.Darwin;
import switchd.darwin.Sysctl;
import switchd.posix.PosixConstants;

/// macOS: whether there are BPF devices for the ports. Every port takes one.
record BpfCheck(Darwin darwin, int ports) implements Check {
    private static final String MOST = "debug.bpf_maxdevices";

    /// What kernels have where they do not tell.
    private static final int USUAL_MOST = 256;

    private static final int FLAGS = PosixConstants.O_RDWR | PosixConstants.O_CLOEXEC;

    @Override
    public String name() {
        return "bpf";
    }

    @Override
    public List<Finding> run() throws SwitchdException {
        OptionalInt most = Sysctl.readInt(darwin, MOST);
        int limit = most.orElse(USUAL_MOST);
        int busy = 0;
        int result = 0;
        for (int unit = 0; unit < limit; unit++) {
            result = open(unit);
            if (!Errno.EBUSY.is(result)) {
                break;
            }
            busy++;
        }
        if (result >= 0) {
            darwin.close(result);
        }
        return judge(busy, limit, result, ports, darwin.geteuid() == 0);
    }

    private int open(int unit) {
        try (Arena arena = Arena.ofConfined()) {
            return darwin.open(arena.allocateFrom("/dev/bpf" + unit), FLAGS);
        }
    }

    /// @param busy devices that others have, in a row from 0 on
    /// @param limit how many there are at most: opening the last one makes another
    /// @param result a descriptor, or why the device after these cannot be opened
    /// @param ports that want one
    static List<Finding> judge(int busy, int limit, int result, int ports, boolean root) {
        Findings findings = new Findings("bpf");
        String cure = "sudo lsof /dev/bpf*";
        if (result >= 0) {
            int free = limit - busy;
            if (free < ports) {
                findings.warn(
                        null,
                        "%d of at most %d BPF devices are in use, and there are %d ports: end programs that capture packets"
                                .formatted(busy, limit, ports),
                        cure);
            } else {
                findings.pass(
                        null,
                        "/dev/bpf%d is free, of at most %d; every port takes one"
                                .formatted(busy, limit));
            }
        } else if (Errno.EACCES.is(result) || Errno.EPERM.is(result)) {
            if (root) {
                findings.fail(
                        null,
                        "root may not open /dev/bpf" + busy + ": " + text(result),
                        "csrutil status");
            } else {
                findings.needsRoot(null);
            }
        } else if (Errno.ENOENT.is(result) || Errno.ENXIO.is(result) || Errno.EBUSY.is(result)) {
            findings.fail(
                    null,
                    busy == 0
                            ? "this host has no BPF devices: no port can be on a bridge or NIC"
                            : "all %d BPF devices are in use: end a program that captures packets"
                                    .formatted(busy),
                    cure);
        } else {
            findings.fail(null, "/dev/bpf" + busy + ": " + text(result), cure);
        }
        return findings.list();
    }

    private static String text(int result) {
        return new SyscallException("open", result).errnoText();
    }
}
