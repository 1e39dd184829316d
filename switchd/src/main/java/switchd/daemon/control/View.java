package switchd.daemon.control;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import switchd.daemon.Status;

/// What a caller may see of a daemon: an administrator all of it, others their own ports and the
/// networks that these are on.
final class View {
    private View() {}

    static Status of(Status status, Caller caller) {
        if (caller.isAdministrator()) {
            return status;
        }
        List<Status.PortStatus> ports =
                status.ports().stream()
                        .filter(port -> (int) port.owner() == caller.peer().uid())
                        .toList();
        Set<String> names = ports.stream().map(Status.PortStatus::name).collect(Collectors.toSet());
        List<Status.NetworkStatus> networks =
                status.networks().stream()
                        .map(network -> withPorts(network, names))
                        .filter(network -> !network.ports().isEmpty())
                        .toList();
        return new Status(status.schema(), status.daemon(), networks, ports);
    }

    private static Status.NetworkStatus withPorts(Status.NetworkStatus network, Set<String> names) {
        return new Status.NetworkStatus(
                network.name(),
                network.kind(),
                network.lan(),
                network.mtu(),
                network.macNat(),
                network.members(),
                network.ports().stream().filter(names::contains).toList(),
                network.repairs(),
                network.notices());
    }
}
