package switchd.posix;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import switchd.core.Errno;

/// Handles that stand in for functions that the library lacks.
final class MissingFunction {
    private static final Logger LOG = System.getLogger(MissingFunction.class.getName());

    private final String complaint;
    private final AtomicBoolean told;

    private MissingFunction(@Nullable String complaint) {
        this.complaint = String.valueOf(complaint);
        this.told = new AtomicBoolean(complaint == null);
    }

    /// A handle that throws an [UnsatisfiedLinkError], for a function linked without `errno`.
    static MethodHandle throwing(String complaint, FunctionDescriptor type) {
        MethodType called = type.toMethodType();
        MethodHandle error =
                MethodHandles.insertArguments(
                        own("error", Error.class, String.class), 0, complaint);
        MethodHandle thrower = MethodHandles.throwException(called.returnType(), Error.class);
        return MethodHandles.dropArguments(
                MethodHandles.collectArguments(thrower, 0, error), 0, called.parameterList());
    }

    /// A handle that fails as a system call does that the kernel lacks.
    ///
    /// @param complaint what the first call logs, if anything
    static MethodHandle notImplemented(FunctionDescriptor type, @Nullable String complaint) {
        MethodType called = type.toMethodType().insertParameterTypes(0, MemorySegment.class);
        MethodHandle failing =
                MethodHandles.insertArguments(
                        own("fail", int.class, MissingFunction.class, MemorySegment.class),
                        0,
                        new MissingFunction(complaint));
        MethodHandle padded =
                MethodHandles.dropArguments(
                        failing, 1, called.parameterList().subList(1, called.parameterCount()));
        return MethodHandles.explicitCastArguments(padded, called);
    }

    private static MethodHandle own(String name, Class<?> result, Class<?>... arguments) {
        try {
            return MethodHandles.lookup()
                    .findStatic(
                            MissingFunction.class, name, MethodType.methodType(result, arguments));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(name, e);
        }
    }

    @SuppressWarnings("unused") // by its handle
    private static Error error(String complaint) {
        return new UnsatisfiedLinkError(complaint);
    }

    @SuppressWarnings("unused") // by its handle
    private static int fail(MissingFunction function, MemorySegment callState) {
        if (function.told.compareAndSet(false, true)) {
            LOG.log(Level.WARNING, function.complaint + ": calls of it fail with ENOSYS");
        }
        Downcalls.ERRNO.set(callState, 0L, Errno.ENOSYS.number());
        return -1;
    }
}
