package switchd.daemon.control;

/// A request that is answered with a failure.
final class RpcException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /// @param message what is wrong, and the cure
    RpcException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    ErrorCode code() {
        return code;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
