package switchd.core;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/// What the running thread has allocated since it started, in bytes:
/// `getCurrentThreadAllocatedBytes` of `com.sun.management.ThreadMXBean`.
///
/// Looked up by name, as the module under test does not read `jdk.management` and the tests are
/// part of it. Reading the figure allocates nothing.
final class AllocatedBytes {
    private final MethodHandle getter;

    AllocatedBytes() throws ReflectiveOperationException {
        Object bean =
                Class.forName("java.lang.management.ManagementFactory")
                        .getMethod("getThreadMXBean")
                        .invoke(null);
        getter =
                MethodHandles.publicLookup()
                        .findVirtual(
                                Class.forName("com.sun.management.ThreadMXBean"),
                                "getCurrentThreadAllocatedBytes",
                                MethodType.methodType(long.class))
                        .bindTo(bean);
    }

    long now() {
        try {
            return (long) getter.invokeExact();
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
