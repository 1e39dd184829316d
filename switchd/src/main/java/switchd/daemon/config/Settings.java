package switchd.daemon.config;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.daemon.config.Problems.Origin;
import switchd.daemon.words.JsonText;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What is in force: options before environment before file before defaults, and which of them each
/// value came from.
public final class Settings {
    private final @Nullable Path file;
    private final ObjectNode tree;
    private final Problems origins;
    private final List<String> notices;

    private Settings(@Nullable Path file, ObjectNode tree, Problems origins, List<String> notices) {
        this.file = file;
        this.tree = tree;
        this.origins = origins;
        this.notices = notices;
    }

    /// Reads what is in force.
    ///
    /// @param options what was typed, by setting
    /// @param useDefault whether the file in the usual place is read where no other is named
    /// @throws SwitchdException with all that is wrong, a line each
    public static Settings load(
            Map<Setting, String> options, Surroundings surroundings, boolean useDefault)
            throws SwitchdException {
        List<String> notices = new ArrayList<>();
        Map<String, String> variables = surroundings.variables();
        if (surroundings.distrust() != null && !variables.isEmpty()) {
            notices.add(
                    "ignored, as %s: %s"
                            .formatted(
                                    surroundings.distrust(),
                                    String.join(", ", variables.keySet())));
            variables = Map.of();
        }
        Problems problems = new Problems();
        Path file = fileOf(options, variables, useDefault);
        ObjectNode tree =
                file == null
                        ? ConfigText.MAPPER.createObjectNode()
                        : read(file, surroundings, problems);
        for (Setting setting : Setting.values()) {
            String option = options.get(setting);
            String variable = variables.get(setting.variable());
            if (option != null) {
                put(tree, setting, option, setting.option(), problems);
            } else if (variable != null && !variable.isEmpty()) {
                put(tree, setting, variable, setting.variable(), problems);
            }
        }
        new Shape(problems).check(tree, Config.class, "");
        problems.check();
        new Defaults(problems).fill(tree, Config.class, "");
        return new Settings(file, tree, problems, List.copyOf(notices));
    }

    /// Reads a file alone, as `config check` does.
    ///
    /// @throws SwitchdException with all that is wrong, a line each
    public static Settings ofFile(Path file, Surroundings surroundings) throws SwitchdException {
        return load(
                Map.of(Setting.CONFIG, file.toString()),
                new Surroundings(
                        Map.of(), null, surroundings.trusted(), surroundings.hasAccounts()),
                false);
    }

    /// The file that a daemon reads here where no option names one; it need not be there.
    ///
    /// @throws UsageException where the environment names none that can be
    public static Path usualFile(Surroundings surroundings) throws UsageException {
        Path named =
                surroundings.distrust() == null
                        ? fileOf(Map.of(), surroundings.variables(), false)
                        : null;
        return named == null ? Surroundings.defaultFile() : named;
    }

    private static ObjectNode read(Path file, Surroundings surroundings, Problems problems)
            throws SwitchdException {
        String text = ConfigFile.read(file, surroundings.trusted());
        ObjectNode tree = ConfigText.read(text, file.toString(), problems);
        new Shape(problems).check(tree, Config.class, "");
        Rules rules = new Rules(tree, problems);
        rules.check();
        if (surroundings.hasAccounts()) {
            rules.checkAccounts();
        }
        problems.check();
        return tree;
    }

    private static @Nullable Path fileOf(
            Map<Setting, String> options, Map<String, String> variables, boolean useDefault)
            throws UsageException {
        String option = options.get(Setting.CONFIG);
        String named = option != null ? option : variables.get(Setting.CONFIG.variable());
        if (named == null || named.isEmpty()) {
            Path usual = Surroundings.defaultFile();
            return useDefault && Files.exists(usual) ? usual : null;
        }
        try {
            return Path.of(named).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new UsageException(Setting.CONFIG.option() + ": " + e.getMessage());
        }
    }

    private static void put(
            ObjectNode tree, Setting setting, String value, String source, Problems problems) {
        String key = setting.key();
        if (key.isEmpty()) {
            return;
        }
        int dot = key.indexOf('.');
        ObjectNode parent = dot < 0 ? tree : tree.withObjectProperty(key.substring(0, dot));
        if (setting == Setting.KEEP_SOCKETS && value.matches("[0-9]{1,9}")) {
            parent.put(key.substring(dot + 1), Integer.parseInt(value));
        } else {
            parent.put(key.substring(dot + 1), value);
        }
        problems.origin(key, Origin.of(source));
    }

    /// The file that was read; null where none was.
    public @Nullable Path file() {
        return file;
    }

    /// What is in force, as records; defaults that depend on nothing else are filled in.
    public Config config() {
        return ConfigText.MAPPER.treeToValue(tree, Config.class);
    }

    /// Where the value of a key came from: file with line and column, option, variable, or
    /// `default`.
    ///
    /// @param path as in `ports[2].mac`
    public String origin(String path) {
        return origins.origin(path).toString();
    }

    /// What an operator should know of how they came about, a sentence each.
    public List<String> notices() {
        return notices;
    }

    /// What is in force and where it came from: one JSON object on a line (docs/json.md).
    public String report() {
        ObjectNode report = ConfigText.MAPPER.createObjectNode();
        report.put("schema", "switchd.config/1");
        if (file != null) {
            report.put("file", file.toString());
        }
        report.set("config", tree);
        ObjectNode from = report.putObject("origins");
        values().keySet().forEach(key -> from.put(key, origin(key)));
        return JsonText.line(report);
    }

    /// Every value in force, by the path of its key, as JSON.
    public SequencedMap<String, String> values() {
        SequencedMap<String, String> values = new LinkedHashMap<>();
        collect(tree, "", values);
        return values;
    }

    private static void collect(JsonNode node, String path, Map<String, String> values) {
        if (node.isObject()) {
            node.properties()
                    .forEach(member ->
                            collect(member.getValue(), Shape.join(path, member.getKey()), values));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                collect(node.get(i), path + "[" + i + "]", values);
            }
        } else {
            values.put(path, node.toString());
        }
    }
}
