package switchd.launchd;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import switchd.posix.DescriptorMessage;
import switchd.posix.Posix;

/// systemd's watchdog: a service with `WatchdogSec=` that does not say for that long that it goes
/// on is taken to hang, and is killed and started anew (sd_watchdog_enabled(3)).
///
/// @param socket connected to systemd's, and another thread's to close
/// @param periodNanos how often to say so: half of what systemd has patience for
public record Watchdog(int socket, long periodNanos) {
    /// Says that the calling thread goes on. Never waits: where systemd does not read, the message
    /// is lost.
    ///
    /// @param posix of the calling thread
    public void feed(Posix posix) {
        DescriptorMessage.trySend(posix, socket, "WATCHDOG=1".getBytes(US_ASCII));
    }

    /// How often systemd wants to hear of the process `pid`; empty where it did not ask.
    static OptionalLong period(Environment environment, long pid) {
        String micros = environment.take("WATCHDOG_USEC");
        String meant = environment.take("WATCHDOG_PID");
        if (micros == null
                || !micros.matches("[1-9][0-9]{0,14}")
                || (meant != null && !meant.equals(Long.toString(pid)))) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(TimeUnit.MICROSECONDS.toNanos(Long.parseLong(micros)) / 2);
    }
}
