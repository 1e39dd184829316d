package switchd.daemon.doctor;

import java.lang.foreign.Arena;
import java.util.List;
import switchd.core.Errno;
import switchd.posix.Fd;
import switchd.posix.PosixConstants;

/// Linux: whether TAPs can be made.
record TunCheck(Facts facts) implements Check {
    private static final String DEVICE = "/dev/net/tun";

    @Override
    public String name() {
        return "tun";
    }

    @Override
    public List<Finding> run() {
        try (Arena arena = Arena.ofConfined()) {
            int flags = PosixConstants.O_RDWR | PosixConstants.O_CLOEXEC;
            int fd = facts.posix().open(arena.allocateFrom(DEVICE), flags);
            if (fd >= 0) {
                new Fd(facts.posix(), fd).close();
            }
            return judge(fd, facts.isRoot());
        }
    }

    /// @param opened a descriptor, or the negated error number of opening the device
    static List<Finding> judge(int opened, boolean root) {
        Findings findings = new Findings("tun");
        if (opened >= 0) {
            findings.pass(DEVICE, "ports on bridges get their TAPs");
        } else if (Errno.EACCES.is(opened) && !root) {
            findings.needsRoot(DEVICE);
        } else if (Errno.ENOENT.is(opened) || Errno.ENXIO.is(opened) || Errno.ENODEV.is(opened)) {
            findings.fail(
                    DEVICE,
                    "this kernel offers no TAPs: no port can be on a bridge (in a container: start"
                            + " it with --device /dev/net/tun)",
                    "sudo modprobe tun");
        } else {
            findings.fail(
                    DEVICE,
                    "cannot be opened: "
                            + new switchd.core.SyscallException("open", opened).errnoText()
                            + ": no port can be on a bridge",
                    "ls -l " + DEVICE);
        }
        return findings.list();
    }
}
