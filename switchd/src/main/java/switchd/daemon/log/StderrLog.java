package switchd.daemon.log;

import java.io.FileDescriptor;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.text.MessageFormat;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;

/// Logs to stderr, a line an event, as text or as JSON ([LogFormat]).
///
/// Nobody who logs ever waits for whoever reads stderr, and what is said again and again is summed
/// up.
///
/// The JDK finds it as a service. java.util.logging would be there for the asking, but it closes
/// its handlers while the process ends, which is when the daemon still has something to say.
public final class StderrLog extends System.LoggerFinder {
    private static volatile System.Logger.Level threshold = System.Logger.Level.INFO;

    /// Says from which level on lines are written.
    public static void level(System.Logger.Level level) {
        threshold = level;
    }

    /// Says how lines are written.
    public static void format(LogFormat format) {
        LogWriter.format(format);
    }

    /// Says that the process's stderr itself is written to, where a full disk is noticed.
    public static void direct() {
        LogWriter.file(FileDescriptor.err);
    }

    /// How lines are written.
    public static LogFormat format() {
        return LogWriter.format();
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
        public void log(Level level, Object object) {
            if (!isLoggable(level)) {
                return;
            }
            if (object instanceof PortMessage subject) {
                LogWriter.write(LogLine.of(Moment.now(), level, name, subject));
            } else {
                write(level, object.toString(), object.toString(), "");
            }
        }

        @Override
        public void log(
                Level level,
                @Nullable ResourceBundle bundle,
                @Nullable String message,
                @Nullable Throwable thrown) {
            if (isLoggable(level)) {
                String text = String.valueOf(message);
                write(level, text, text, thrown == null ? "" : stackOf(thrown));
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
                write(level, text, String.valueOf(format), "");
            }
        }

        private void write(Level level, String message, String template, String stack) {
            LogWriter.write(LogLine.of(Moment.now(), level, name, message, template, stack));
        }

        private static String stackOf(Throwable thrown) {
            StringWriter stack = new StringWriter();
            thrown.printStackTrace(new PrintWriter(stack));
            return stack.toString();
        }
    }
}
