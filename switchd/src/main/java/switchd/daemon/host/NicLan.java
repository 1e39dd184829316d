package switchd.daemon.host;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import switchd.bpf.BpfDevice;
import switchd.core.Errno;
import switchd.core.FrameBatch;
import switchd.core.HostException;
import switchd.core.InterfaceName;
import switchd.core.Lan;
import switchd.core.LanMember;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.core.Uplink;
import switchd.darwin.DarwinConstants;
import switchd.darwin.InterfaceControl;
import switchd.darwin.Interfaces;

/// The LAN that a NIC of macOS is on: every port reads and writes the NIC itself. The host cannot
/// talk to the VMs there.
final class NicLan implements Lan {
    private final DarwinHost host;
    private final InterfaceName nic;
    private final int mtu;
    private final List<String> notices;
    private final Runnable look = this::look;
    private Runnable changed = () -> {};
    private @Nullable String missing;

    private NicLan(DarwinHost host, InterfaceName nic, int mtu, List<String> notices) {
        this.host = host;
        this.nic = nic;
        this.mtu = mtu;
        this.notices = notices;
    }

    /// @throws HostException where there is no such NIC, it is down, or carries no Ethernet
    static NicLan open(DarwinHost host, InterfaceName name) throws SwitchdException {
        Nic found = usable(host, name);
        int mtu = host.interfaces().control().mtu(name);
        NicLan lan = new NicLan(host, name, mtu, notices(found));
        host.watch().add(lan.look);
        return lan;
    }

    private static Nic usable(DarwinHost host, InterfaceName name) throws SwitchdException {
        Nic found = find(host, host.interfaces().control(), name);
        if (!found.isEthernet()) {
            throw new HostException(
                    "%s carries no Ethernet frames: name one of: %s"
                            .formatted(name, usableNics(host)));
        }
        if (!found.isUp()) {
            throw new HostException(
                    "the interface %s is down: switch it on with `sudo ifconfig %s up`"
                            .formatted(name, name));
        }
        return found;
    }

    private static Nic find(DarwinHost host, InterfaceControl control, InterfaceName name)
            throws SwitchdException {
        try {
            return new Nic(name, control.flags(name), control.type(name));
        } catch (SyscallException e) {
            if (!e.is(Errno.ENXIO)) {
                throw e;
            }
            throw new HostException(
                    "there is no interface %s: name one of: %s".formatted(name, usableNics(host)),
                    e);
        }
    }

    private record Nic(InterfaceName name, int flags, InterfaceControl.Type type) {
        boolean isUp() {
            return (flags & DarwinConstants.IFF_UP) != 0;
        }

        boolean isEthernet() {
            return switch (type.type()) {
                // Where the kernel does not tell, BPF does.
                case InterfaceControl.Type.NOT_TOLD,
                        DarwinConstants.IFT_ETHER,
                        DarwinConstants.IFT_L2VLAN,
                        DarwinConstants.IFT_IEEE8023ADLAG,
                        DarwinConstants.IFT_BRIDGE ->
                        true;
                default -> false;
            };
        }
    }

    private static List<Nic> nics(DarwinHost host) throws SyscallException {
        InterfaceControl control = host.interfaces().control();
        List<Nic> nics = new ArrayList<>();
        for (Interfaces.Entry entry : Interfaces.list(host.darwin())) {
            try {
                nics.add(new Nic(entry.name(), entry.flags(), control.type(entry.name())));
            } catch (SyscallException e) {
                if (!e.is(Errno.ENXIO)) { // it went in between
                    throw e;
                }
            }
        }
        return nics;
    }

    private static String usableNics(DarwinHost host) {
        String names;
        try {
            names =
                    nics(host).stream()
                            .filter(nic -> nic.isEthernet() && nic.isUp())
                            .map(nic -> nic.name().value())
                            .collect(joining(", "));
        } catch (SyscallException e) {
            return "(the kernel does not tell which there are: %s)".formatted(e.getMessage());
        }
        return names.isEmpty() ? "(none on this host carries Ethernet and is up)" : names;
    }

    private static List<String> notices(Nic nic) {
        InterfaceName name = nic.name();
        List<String> notices = new ArrayList<>();
        notices.add(
                "this host and VMs on the interface %s cannot talk to one another; where they must, put %s in a bridge and use --bridge"
                        .formatted(name, name));
        if (nic.type().type() == DarwinConstants.IFT_BRIDGE) {
            notices.add("%s is a bridge: --bridge %s also connects the host".formatted(name, name));
        }
        if (nic.type().subfamily() == DarwinConstants.IFRTYPE_SUBFAMILY_WIFI) {
            notices.add(
                    "%s is Wi-Fi: most access points drop frames from a VM's own address; put %s in a bridge, which gives frames the Mac's address (IPv4 and IPv6 only), and use --bridge"
                            .formatted(name, name));
        }
        return List.copyOf(notices);
    }

    @Override
    public InterfaceName interfaceName() {
        return nic;
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public boolean connectsUplinks() {
        return false;
    }

    @Override
    public List<LanMember> members() throws SwitchdException {
        return List.of(host.interfaces().control().member(nic, false));
    }

    @Override
    public List<String> notices() {
        String now = missing;
        return now == null ? notices : List.of(now);
    }

    @Override
    public void whenChanged(Runnable listener) {
        changed = listener;
    }

    private void look() {
        @Nullable String now;
        try {
            usable(host, nic);
            now = null;
        } catch (SwitchdException e) {
            now = e.getMessage();
        }
        if (!Objects.equals(now, missing)) {
            missing = now;
            changed.run();
        }
    }

    @Override
    public void close() {
        host.watch().remove(look);
    }

    /// The slots are not used: BPF fills memory of its own.
    @Override
    public Uplink openUplink(FrameBatch batch) throws SwitchdException {
        usable(host, nic);
        var place = new BpfUplink.Place(nic, nic, BpfDevice.Use.NIC, mtu);
        return BpfUplink.open(host, place, new Undo(), this::unfit);
    }

    private @Nullable String unfit() throws SyscallException {
        int flags = host.interfaces().control().flags(nic);
        return (flags & DarwinConstants.IFF_UP) == 0 ? nic + " is down" : null;
    }
}
