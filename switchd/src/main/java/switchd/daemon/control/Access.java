package switchd.daemon.control;

import switchd.core.UsageException;
import switchd.daemon.Operations;
import switchd.posix.Ids;

/// Which ports a caller may use. On the loop's thread, where nothing changes in between.
final class Access {
    private Access() {}

    /// @throws RpcException where there is no such port, or it is none of the caller's: which of
    ///   both, an administrator alone is told
    static void check(Operations operations, String name, Caller caller) {
        if (caller.isAdministrator()) {
            find(operations, name);
        } else if (!isOwner(operations, name, caller.peer().uid())) {
            throw new RpcException(
                    ErrorCode.NOT_PERMITTED,
                    "user "
                            + Ids.text(caller.peer().uid())
                            + " owns no port "
                            + name
                            + ": run it with sudo, or as a member of the control group");
        }
    }

    /// @throws RpcException where there is no such port
    static void find(Operations operations, String name) {
        try {
            operations.ownerOf(name);
        } catch (UsageException e) {
            throw new RpcException(ErrorCode.NOT_FOUND, e.getMessage());
        }
    }

    /// @throws RpcException where there is such a port already
    static void checkNew(Operations operations, String name) {
        try {
            operations.ownerOf(name);
        } catch (UsageException _) {
            return;
        }
        throw new RpcException(
                ErrorCode.CONFLICT,
                "there is a port called " + name + " already: give another name");
    }

    private static boolean isOwner(Operations operations, String name, int uid) {
        try {
            return operations.ownerOf(name) == uid;
        } catch (UsageException _) {
            return false;
        }
    }
}
