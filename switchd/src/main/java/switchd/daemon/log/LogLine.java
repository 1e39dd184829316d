package switchd.daemon.log;

import org.jspecify.annotations.Nullable;

/// What was logged by one call, or by several that said the same.
///
/// @param moment of the call, or of the sum
/// @param level how important it is
/// @param logger who says it
/// @param subject what it is about where that is a port, else null
/// @param message as it is to be read
/// @param template what lines of this kind have in common; the message itself where nothing else is
///   known
/// @param stack of a failure, empty where there is none
/// @param repeats how many calls this stands for where it is a sum, else 0
/// @param seconds the time these calls came in, where it is a sum
record LogLine(
        Moment moment,
        System.Logger.Level level,
        String logger,
        @Nullable PortMessage subject,
        String message,
        String template,
        String stack,
        long repeats,
        long seconds) {

    /// A line that stands for itself.
    static LogLine of(
            Moment moment,
            System.Logger.Level level,
            String logger,
            String message,
            String template,
            String stack) {
        return new LogLine(moment, level, logger, null, message, template, stack, 0, 0);
    }

    /// A line about a port.
    static LogLine of(
            Moment moment, System.Logger.Level level, String logger, PortMessage subject) {
        return new LogLine(
                moment, level, logger, subject, subject.toString(), subject.event(), "", 0, 0);
    }

    /// The sum of `count` lines like this one, which is the last of them.
    LogLine repeated(Moment now, long count, long inSeconds) {
        return new LogLine(now, level, logger, subject, message, template, stack, count, inSeconds);
    }
}
