package switchd.daemon;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import switchd.core.EventLoop;
import switchd.core.LanEvent;
import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.posix.PosixHost;

/// The networks, as they are open, in the order in which they were asked for.
///
/// Used by the loop's thread alone.
final class Networks {
    private final PosixHost host;
    private final EventLoop loop;
    private final BiConsumer<String, LanEvent> events;
    private final Map<String, RunningNetwork> open = new LinkedHashMap<>();

    /// Names of those that go with their last port.
    private final Set<String> implied = new HashSet<>();

    /// @param events hears a network's name and what happens to its bridge
    Networks(PosixHost host, EventLoop loop, BiConsumer<String, LanEvent> events) {
        this.host = host;
        this.loop = loop;
        this.events = events;
    }

    /// Looks whether one can be had, as far as that is seen without opening it.
    ///
    /// @throws SwitchdException where it cannot
    void check(NetworkSpec network) throws SwitchdException {
        RunningNetwork.check(network, host);
    }

    /// Opens one.
    ///
    /// @throws SwitchdException where it cannot be had; nothing is left behind
    void open(NetworkSpec network) throws SwitchdException {
        String name = network.name();
        if (open.containsKey(name)) {
            throw new UsageException("there is a network called " + name + " already");
        }
        open.put(
                name,
                RunningNetwork.open(network, host, loop, event -> events.accept(name, event)));
    }

    /// Opens one that goes with the last port on it, unless there is one of its name.
    ///
    /// @return whether it was opened
    /// @throws SwitchdException where it cannot be had, or the one of its name is another
    boolean openImplied(NetworkSpec network) throws SwitchdException {
        RunningNetwork there = open.get(network.name());
        if (there == null) {
            open(network);
            implied.add(network.name());
            return true;
        }
        if (!there.spec().kind().isSameLan(network.kind())) {
            throw new UsageException(
                    "the network "
                            + network.name()
                            + " is another one here: of kind "
                            + there.spec().kind().label());
        }
        return false;
    }

    /// Whether it goes with the last port on it.
    boolean isImplied(String name) {
        return implied.contains(name);
    }

    /// From here on one stays without ports, too.
    void keep(String name) {
        implied.remove(name);
    }

    /// Closes those that go with their last port and have none any more.
    ///
    /// @param used names of those that have ports
    /// @throws SwitchdException where one of them cannot be closed
    void prune(Set<String> used) throws SwitchdException {
        for (String name : List.copyOf(implied)) {
            if (!used.contains(name)) {
                remove(name);
            }
        }
    }

    /// The one of that name.
    ///
    /// @throws UsageException where there is none
    RunningNetwork find(String name) throws UsageException {
        return Known.of("network", name, open);
    }

    /// Closes one that has no port any more.
    ///
    /// @throws SwitchdException where there is none of that name
    void remove(String name) throws SwitchdException {
        RunningNetwork network = find(name);
        implied.remove(name);
        open.remove(name);
        network.close();
    }

    /// All of them, as they were asked for.
    List<NetworkSpec> specs() {
        return open.values().stream().map(RunningNetwork::spec).toList();
    }

    /// What each of them is.
    List<Status.NetworkStatus> status() {
        return open.values().stream().map(RunningNetwork::status).toList();
    }

    /// What an operator should know of them, a sentence each.
    List<String> notices() {
        return open.values().stream()
                .flatMap(network -> network.notices().stream())
                .distinct()
                .toList();
    }

    /// All ports are about to be closed.
    void endUplinks() {
        open.values().forEach(RunningNetwork::endUplinks);
    }

    /// Forgets all of them.
    ///
    /// @return those that there were, last first, to be closed
    List<RunningNetwork> clear() {
        List<RunningNetwork> all = List.copyOf(open.values()).reversed();
        open.clear();
        implied.clear();
        return all;
    }
}
