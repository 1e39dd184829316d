package switchd.daemon.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.text.MessageFormat;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/// Logs to stderr as text, a line an event: time, level, message, and the stack of a failure below.
///
/// Nobody who logs ever waits for whoever reads stderr ([LogWriter]).
///
/// The JDK finds it as a service. java.util.logging would be there for the asking, but it closes
/// its handlers while the process ends, which is when the daemon still has something to say.
public final class StderrLog extends System.LoggerFinder {
    private static volatile System.Logger.Level threshold = System.Logger.Level.INFO;

    /// Says from which level on lines are written.
    public static void level(System.Logger.Level level) {
        threshold = level;
    }

    /// Waits until all that was logged is written, at most so long: for the end of the process.
    public static void flush(long millis) {
        LogWriter.flush(millis);
    }

    @Override
    public System.Logger getLogger(String name, Module module) {
        return new Lines(name);
    }

    private record Lines(String name) implements System.Logger {
        @Override
        public String getName() {
            return name;
        }

        @Override
        public boolean isLoggable(Level level) {
            // What the JDK itself has to say is of interest only where it is a warning.
            Level least = name.startsWith("switchd") ? threshold : Level.WARNING;
            return level != Level.OFF && level.getSeverity() >= least.getSeverity();
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String message,
                @Nullable Throwable thrown) {
            if (isLoggable(level)) {
                write(level, String.valueOf(message), thrown);
            }
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String format,
                @Nullable Object @Nullable ... arguments) {
            if (isLoggable(level)) {
                boolean plain = arguments == null || arguments.length == 0 || format == null;
                String text =
                        plain ? String.valueOf(format) : MessageFormat.format(format, arguments);
                write(level, text, null);
            }
        }

        private static void write(Level level, String message, @Nullable Throwable thrown) {
            StringWriter text = new StringWriter();
            PrintWriter writer = new PrintWriter(text);
            writer.print(OffsetDateTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MILLIS));
            writer.print(' ');
            writer.print(level);
            writer.print(' ');
            writer.println(Printable.of(message));
            if (thrown != null) {
                StringWriter stack = new StringWriter();
                thrown.printStackTrace(new PrintWriter(stack));
                stack.toString()
                        .lines()
                        .forEach(line -> writer.println("\t" + Printable.of(line.strip())));
            }
            LogWriter.write(text.toString());
        }
    }
}
