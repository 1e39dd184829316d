package switchd.daemon.selftest;

import org.jspecify.annotations.Nullable;
import switchd.core.Errno;
import switchd.core.SyscallException;

/// Says what a failure means.
final class Failures {
    private Failures() {}

    /// @param meaning of the check, where it is no system call that failed
    static Report.Failure of(Throwable failure, String meaning) {
        SyscallException call = callBehind(failure);
        String what = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        if (failure instanceof CheckException) {
            return new Report.Failure(what, "", "", meaning);
        }
        if (call == null) {
            String kind = failure.getClass().getSimpleName() + ": ";
            return new Report.Failure(kind + what, "", "", meaning);
        }
        return new Report.Failure(what, call.call(), call.errnoText(), meaningOf(call));
    }

    private static @Nullable SyscallException callBehind(Throwable failure) {
        for (Throwable at = failure; at != null; at = at.getCause()) {
            if (at instanceof SyscallException call) {
                return call;
            }
        }
        return null;
    }

    private static String meaningOf(SyscallException call) {
        Errno errno = call.errno();
        return switch (errno) {
            case EPERM, EACCES ->
                    "the kernel refuses it even to root: look for a container without the right"
                            + " capabilities, a sandbox, or a device management profile";
            case ENOENT -> "a file, a device or an interface that should be there is not";
            case ENXIO, ENODEV -> "the interface is gone: another program has removed it";
            case ENETDOWN -> "the interface is down: another program has switched it off";
            case EBUSY, EEXIST, EADDRINUSE -> "another program has what the self-test wants to use";
            case EINVAL, ENOTTY, EFAULT, EOPNOTSUPP, EAFNOSUPPORT ->
                    "this kernel does not know the request, or not in this form: report it";
            case EMFILE, ENFILE -> "too many open files: raise the limit (ulimit -n)";
            case ENOMEM, ENOBUFS -> "the kernel has no memory left for it: try again";
            case EMSGSIZE -> "the frame is longer than the interface takes: report it";
            case ENAMETOOLONG -> "the path of a socket is too long: report it";
            case null, default -> "not expected here: report it";
        };
    }
}
