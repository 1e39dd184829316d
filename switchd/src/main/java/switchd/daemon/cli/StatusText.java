package switchd.daemon.cli;

import java.util.Formatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import switchd.daemon.Status;

/// A daemon's status for people: what each port does, and why its VM may have no network.
final class StatusText {
    private final Terminal terminal;
    private final StringBuilder text = new StringBuilder();
    private final Formatter out = new Formatter(text, Locale.ROOT);

    private StatusText(Terminal terminal) {
        this.terminal = terminal;
    }

    /// All of it.
    static String of(Status status, Terminal terminal) {
        StatusText text = new StatusText(terminal);
        text.daemon(status.daemon());
        for (Status.NetworkStatus network : status.networks()) {
            text.network(network);
            status.ports().stream()
                    .filter(port -> port.network().equals(network.name()))
                    .forEach(text::port);
        }
        return text.text.toString();
    }

    /// One port.
    static String of(Status.PortStatus port, Terminal terminal) {
        StatusText text = new StatusText(terminal);
        text.port(port);
        return text.text.toString().stripLeading();
    }

    /// One network.
    static String of(Status.NetworkStatus network, Terminal terminal) {
        StatusText text = new StatusText(terminal);
        text.network(network);
        return text.text.toString().stripLeading();
    }

    private void daemon(Status.DaemonStatus daemon) {
        out.format(
                "switchd %s on %s, pid %d, up %s%n",
                daemon.version(),
                daemon.host(),
                daemon.pid(),
                Units.duration((double) daemon.uptimeSeconds()));
        Long resident = daemon.memory().resident();
        line(
                "memory",
                (resident == null ? "" : Units.bytes(resident) + ", ")
                        + "Java objects "
                        + Units.bytes(daemon.memory().heapUsed())
                        + " of at most "
                        + Units.bytes(daemon.memory().heapMax()));
        line(
                "loop",
                String.format(Locale.ROOT, "longest turn %.1f ms", daemon.longestTurnMillis()));
    }

    private void network(Status.NetworkStatus network) {
        String lan = network.lan() == null ? "" : " " + network.lan();
        out.format(
                "%nnetwork %s: %s%s, MTU %d%n", network.name(), network.kind(), lan, network.mtu());
        if (!network.members().isEmpty()) {
            line(
                    "members",
                    network.members().stream()
                            .map(StatusText::member)
                            .collect(Collectors.joining(", ")));
        }
        if (network.macNat()) {
            line("MAC-NAT", "the LAN sees the VMs under the address of a member");
        }
        line("ports", network.ports().isEmpty() ? "none" : String.join(", ", network.ports()));
        if (network.repairs() > 0) {
            line("repairs", Units.plural(network.repairs(), "time") + " an uplink was put back");
        }
        network.notices().forEach(notice -> line("notice", Cell.doubtful(notice)));
    }

    private static String member(Status.Member member) {
        return member.name()
                + " ("
                + member.kind()
                + ", MTU "
                + member.mtu()
                + (member.up() ? "" : ", down")
                + (member.macNat() ? ", MAC-NAT" : "")
                + ")";
    }

    private void port(Status.PortStatus port) {
        out.format(
                "%nport %s on %s: %s%n",
                port.name(), port.network(), state(port).shownOn(terminal));
        Verdict.of(port).forEach(reason -> line("why", Cell.bad(reason)));
        line("VM", vm(port.peer()));
        line("MAC", mac(port));
        if (port.ipAddresses() != null) {
            line("IP", ips(port.ipAddresses()));
        }
        String guards = GuardText.of(port.guards());
        if (!guards.isEmpty()) {
            line("guards", guards);
        }
        if (port.socket() != null) {
            line("socket", port.socket());
        }
        if (port.stream() != null) {
            line("stream", port.stream());
        }
        if (!port.uplink().isEmpty()) {
            line("uplink", port.uplink());
        }
        line("to LAN", traffic(port.toLan()));
        line("to VM", traffic(port.toVm()));
        Status.Queue queue = port.queue();
        line(
                "queue",
                "%d of %d frames wait, %d at most so far"
                        .formatted(queue.waiting(), queue.capacity(), queue.highWater()));
    }

    /// A port's state in the colour of how good it is.
    static Cell state(Status.PortStatus port) {
        String label = port.state().label();
        return switch (port.state()) {
            case ATTACHED -> Cell.good(label);
            case LISTENING -> Cell.of(label);
            case DOWN -> Cell.doubtful(label);
            case REFUSED, UPLINK_LOST -> Cell.bad(label);
        };
    }

    /// Its path and its process, as far as known.
    static String vm(Status.@Nullable PeerStatus peer) {
        if (peer == null) {
            return "none";
        }
        StringBuilder vm = new StringBuilder(peer.name());
        if (peer.pid() != null) {
            vm.append(", pid ").append(peer.pid());
        }
        vm.append(", ").append(peer.kind());
        vm.append(", for ").append(Units.duration(peer.attachedSeconds()));
        if (peer.sendBuffer() != null || peer.receiveBuffer() != null) {
            vm.append(", buffers ").append(Units.bytes(peer.sendBuffer())).append(" to it, ");
            vm.append(Units.bytes(peer.receiveBuffer())).append(" from it");
        }
        return vm.toString();
    }

    private static Cell mac(Status.PortStatus port) {
        String wanted =
                switch (port.mac()) {
                    case "auto" -> "auto: the first one is the VM's";
                    case "any" -> "any";
                    default -> port.mac();
                };
        String seen =
                port.macsSeen().isEmpty()
                        ? wanted + "; none seen yet"
                        : wanted + "; seen " + String.join(", ", port.macsSeen());
        return port.foreignSource() == null
                ? Cell.of(seen)
                : Cell.bad(seen + "; foreign " + port.foreignSource());
    }

    private static String ips(List<Status.Address> addresses) {
        return addresses.isEmpty()
                ? "guarded; none yet"
                : "guarded: "
                        + addresses.stream().map(StatusText::ip).collect(Collectors.joining(", "));
    }

    private static String ip(Status.Address ip) {
        return ip.address()
                + " ("
                + ip.source()
                + (ip.vlan() == null ? "" : ", VLAN " + ip.vlan())
                + (ip.expiresSeconds() == null
                        ? ""
                        : ", for " + Units.duration(ip.expiresSeconds()))
                + ")";
    }

    private static String traffic(Status.Traffic traffic) {
        String passed =
                traffic.lastFrameSeconds() == null
                        ? "no frame yet"
                        : "last "
                                + Units.duration(traffic.lastFrameSeconds())
                                + " ago; "
                                + Units.plural(traffic.frames(), "frame")
                                + ", "
                                + Units.bytes(traffic.bytes())
                                + "; now "
                                + Units.rate(traffic.framesPerSecond(), "frames/s")
                                + ", "
                                + Units.rate(traffic.bitsPerSecond(), "bit/s");
        if (traffic.dropped() == 0) {
            return passed;
        }
        return passed
                + "; dropped "
                + traffic.drops().entrySet().stream()
                        .map(drop -> drop.getValue() + " " + drop.getKey())
                        .collect(Collectors.joining(", "));
    }

    private void line(String name, String value) {
        line(name, Cell.of(value));
    }

    private void line(String name, Cell value) {
        out.format("  %-7s %s%n", name, value.shownOn(terminal));
    }
}
