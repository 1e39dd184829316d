package switchd.fuzz;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.util.Map;

/// Kernels that answer a few calls; every other one fails the target.
public final class Kernels {

    private Kernels() {}

    /// Answers one call.
    @FunctionalInterface
    public interface Call {
        Object answer(Object[] arguments) throws Exception;
    }

    /// A kernel of this kind.
    ///
    /// @param calls by name
    public static <T> T of(Class<T> kind, Map<String, Call> calls) {
        Object kernel =
                Proxy.newProxyInstance(
                        kind.getClassLoader(),
                        new Class<?>[] {kind},
                        (_, method, arguments) -> {
                            Call call = calls.get(method.getName());
                            if (call == null) {
                                throw new AssertionError("nobody expects " + method);
                            }
                            return call.answer(arguments);
                        });
        return kind.cast(kernel);
    }

    /// The memory that the pointer at `offset` leads to, which has to be there.
    @SuppressWarnings("restricted")
    public static MemorySegment pointer(MemorySegment memory, long offset, long bytes) {
        long address = memory.get(JAVA_LONG, offset);
        return MemorySegment.ofAddress(address).reinterpret(bytes);
    }
}
