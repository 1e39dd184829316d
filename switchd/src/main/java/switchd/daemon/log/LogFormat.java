package switchd.daemon.log;

import static java.util.stream.Collectors.joining;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import switchd.daemon.words.JsonText;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// How the log is written.
public enum LogFormat {
    /// Lines for readers: time, level, message; the stack of a failure below, behind tabs.
    TEXT {
        @Override
        String render(LogLine line) {
            String repeats =
                    line.repeats() == 0
                            ? ""
                            : " (repeated %d time%s in %d s)"
                                    .formatted(
                                            line.repeats(),
                                            line.repeats() == 1 ? "" : "s",
                                            line.seconds());
            String stack =
                    line.stack()
                            .lines()
                            .map(frame -> "\t" + Printable.of(frame.strip()) + "\n")
                            .collect(joining());
            String message = Printable.of(line.message()) + repeats;
            return time(line.moment().time()) + " " + line.level() + " " + message + "\n" + stack;
        }
    },

    /// One object a line, for programs: `time`, `level`, `logger`, `port` and `event` where it is
    /// about a port, `message`, `repeated` and `seconds` where it is a sum, `stack`.
    JSON {
        @Override
        String render(LogLine line) {
            ObjectNode object = JsonMapper.shared().createObjectNode();
            object.put("time", time(line.moment().time()));
            object.put("level", line.level().name());
            object.put("logger", line.logger());
            PortMessage subject = line.subject();
            if (subject != null) {
                object.put("port", subject.port());
                object.put("event", subject.event());
            }
            object.put("message", Printable.of(subject == null ? line.message() : subject.text()));
            if (line.repeats() > 0) {
                object.put("repeated", line.repeats());
                object.put("seconds", line.seconds());
            }
            if (!line.stack().isEmpty()) {
                object.put("stack", line.stack());
            }
            return JsonText.line(object) + "\n";
        }
    };

    /// The line, or lines, with their ends.
    abstract String render(LogLine line);

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSXXX", Locale.ROOT);

    /// A time as the log has it: RFC 3339 with three digits of the second, and the offset of the
    /// local time.
    public static String time(Instant time) {
        return TIME.format(time.atZone(ZoneId.systemDefault()));
    }
}
