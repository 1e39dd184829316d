package switchd.daemon.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import switchd.daemon.Status;

/// The guards of a port for people: what is out of the ordinary.
final class GuardText {
    private GuardText() {}

    /// All of it on one line; empty where all is as usual.
    static String of(Status.Guarding guards) {
        List<String> parts = new ArrayList<>();
        if (guards.isolated()) {
            parts.add("isolated");
        }
        if (!guards.talkGroups().isEmpty()) {
            parts.add("talks to " + String.join(", ", guards.talkGroups()));
        }
        if (guards.vlan() != null) {
            parts.add(guards.vlan() == 0 ? "untagged frames only" : "VLAN " + guards.vlan());
        }
        if (guards.trunk() != null) {
            parts.add(
                    guards.trunk().stream()
                            .map(id -> id == 0 ? "untagged" : String.valueOf(id))
                            .collect(Collectors.joining(", ", "trunk ", "")));
        }
        if (!guards.ipGuard().equals("off")) {
            parts.add("IP " + guards.ipGuard());
        }
        limit(parts, guards.groupFrames(), "broadcasts and multicasts/s");
        limit(parts, guards.newAddresses(), "new addresses/s");
        limit(parts, guards.addresses(), "addresses");
        rate(parts, guards.toLanRate(), "to LAN");
        rate(parts, guards.toVmRate(), "to VM");
        if (guards.burst() != null) {
            parts.add("burst " + Units.bytes(guards.burst()));
        }
        if (!guards.allowProtocols().isEmpty()) {
            parts.add("may speak " + String.join(", ", guards.allowProtocols()));
        }
        return String.join("; ", parts);
    }

    private static void limit(List<String> parts, @Nullable Integer most, String what) {
        if (most != null) {
            parts.add("at most " + most + " " + what);
        }
    }

    private static void rate(List<String> parts, @Nullable Long bits, String direction) {
        if (bits != null) {
            parts.add(Units.rate(bits, "bit/s") + " " + direction);
        }
    }
}
