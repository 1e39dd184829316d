package switchd.daemon.manual;

import java.util.LinkedHashMap;
import java.util.SequencedMap;

/// What the manual says beyond what commands and keys tell of themselves.
///
/// @param heading of the section
/// @param before sentences before the items; empty where there are none
/// @param items terms and what they mean
record ManualText(String heading, String before, SequencedMap<String, String> items) {
    static final ManualText FILES =
            of(
                    "FILES",
                    "",
                    "/etc/switchd/switchd.json",
                    "The configuration; on macOS /usr/local/etc/switchd/switchd.json. See"
                            + " `switchd.json`(5).",
                    "/run/switchd/control.sock",
                    "The control socket; on macOS in /var/run/switchd, without root in"
                            + " $XDG_RUNTIME_DIR/switchd.",
                    "/run/switchd/NAME/net.sock",
                    "Where the VM of port NAME attaches with datagrams: vfkit, krunkit, QEMU dgram.",
                    "/run/switchd/NAME/stream.sock",
                    "Where it attaches with a stream: QEMU stream, Lima, the client of socket_vmnet.");

    static final ManualText SIGNALS =
            of(
                    "SIGNALS",
                    "",
                    "SIGTERM, SIGINT",
                    "End the daemon; it removes what it made. It takes no more than two seconds.",
                    "SIGHUP",
                    "Has the configuration read again, as `switchd reload` does. Ports that stay the"
                            + " same go on without losing a frame; a file with a mistake in it changes"
                            + " nothing. A daemon that reads no configuration ends.");

    static final ManualText EXIT =
            of(
                    "EXIT STATUS",
                    "Those of sysexits.h, for all commands; what a command has beyond that is told"
                            + " with it.",
                    "0",
                    "Done; the daemon: ended by a signal.",
                    "1",
                    "A check has failed (`selftest`, `doctor`).",
                    "64",
                    "Wrong usage, or a configuration with a mistake in it. Nothing was done.",
                    "69",
                    "The host cannot do it, or no daemon runs.",
                    "70",
                    "A bug.",
                    "77",
                    "Not permitted.");

    private static ManualText of(String heading, String before, String... items) {
        SequencedMap<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < items.length; i += 2) {
            map.put(items[i], items[i + 1]);
        }
        return new ManualText(heading, before, map);
    }

    /// Adds the section to a page.
    void addTo(Roff page) {
        page.section(heading);
        if (!before.isEmpty()) {
            page.paragraph(before);
        }
        items.forEach((term, meaning) -> page.item(Roff.bold(term), meaning));
    }
}
