package switchd.core;

/// This host cannot do what was asked: an interface is missing, down, or of the wrong kind. Exit
/// status 69.
public final class HostException extends SwitchdException {
    private static final long serialVersionUID = 1L;

    /// @param message what is missing or unfit, and the cure
    public HostException(String message) {
        super(message);
    }

    /// @param message what is missing or unfit, and the cure
    /// @param cause the call that told
    public HostException(String message, SyscallException cause) {
        super(message + " (" + cause.getMessage() + ")", cause);
    }
}
