package switchd.daemon.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static switchd.fuzz.Check.isLine;
import static switchd.fuzz.Check.that;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import switchd.core.SwitchdException;
import switchd.fuzz.Scratch;
import tools.jackson.databind.JsonNode;

/// A configuration file: what is wrong with it in lines, or a plan; and what is in force, written
/// down, is a configuration that says the same.
public final class ConfigFuzz {
    private static final Surroundings ANYBODY = new Surroundings(Map.of(), null, null);
    private static final int MOST_LINES = 51;
    private static final int LONGEST_LINE = 2_000;

    private ConfigFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) throws IOException, SwitchdException {
        Settings settings;
        try {
            settings = read(bytes);
        } catch (SwitchdException e) {
            String[] lines = String.valueOf(e.getMessage()).split("\n", -1);
            that(lines.length <= MOST_LINES, "too many lines");
            for (String line : lines) {
                that(!line.isEmpty() && line.length() <= LONGEST_LINE, "a line like no other");
                isLine(line);
            }
            return;
        }
        Plan plan = Plan.of(settings);
        JsonNode report = ConfigText.MAPPER.readTree(settings.report());
        settings.values().keySet().forEach(key -> isLine(settings.origin(key)));
        Settings again = read(report.get("config").toString().getBytes(UTF_8));
        that(again.config().equals(settings.config()), "another configuration");
        that(Plan.of(again).daemon().equals(plan.daemon()), "another plan");
    }

    private static Settings read(byte[] text) throws IOException, SwitchdException {
        Path file = Scratch.file(text);
        return Settings.ofFile(file, ANYBODY);
    }
}
