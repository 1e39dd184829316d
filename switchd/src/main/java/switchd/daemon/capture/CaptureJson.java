package switchd.daemon.capture;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import switchd.core.DropCause;
import switchd.daemon.packet.Packet;
import switchd.daemon.packet.PacketText;
import tools.jackson.databind.json.JsonMapper;

/// A record of a capture as a line of JSON, `switchd.capture/1`.
public final class CaptureJson {
    private CaptureJson() {}

    /// The line, without its end.
    public static String of(CaptureRecord captured) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("schema", "switchd.capture/1");
        line.put("kind", captured.kind().name().toLowerCase(Locale.ROOT));
        line.put("timeNanos", captured.time());
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
        return JsonMapper.shared().writeValueAsString(line);
    }
}
