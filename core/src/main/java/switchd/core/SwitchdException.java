package switchd.core;

/// Something an operator has to know of: what failed, on what, why, and what cures it.
///
/// The family is sealed so that the command line can turn each kind into its exit status.
public abstract sealed class SwitchdException extends Exception
        permits SyscallException, UsageException, HostException, PermissionException {
    private static final long serialVersionUID = 1L;

    SwitchdException(String message) {
        super(message);
    }

    SwitchdException(String message, Throwable cause) {
        super(message, cause);
    }

    /// The message, which these exceptions always have.
    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
