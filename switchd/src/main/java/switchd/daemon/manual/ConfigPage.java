package switchd.daemon.manual;

import static switchd.daemon.manual.Roff.bold;

import java.util.List;
import switchd.core.IpPolicy;
import switchd.core.VlanPolicy;
import switchd.daemon.Version;
import switchd.daemon.config.Config;
import switchd.daemon.config.Key;
import switchd.daemon.config.Keys;

/// The manual page switchd.json(5), of all keys.
final class ConfigPage {
    private static final List<String> EXAMPLE =
            """
            {
              // Frames of these ports go to the LAN behind br0.
              "networks": [
                {"name": "lan", "kind": "bridge", "bridge": "br0"},
                {"name": "lab", "kind": "isolated"},
              ],
              "ports": [
                {"name": "web", "network": "lan", "mac": "52:54:00:12:34:56"},
                {"name": "db", "network": "lab", "owner": "alice"},
              ],
            }
            """
                    .lines()
                    .toList();

    private final Roff page =
            new Roff(
                    "SWITCHD.JSON",
                    5,
                    Version.date(),
                    "switchd " + Version.current(),
                    "File Formats");

    private ConfigPage() {}

    static String of() {
        ConfigPage made = new ConfigPage();
        made.beginning();
        made.part("", Config.class);
        made.end();
        return made.page.toString();
    }

    private void beginning() {
        page.section("NAME");
        page.paragraph("switchd.json - configuration of switchd");
        page.section("SYNOPSIS");
        page.paragraph(
                "/etc/switchd/switchd.json, on macOS /usr/local/etc/switchd/switchd.json, or what"
                        + " `switchd --config` names");
        page.section("DESCRIPTION");
        page.paragraph(
                "One JSON object. Comments (`//`, `/* */`) and commas behind the last item are allowed."
                        + " A key that switchd does not know is a mistake, and so is one that stands"
                        + " twice. A file with a mistake in it changes nothing: every mistake is told"
                        + " with file, line and key.");
        page.paragraph(
                "An option goes before a variable of the environment, the variable before the file, the"
                        + " file before the default; where networks or ports are given by options, those"
                        + " of the file do not count. `switchd config check` looks for mistakes,"
                        + " `switchd config show` prints what is in force and where it comes from,"
                        + " `switchd config schema` prints a JSON Schema for editors, and `switchd"
                        + " reload` or SIGHUP has a running daemon read the file again.");
        page.section("KEYS");
    }

    /// The keys of an object, then those of the objects in it.
    private void part(String path, Class<? extends Record> type) {
        List<Keys.Entry> keys = Keys.of(type);
        page.part(path.isEmpty() ? "The file" : path);
        for (Keys.Entry key : keys) {
            page.item(bold(key.name()) + " (" + form(key) + ")", meaning(key.key()));
        }
        for (Keys.Entry key : keys) {
            Class<? extends Record> below = key.record();
            if (below != null) {
                String name = (path.isEmpty() ? "" : path + ".") + key.name();
                part(key.list() ? name + "[]" : name, below);
            }
        }
    }

    private static String form(Keys.Entry key) {
        Class<?> type = key.type();
        String one =
                type.isRecord()
                        ? "object"
                        : type == Boolean.class
                                ? "true or false"
                                : type == VlanPolicy.class
                                        ? "number, 0 to 4094, or a list of them"
                                        : type == IpPolicy.class
                                                ? "dhcp, off, or a list of IP addresses"
                                                : type == Integer.class
                                                        ? "number, %d to %d"
                                                                .formatted(
                                                                        key.key().min(),
                                                                        key.key().max())
                                                        : key.words().isEmpty()
                                                                ? "text"
                                                                : String.join(" or ", key.words());
        return (key.list() ? "list, " + one : one) + (key.key().required() ? ", needed" : "");
    }

    private static String meaning(Key key) {
        String fallback = key.fallback().isEmpty() ? "" : " Default: `" + key.fallback() + "`.";
        String example = key.example().isEmpty() ? "" : " Example: `" + key.example() + "`.";
        return key.value() + fallback + example;
    }

    private void end() {
        page.section("EXAMPLES");
        page.example(EXAMPLE);
        page.section("SEE ALSO");
        page.paragraph("`switchd`(8)");
    }
}
