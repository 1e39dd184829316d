package switchd.daemon.trace;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import switchd.daemon.words.JsonText;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A finding in one line.
public final class FindingText {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

    private final ZoneId zone;

    /// @param zone of the times
    public FindingText(ZoneId zone) {
        this.zone = zone;
    }

    /// For people: time, how it is meant, what, the cure.
    public String of(Finding finding) {
        return "%s %-7s %s%s"
                .formatted(
                        TIME.format(instant(finding).atZone(zone)),
                        finding.kind().label(),
                        finding.text(),
                        finding.cure() == null ? "" : ": " + finding.cure());
    }

    /// As JSON, `switchd.trace/1`.
    public static String json(Finding finding) {
        ObjectNode line = JsonMapper.shared().createObjectNode();
        line.put("schema", "switchd.trace/1");
        line.put("time", instant(finding).toString());
        line.put("kind", finding.kind().label());
        line.put("topic", finding.topic());
        line.put("text", finding.text());
        if (finding.cure() != null) {
            line.put("cure", finding.cure());
        }
        return JsonText.line(line);
    }

    private static Instant instant(Finding finding) {
        return Instant.ofEpochSecond(
                finding.time() / 1_000_000_000, finding.time() % 1_000_000_000);
    }
}
