package switchd.core;

/// What the operator asked for makes no sense; asking otherwise cures it. Exit status 64.
public final class UsageException extends SwitchdException {
    private static final long serialVersionUID = 1L;

    /// @param message what is wrong, with the option or key, and what would be right
    public UsageException(String message) {
        super(message);
    }
}
