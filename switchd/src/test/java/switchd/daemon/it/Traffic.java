package switchd.daemon.it;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What has gone through a port, as the daemon logs it when it ends.
///
/// @param toLan what the VM has sent
/// @param toVm what the VM has been sent
record Traffic(Direction toLan, Direction toVm) {
    private static final String DIRECTION = "(\\d+) frames, (\\d+) bytes(?:, dropped ([^;\n]+))?";
    private static final Pattern LINE =
            Pattern.compile(
                    "^\\S+ INFO (\\S+): to LAN " + DIRECTION + "; to VM " + DIRECTION + "$",
                    Pattern.MULTILINE);

    /// One way through a port.
    ///
    /// @param frames passed on
    /// @param bytes of the frames passed on
    /// @param dropped frames by cause; without those of which there was none
    record Direction(long frames, long bytes, Map<String, Long> dropped) {}

    /// That of all ports.
    ///
    /// @param byName with the ports' names
    record Ports(Map<String, Traffic> byName) {
        Traffic of(String port) {
            return Objects.requireNonNull(byName.get(port), port);
        }
    }

    /// The ports of which `log` tells.
    static Ports read(String log) {
        Map<String, Traffic> ports = new LinkedHashMap<>();
        Matcher line = LINE.matcher(log);
        while (line.find()) {
            ports.put(line.group(1), new Traffic(direction(line, 2), direction(line, 5)));
        }
        return new Ports(ports);
    }

    private static Direction direction(Matcher line, int group) {
        Map<String, Long> dropped = new HashMap<>();
        String drops = line.group(group + 2);
        if (drops != null) {
            for (String drop : drops.split(", ", -1)) {
                String[] words = drop.split(" ", 2);
                dropped.put(words[0], Long.valueOf(words[1]));
            }
        }
        return new Direction(
                Long.parseLong(line.group(group)), Long.parseLong(line.group(group + 1)), dropped);
    }
}
