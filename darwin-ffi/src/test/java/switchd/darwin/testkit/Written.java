package switchd.darwin.testkit;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import switchd.darwin.Darwin;

/// Keeps what is handed to `write`, at the boundary between program and kernel.
public final class Written {
    private final List<byte[]> writes = new ArrayList<>();
    private final Darwin darwin;

    /// @param kernel does the calls
    public Written(Darwin kernel) {
        this.darwin =
                (Darwin)
                        Proxy.newProxyInstance(
                                Darwin.class.getClassLoader(),
                                new Class<?>[] {Darwin.class},
                                (_, method, arguments) -> {
                                    if (method.getName().equals("write")) {
                                        keep(
                                                (MemorySegment) arguments[1],
                                                (long) arguments[2],
                                                (long) arguments[3]);
                                    }
                                    try {
                                        return method.invoke(kernel, arguments);
                                    } catch (InvocationTargetException e) {
                                        throw e.getCause();
                                    }
                                });
    }

    private void keep(MemorySegment memory, long offset, long count) {
        writes.add(memory.asSlice(offset, count).toArray(JAVA_BYTE));
    }

    /// What the program is to call.
    public Darwin darwin() {
        return darwin;
    }

    /// The bytes of each `write` since the last call.
    public List<byte[]> take() {
        List<byte[]> taken = List.copyOf(writes);
        writes.clear();
        return taken;
    }
}
