package switchd.core;

import org.jspecify.annotations.Nullable;

/// A system call that failed, with what it was asked to do.
///
/// The message reads `ioctl(SIOCSDRVSPEC, feth1 peer feth0): EBUSY (16)`, and goes on with the cure
/// where there is but one, whatever the call.
public final class SyscallException extends SwitchdException {
    private static final long serialVersionUID = 1L;

    private final String call;
    private final int number;

    /// @param call the call and its telling arguments, as an operator would type them
    /// @param number the error number on the running kernel; a negated one is taken as well
    public SyscallException(String call, long number) {
        super(call + ": " + describe((int) Math.abs(number)) + cure((int) Math.abs(number)));
        this.call = call;
        this.number = (int) Math.abs(number);
    }

    /// The call and its telling arguments.
    public String call() {
        return call;
    }

    /// The error by name, or null for one that is not listed.
    public @Nullable Errno errno() {
        return Errno.of(number);
    }

    /// The error as in the message: `EBUSY (16)`.
    public String errnoText() {
        return describe(number);
    }

    /// True where the kernel reported `errno`.
    public boolean is(Errno errno) {
        return number == errno.number();
    }

    /// True where descriptors or memory have run out: the same may be had later.
    public boolean isShortage() {
        return is(Errno.EMFILE) || is(Errno.ENFILE) || is(Errno.ENOMEM) || is(Errno.ENOBUFS);
    }

    /// `result` where it is no error.
    ///
    /// @param call as in the constructor
    /// @param result what a binding returned: a value, or a negated error number
    /// @throws SyscallException where `result` is negative
    public static long check(String call, long result) throws SyscallException {
        if (result < 0) {
            throw new SyscallException(call, result);
        }
        return result;
    }

    private static String cure(int number) {
        return switch (Errno.of(number)) {
            case EMFILE ->
                    ": the process has no descriptor left: raise its limit, `LimitNOFILE` of the"
                            + " unit, `NumberOfFiles` of the job, or `ulimit -n`";
            case ENFILE ->
                    ": the host has no descriptor left: end what has them (`lsof`), or raise"
                            + " `fs.file-max` (macOS: `kern.maxfiles`)";
            case null, default -> "";
        };
    }

    private static String describe(int number) {
        @Nullable Errno errno = Errno.of(number);
        return errno == null ? "errno " + number : errno + " (" + number + ")";
    }
}
