package switchd.daemon.lab;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;

/// Waits for a condition, looking every 10 ms.
public final class Await {
    /// Ample for what takes milliseconds.
    public static final Duration SHORT = Duration.ofSeconds(10);

    private Await() {}

    /// Returns as soon as `condition` holds; fails, naming `what`, when it does not within
    /// `timeout`.
    public static void until(String what, Duration timeout, BooleanSupplier condition) {
        Awaitility.await(what)
                .pollInSameThread()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .atMost(timeout)
                .until(condition::getAsBoolean);
    }
}
