package switchd.darwin.testkit;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The `ioctl` requests that something answers, by all 64 bits of their number.
final class RequestTable {
    private static final long IN_OR_OUT = 0xC000_0000L;

    private final Map<Long, Handler> handlers = new HashMap<>();
    private final String unknown;

    /// What one request does.
    @FunctionalInterface
    interface Handler {
        void run(int euid, MemorySegment argument);
    }

    /// @param unknown the errno of a request that is not in the table
    RequestTable(String unknown) {
        this.unknown = unknown;
    }

    /// Adds a request that anybody may make.
    RequestTable on(String request, Handler handler) {
        handlers.put(Abi.constant(request), handler);
        return this;
    }

    /// Adds a request that only root may make.
    RequestTable root(String request, Handler handler) {
        return on(
                request,
                (euid, argument) -> {
                    Refused.when(euid != 0, "EPERM");
                    handler.run(euid, argument);
                });
    }

    int run(int euid, long request, MemorySegment argument) {
        @Nullable Handler handler = handlers.get(request);
        if (handler == null) {
            throw new Refused(unknown);
        }
        Refused.when((request & IN_OR_OUT) != 0 && argument.address() == 0, "EFAULT");
        handler.run(euid, argument);
        return 0;
    }
}
