package switchd.daemon.doctor;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import switchd.core.InterfaceKind;
import switchd.core.InterfaceName;
import switchd.core.LanMember;
import switchd.core.MacAddress;
import switchd.core.SwitchdException;
import switchd.linux.LinkStatus;
import switchd.linux.Linux;
import switchd.linux.Rtnetlink;
import switchd.posix.Posix;

/// What Linux tells: rtnetlink, `/proc` and `/sys`.
record LinuxFacts(Linux linux, LinuxFiles files) implements Facts {
    /// How switchd calls its TAPs.
    private static final String TAPS = "swtap";

    @Override
    public Posix posix() {
        return linux;
    }

    @Override
    public Cures cures() {
        return Cures.LINUX;
    }

    @Override
    public List<HostInterface> interfaces() throws SwitchdException {
        try (Rtnetlink netlink = Rtnetlink.open(linux)) {
            List<LinkStatus> links = netlink.links();
            Map<Integer, LinkStatus> byIndex = new HashMap<>();
            links.forEach(link -> byIndex.put(link.index(), link));
            List<HostInterface> found = new ArrayList<>();
            for (LinkStatus link : links) {
                link.asMember()
                        .map(member ->
                                new HostInterface(
                                        member, address(link), bridge(byIndex.get(link.master()))))
                        .forEach(found::add);
            }
            return List.copyOf(found);
        }
    }

    private static Optional<MacAddress> address(LinkStatus link) {
        return Optional.of(link.address()).filter(address -> address.value() != 0);
    }

    private static Optional<InterfaceName> bridge(@Nullable LinkStatus master) {
        return Optional.ofNullable(master)
                .filter(LinkStatus::isBridge)
                .flatMap(bridge -> bridge.asMember().findFirst())
                .map(LanMember::name);
    }

    @Override
    public OptionalInt setting(String name) {
        return files.number("/proc/sys/" + name.replace('.', '/'));
    }

    /// TAPs of our name that no process holds.
    @Override
    public List<InterfaceName> leftovers() throws SwitchdException {
        Map<String, Integer> owners = TapOwners.of(files);
        return interfaces().stream()
                .map(HostInterface::name)
                .filter(name -> name.value().startsWith(TAPS))
                .filter(name -> !owners.containsKey(name.value()))
                .toList();
    }

    @Override
    public Map<Integer, Set<String>> users() throws SwitchdException {
        Map<String, Integer> owners = TapOwners.of(files);
        Map<Integer, Set<String>> found = new TreeMap<>();
        for (HostInterface each : interfaces()) {
            Integer owner = owners.get(each.name().value());
            if (owner != null && each.name().value().startsWith(TAPS)) {
                Set<String> bridges = found.computeIfAbsent(owner, _ -> new TreeSet<>());
                each.bridge().ifPresent(bridge -> bridges.add(bridge.value()));
            }
        }
        return found;
    }

    /// What bridges have learned behind members that are no VM's, and neighbours beyond bridges.
    @Override
    public List<Sighting> sightings() throws SwitchdException {
        List<HostInterface> interfaces = interfaces();
        List<Sighting> found = new ArrayList<>(Neighbours.inArpTable(files, interfaces));
        for (HostInterface bridge : interfaces) {
            if (bridge.kind() == InterfaceKind.BRIDGE) {
                found.addAll(Neighbours.behind(files, bridge.name(), interfaces));
            }
        }
        return List.copyOf(found);
    }

    @Override
    public List<Check> checks(Setup setup) {
        return List.of(
                new TunCheck(this),
                new CapabilityCheck(files),
                new BridgeFilterCheck(files, setup.bridges()),
                new SpanningTreeCheck(files, setup.bridges()),
                new LinuxBufferCheck(this),
                new ManagerCheck(files),
                new SystemdCheck(files));
    }

    @Override
    public void close() {}
}
