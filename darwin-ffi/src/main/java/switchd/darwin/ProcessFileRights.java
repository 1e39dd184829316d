package switchd.darwin;

import switchd.core.Errno;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.posix.FileRights;
import switchd.posix.Ids;
import switchd.posix.Owner;

/// [FileRights] by the effective user id, which all threads of a process share on Darwin: calls of
/// other threads that take root fail meanwhile, and therefore only the loop's thread makes such
/// calls. The groups stay those of the process. Files belong to their directory's group, whoever
/// makes them.
public final class ProcessFileRights implements FileRights {
    private final Darwin darwin;

    /// Of the process that makes these calls.
    public ProcessFileRights(Darwin darwin) {
        this.darwin = darwin;
    }

    /// @throws PermissionException where this process is not root and `owner` is somebody else
    @Override
    public <T> T as(Owner owner, Work<T> work) throws SwitchdException {
        int self = darwin.geteuid();
        if (self == owner.uid()) {
            return work.run();
        }
        become(owner.uid());
        try {
            return work.run();
        } finally {
            takeBack(self);
        }
    }

    /// The kernel refuses nobody the user id that his process was started with (XNU's `seteuid()`).
    /// Where it did all the same, whatever is undone next would lack the rights too: it is asked a
    /// second time, and what `work` made counts where that one is granted.
    private void takeBack(int uid) throws SwitchdException {
        if (darwin.seteuid(uid) < 0) {
            become(uid);
        }
    }

    private void become(int uid) throws SwitchdException {
        int result = darwin.seteuid(uid);
        if (Errno.EPERM.is(result)) {
            throw new PermissionException(
                    "giving a socket to another user takes root: run it with sudo",
                    new SyscallException("seteuid(" + Ids.text(uid) + ")", result));
        }
        SyscallException.check("seteuid(" + Ids.text(uid) + ")", result);
    }
}
