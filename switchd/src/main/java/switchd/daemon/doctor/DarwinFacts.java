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
import switchd.core.Errno;
import switchd.core.InterfaceKind;
import switchd.core.InterfaceName;
import switchd.core.LanMember;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.daemon.host.DarwinHost;
import switchd.darwin.Darwin;
import switchd.darwin.InterfaceControl;
import switchd.darwin.Interfaces;
import switchd.darwin.Sysctl;
import switchd.feth.BridgeMembers;
import switchd.feth.OwnInterfaces;
import switchd.feth.Sweep;
import switchd.posix.Posix;

/// What macOS tells: `getifaddrs`, `ioctl` and `sysctl`.
final class DarwinFacts implements Facts {
    private final Darwin darwin;
    private final OwnInterfaces own;

    private DarwinFacts(Darwin darwin, OwnInterfaces own) {
        this.darwin = darwin;
        this.own = own;
    }

    /// @throws SwitchdException where the kernel gives no socket
    static DarwinFacts open(Darwin darwin) throws SwitchdException {
        return new DarwinFacts(darwin, OwnInterfaces.open(darwin, DarwinHost.JOURNAL, _ -> {}));
    }

    @Override
    public Posix posix() {
        return darwin;
    }

    @Override
    public Cures cures() {
        return Cures.DARWIN;
    }

    @Override
    public List<HostInterface> interfaces() throws SwitchdException {
        InterfaceControl control = own.control();
        Map<InterfaceName, InterfaceName> bridges = new HashMap<>();
        Map<InterfaceName, LanMember> members = new HashMap<>();
        List<Interfaces.Entry> entries = Interfaces.list(darwin);
        for (Interfaces.Entry entry : entries) {
            InterfaceName name = entry.name();
            try {
                LanMember member = control.member(name, false);
                members.putIfAbsent(name, member);
                if (member.kind() == InterfaceKind.BRIDGE) {
                    for (LanMember inside : BridgeMembers.of(control, name)) {
                        bridges.put(inside.name(), name);
                        members.put(inside.name(), inside);
                    }
                }
            } catch (SyscallException e) {
                if (!e.is(Errno.ENXIO)) { // it went in between
                    throw e;
                }
            }
        }
        List<HostInterface> found = new ArrayList<>();
        for (Interfaces.Entry entry : entries) {
            LanMember member = members.get(entry.name());
            if (member != null) {
                found.add(
                        new HostInterface(
                                member,
                                entry.address(),
                                Optional.ofNullable(bridges.get(entry.name()))));
            }
        }
        return List.copyOf(found);
    }

    @Override
    public OptionalInt setting(String name) throws SwitchdException {
        return Sysctl.readInt(darwin, name);
    }

    @Override
    public List<InterfaceName> leftovers() throws SwitchdException {
        return Sweep.leftovers(own);
    }

    @Override
    public Map<Integer, Set<String>> users() throws SwitchdException {
        Map<Integer, Set<String>> found = new TreeMap<>();
        for (HostInterface each : interfaces()) {
            if (each.kind() == InterfaceKind.FETH && each.bridge().isPresent()) {
                OptionalInt maker = own.maker(each.name());
                if (maker.isPresent() && !own.isGone(maker.getAsInt())) {
                    found.computeIfAbsent(maker.getAsInt(), _ -> new TreeSet<>())
                            .add(each.bridge().get().value());
                }
            }
        }
        return found;
    }

    @Override
    public List<Check> checks(Setup setup) {
        return List.of(
                new BpfCheck(darwin, setup.ports().size()),
                new FethSettingsCheck(darwin),
                new DarwinBufferCheck(this),
                new LaunchdCheck(LinuxFiles.ofHost(), setup.daemon() != null),
                new HintsCheck(this));
    }

    @Override
    public void close() {
        own.close();
    }
}
