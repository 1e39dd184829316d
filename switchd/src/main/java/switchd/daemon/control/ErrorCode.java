package switchd.daemon.control;

import switchd.core.HostException;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.UsageException;

/// What kind of failure an answer tells, by the number that it carries.
///
/// Those down from -32600 are JSON-RPC's own.
public enum ErrorCode {
    /// The line is no JSON.
    PARSE_ERROR(-32700),
    /// The line is JSON, but no request.
    INVALID_REQUEST(-32600),
    /// The daemon has no such method; it may be older than its client.
    METHOD_NOT_FOUND(-32601),
    /// The request's `params` make no sense.
    INVALID_PARAMS(-32602),
    /// A bug in the daemon, which has logged it.
    INTERNAL_ERROR(-32603),
    /// The client's user may not do this.
    NOT_PERMITTED(-32001),
    /// There is no port or network of that name.
    NOT_FOUND(-32002),
    /// There is one of that name already, or it is in use.
    CONFLICT(-32003),
    /// The host refuses: an interface is missing, a system call has failed.
    HOST_REFUSED(-32004),
    /// The daemon did not get to it in time; it may do it yet.
    TIMED_OUT(-32005);

    private final int number;

    ErrorCode(int number) {
        this.number = number;
    }

    /// What stands in the answer.
    public int number() {
        return number;
    }

    /// The kind with this number; an unknown one is the daemon's failure.
    static ErrorCode of(int number) {
        for (ErrorCode code : values()) {
            if (code.number == number) {
                return code;
            }
        }
        return INTERNAL_ERROR;
    }

    /// The kind of a failure.
    static ErrorCode of(SwitchdException failure) {
        return switch (failure) {
            case UsageException _ -> INVALID_PARAMS;
            case HostException _ -> HOST_REFUSED;
            case SyscallException _ -> HOST_REFUSED;
            case PermissionException _ -> HOST_REFUSED;
        };
    }

    /// A failure as a command reports it: it decides on the exit status.
    SwitchdException toException(String message) {
        return switch (this) {
            case INVALID_PARAMS, NOT_FOUND, CONFLICT -> new UsageException(message);
            case NOT_PERMITTED -> new PermissionException(message);
            case METHOD_NOT_FOUND ->
                    new HostException(
                            message + ": the running daemon is another version: restart it");
            case INTERNAL_ERROR -> new HostException(message + ": see the daemon's log");
            case PARSE_ERROR, INVALID_REQUEST, HOST_REFUSED, TIMED_OUT ->
                    new HostException(message);
        };
    }
}
