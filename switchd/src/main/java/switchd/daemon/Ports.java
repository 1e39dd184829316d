package switchd.daemon;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import switchd.core.EventLoop;
import switchd.core.MacPolicy;
import switchd.core.UsageException;

/// The ports by their names, up or down, in the order in which they were asked for.
///
/// Used by the loop's thread alone.
final class Ports {
    private final Map<String, PortPlace> places = new LinkedHashMap<>();

    /// Numbers of inherited descriptors that were a port's once.
    private final Set<Integer> usedDescriptors = new HashSet<>();

    /// The place of that name; null where there is none.
    @Nullable PortPlace get(String name) {
        return places.get(name);
    }

    /// The place of that name.
    ///
    /// @throws UsageException where there is none
    PortPlace find(String name) throws UsageException {
        return Known.of("port", name, places);
    }

    /// Puts one to the others.
    void add(PortPlace place) {
        places.put(place.spec().name(), place);
    }

    /// Takes one out, to be closed.
    ///
    /// @throws UsageException where there is none of that name
    PortPlace take(String name) throws UsageException {
        PortPlace place = find(name);
        places.remove(name);
        return place;
    }

    /// Refuses one whose name or address another one has.
    void refuseDouble(PortSpec port) throws UsageException {
        if (places.containsKey(port.name())) {
            throw new UsageException("--name: there is a port called " + port.name() + " already");
        }
        if (!(port.macPolicy() instanceof MacPolicy.Fixed)) {
            return;
        }
        for (PortPlace other : places.values()) {
            if (other.spec().macPolicy().equals(port.macPolicy())) {
                throw new UsageException(
                        "--mac: port "
                                + other.spec().name()
                                + " has the address "
                                + port.macPolicy()
                                + " already");
            }
        }
    }

    /// Refuses an inherited descriptor that is or was a port's: it is closed with the port, and its
    /// number may be anybody's then.
    void refuseUsedDescriptor(PortSpec port) throws UsageException {
        Integer descriptor = port.descriptor();
        if (descriptor != null && usedDescriptors.contains(descriptor)) {
            throw new UsageException(
                    "--fd: descriptor "
                            + descriptor
                            + " is closed with its port: start switchd anew to hand it over again");
        }
    }

    /// Takes note of the inherited descriptor of a port, which has one once only.
    ///
    /// @throws UsageException as [#refuseUsedDescriptor]
    void useDescriptor(PortSpec port) throws UsageException {
        refuseUsedDescriptor(port);
        Integer descriptor = port.descriptor();
        if (descriptor != null) {
            usedDescriptors.add(descriptor);
        }
    }

    /// All of them.
    List<PortPlace> all() {
        return List.copyOf(places.values());
    }

    /// Those that are up.
    List<RunningPort> running() {
        List<RunningPort> running = new ArrayList<>();
        for (PortPlace place : places.values()) {
            RunningPort port = place.running();
            if (port != null) {
                running.add(port);
            }
        }
        return running;
    }

    /// Those on a network.
    List<PortPlace> on(String network) {
        return places.values().stream()
                .filter(place -> place.spec().network().equals(network))
                .toList();
    }

    /// Names of the networks that they are on.
    Set<String> networks() {
        return places.values().stream()
                .map(place -> place.spec().network())
                .collect(Collectors.toSet());
    }

    /// What each of them does.
    ///
    /// @throws UsageException never in practice
    List<Status.PortStatus> status(Networks networks, EventLoop loop) throws UsageException {
        List<Status.PortStatus> all = new ArrayList<>();
        for (PortPlace place : places.values()) {
            PortSpec spec = place.spec();
            int owner = place.owner().uid();
            RunningPort running = place.running();
            if (running == null) {
                RunningNetwork on = networks.find(spec.network());
                all.add(PortReport.down(spec, on.spec(), on.network().mtu(), owner));
            } else {
                all.add(PortReport.up(running, owner, loop));
            }
        }
        return all;
    }

    /// Forgets all of them.
    void clear() {
        places.clear();
    }
}
