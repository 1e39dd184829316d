package switchd.core;

/// The process may not do what was asked. Exit status 77.
public final class PermissionException extends SwitchdException {
    private static final long serialVersionUID = 1L;

    /// @param message what is not permitted, and the cure
    public PermissionException(String message) {
        super(message);
    }

    /// @param message what is not permitted, and the cure
    /// @param cause the call that was refused
    public PermissionException(String message, SyscallException cause) {
        super(message + " (" + cause.getMessage() + ")", cause);
    }
}
