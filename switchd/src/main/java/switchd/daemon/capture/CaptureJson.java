package switchd.daemon.capture;

import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import switchd.core.DropCause;
import switchd.daemon.packet.Packet;
import switchd.daemon.packet.PacketText;
import switchd.daemon.words.JsonText;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A record of a capture as a line of JSON, `switchd.capture/1`.
public final class CaptureJson {
    private CaptureJson() {}

    /// The line, without its end.
    public static String of(CaptureRecord captured) {
        ObjectNode line = JsonMapper.shared().createObjectNode();
        line.put("schema", "switchd.capture/1");
        line.put("kind", captured.kind().name().toLowerCase(Locale.ROOT));
        line.put(
                "time",
                Instant.ofEpochSecond(
                                captured.time() / 1_000_000_000, captured.time() % 1_000_000_000)
                        .toString());
        DropCause cause = captured.cause();
        if (captured.kind() != CaptureRecord.Kind.LOST) {
            line.put("direction", captured.direction().label());
        }
        if (cause != null) {
            line.put("dropCause", cause.label());
        }
        if (captured.kind() == CaptureRecord.Kind.FRAME) {
            line.put("length", captured.length());
            line.put("lostBefore", captured.count());
            line.put("text", PacketText.of(Packet.of(captured.frame())));
            line.put("bytes", HexFormat.of().formatHex(captured.frame()));
        } else {
            line.put("frames", captured.count());
        }
        return JsonText.line(line);
    }
}
