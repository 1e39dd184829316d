package switchd.daemon.manual;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.ArgSpec;

/// What may stand for an argument, as far as a shell can tell: found by the argument's label, which
/// names a kind of value (`PATH`, `PORT`) or all of them (`ndrv|bpf`).
///
/// @param kind where the values come from
/// @param choices all values, where they are few
record Values(Kind kind, List<String> choices) {
    /// Where values come from.
    enum Kind {
        /// A file or directory.
        FILE,
        /// A NIC or bridge of the host.
        INTERFACE,
        USER,
        GROUP,
        /// A port of the running daemon.
        PORT,
        /// A network of the running daemon.
        NETWORK,
        /// A program and its arguments.
        COMMAND,
        /// One of a few words.
        CHOICE,
        /// Something that no shell knows.
        OTHER
    }

    /// Labels that are not in here take what no shell knows.
    private static final Map<String, Kind> LABELS =
            Map.ofEntries(
                    Map.entry("PATH", Kind.FILE),
                    Map.entry("FILE", Kind.FILE),
                    Map.entry("DIR", Kind.FILE),
                    Map.entry("SOCKET", Kind.FILE),
                    Map.entry("BRIDGE", Kind.INTERFACE),
                    Map.entry("NIC", Kind.INTERFACE),
                    Map.entry("USER", Kind.USER),
                    Map.entry("GROUP", Kind.GROUP),
                    Map.entry("PORT", Kind.PORT),
                    Map.entry("NETWORK", Kind.NETWORK),
                    Map.entry("COMMAND", Kind.COMMAND));

    static Values of(ArgSpec argument) {
        String label = argument.paramLabel();
        if (label.contains("|")) {
            return new Values(Kind.CHOICE, List.of(label.split("\\|")));
        }
        return new Values(LABELS.getOrDefault(label, Kind.OTHER), List.of());
    }
}
