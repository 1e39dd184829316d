package switchd.attach;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import switchd.posix.Posix;

/// A kernel that gives every socket 8 KiB of buffer, and says so in Linux's way: twice the number.
final class SmallBuffers {
    private static final int GIVEN = 16_384;

    private SmallBuffers() {}

    static Posix of(Posix real) {
        return (Posix)
                Proxy.newProxyInstance(
                        Posix.class.getClassLoader(),
                        new Class<?>[] {Posix.class},
                        (_, method, arguments) -> {
                            try {
                                Object result = method.invoke(real, arguments);
                                if (method.getName().equals("getsockopt")) {
                                    ((MemorySegment) arguments[3]).set(JAVA_INT, 0, GIVEN);
                                }
                                return result;
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }
}
