package switchd.attach;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import switchd.core.Errno;
import switchd.posix.Posix;

/// A kernel that fails one call, once: the n-th from [#failAt] on.
final class FaultyPosix {
    private static final Set<String> NEVER_FAIL = Set.of("close", "umask", "geteuid", "getegid");

    private int left;
    private Errno errno = Errno.EMFILE;
    private String failed = "";
    private String only = "";

    /// A kernel like `real`, but for the failures.
    Posix over(Posix real) {
        return (Posix)
                Proxy.newProxyInstance(
                        Posix.class.getClassLoader(),
                        new Class<?>[] {Posix.class},
                        (_, method, arguments) -> {
                            if (isDue(method.getName())) {
                                failed = method.getName();
                                return method.getReturnType() == int.class
                                        ? (Object) (-errno.number())
                                        : (Object) (-(long) errno.number());
                            }
                            try {
                                return method.invoke(real, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private boolean isDue(String call) {
        boolean counts = only.isEmpty() ? !NEVER_FAIL.contains(call) : only.equals(call);
        return counts && left > 0 && --left == 0;
    }

    /// Fails the next call of this name. On the loop's thread.
    void failNext(String call, Errno with) {
        failAt(1, with);
        only = call;
    }

    /// On the loop's thread.
    void failAt(int call, Errno with) {
        only = "";
        left = call;
        errno = with;
        failed = "";
    }

    /// On the loop's thread.
    boolean hasFailed() {
        return left == 0;
    }

    /// The call that failed; empty where there were not so many. On the loop's thread.
    String failed() {
        left = 0;
        return failed;
    }
}
