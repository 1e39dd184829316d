package switchd.daemon.control;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import switchd.daemon.words.Nearest;
import switchd.posix.Ids;

/// All methods of the control socket, and the one place where permissions are looked at.
public final class Methods {
    private final Map<String, Method<?>> methods = new TreeMap<>();
    private final Ownership ownership;

    Methods(Collection<Method<?>> methods, Ownership ownership) {
        for (Method<?> method : methods) {
            if (this.methods.put(method.name(), method) != null) {
                throw new IllegalArgumentException("two methods are called " + method.name());
            }
        }
        this.ownership = ownership;
    }

    /// Who has ports. Asked by the control thread; must not wait.
    @FunctionalInterface
    interface Ownership {
        /// True where the user has a port.
        boolean ownsOne(int uid);
    }

    /// The method of this name, which `caller` may call.
    ///
    /// @throws RpcException where there is none, or he may not
    Method<?> find(String name, Caller caller) {
        Method<?> method = methods.get(name);
        if (method == null) {
            String nearest = Nearest.question(name, methods.keySet());
            String known = ": there are " + String.join(", ", methods.keySet());
            throw new RpcException(
                    ErrorCode.METHOD_NOT_FOUND,
                    "no method '" + shortened(name) + "'" + (nearest.isEmpty() ? known : nearest));
        }
        if (!caller.isAdministrator()) {
            check(method, caller);
        }
        return method;
    }

    private void check(Method<?> method, Caller caller) {
        int uid = caller.peer().uid();
        String cure = ": run it with sudo, or as a member of the control group";
        if (method.permission() == Permission.ADMINISTRATORS) {
            throw new RpcException(
                    ErrorCode.NOT_PERMITTED,
                    method.name()
                            + " is not for user "
                            + Ids.text(uid)
                            + ", who is no administrator"
                            + cure);
        }
        if (!ownership.ownsOne(uid)) {
            throw new RpcException(
                    ErrorCode.NOT_PERMITTED,
                    method.name()
                            + " is not for user "
                            + Ids.text(uid)
                            + ", who owns no port here"
                            + cure);
        }
    }

    private static String shortened(String name) {
        return name.length() <= 64 ? name : name.substring(0, 64) + "…";
    }
}
