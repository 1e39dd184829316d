package switchd.posix;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import switchd.core.Errno;

/// Handles that stand in for functions that the library lacks.
final class MissingFunction {
    private MissingFunction() {}

    /// A handle that throws an [UnsatisfiedLinkError].
    ///
    /// @param takesCallState whether a [Downcalls#CALL_STATE] segment goes before the arguments
    static MethodHandle throwing(String message, FunctionDescriptor type, boolean takesCallState) {
        MethodType called = called(type, takesCallState);
        MethodHandle error =
                MethodHandles.insertArguments(own("error", Error.class, String.class), 0, message);
        MethodHandle thrower = MethodHandles.throwException(called.returnType(), Error.class);
        return MethodHandles.dropArguments(
                MethodHandles.collectArguments(thrower, 0, error), 0, called.parameterList());
    }

    /// A handle that fails as a system call does that the kernel lacks.
    static MethodHandle notImplemented(FunctionDescriptor type) {
        MethodType called = called(type, true);
        MethodHandle failing = own("fail", int.class, MemorySegment.class);
        MethodHandle padded =
                MethodHandles.dropArguments(
                        failing, 1, called.parameterList().subList(1, called.parameterCount()));
        return MethodHandles.explicitCastArguments(padded, called);
    }

    private static MethodType called(FunctionDescriptor type, boolean takesCallState) {
        MethodType arguments = type.toMethodType();
        return takesCallState ? arguments.insertParameterTypes(0, MemorySegment.class) : arguments;
    }

    private static MethodHandle own(String name, Class<?> result, Class<?> argument) {
        try {
            return MethodHandles.lookup()
                    .findStatic(
                            MissingFunction.class, name, MethodType.methodType(result, argument));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(name, e);
        }
    }

    @SuppressWarnings("unused") // by its handle
    private static Error error(String message) {
        return new UnsatisfiedLinkError(message);
    }

    @SuppressWarnings("unused") // by its handle
    private static int fail(MemorySegment callState) {
        Downcalls.ERRNO.set(callState, 0L, Errno.ENOSYS.number());
        return -1;
    }
}
