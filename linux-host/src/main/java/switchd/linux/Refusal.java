package switchd.linux;

import switchd.core.Errno;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;

/// Turns what the kernel says to somebody without privileges into the cure.
final class Refusal {
    private Refusal() {}

    /// `cause`, or a [PermissionException] where privileges are all that is missing.
    ///
    /// @param what what it was about, as the subject of a sentence
    static SwitchdException of(String what, SyscallException cause) {
        if (cause.is(Errno.EPERM) || cause.is(Errno.EACCES)) {
            return new PermissionException(
                    what + " takes root (CAP_NET_ADMIN and CAP_NET_RAW): run it with sudo", cause);
        }
        return cause;
    }
}
