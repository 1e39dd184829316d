package switchd.daemon.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import switchd.core.InterfaceKind;
import switchd.core.InterfaceName;
import switchd.core.LanMember;
import switchd.core.SwitchdException;

/// Every bridge of a network: there, up, with members that lead to a LAN, and one MTU.
record BridgeCheck(Facts facts, Setup setup) implements Check {
    @Override
    public String name() {
        return "bridge";
    }

    @Override
    public List<Finding> run() throws SwitchdException {
        List<HostInterface> interfaces = facts.interfaces();
        List<Finding> findings = new ArrayList<>();
        for (Setup.Net net : setup.networks()) {
            InterfaceName bridge = net.carrier();
            if (net.bridge() && bridge != null) {
                findings.addAll(judge(bridge, net.create(), interfaces, facts.cures()));
            }
        }
        return findings;
    }

    /// @param create whether switchd makes it where there is none
    static List<Finding> judge(
            InterfaceName bridge, boolean create, List<HostInterface> interfaces, Cures cures) {
        Findings findings = new Findings("bridge");
        Optional<HostInterface> found = named(bridge, interfaces);
        if (found.isEmpty()) {
            if (create) {
                findings.info(
                        bridge.value(), "there is none yet: switchd makes it when it starts", null);
            } else {
                findings.fail(
                        bridge.value(),
                        "there is no bridge " + bridge + ": its ports have no network",
                        cures.makeBridge(bridge));
            }
            return findings.list();
        }
        LanMember is = found.get().member();
        if (is.kind() != InterfaceKind.BRIDGE) {
            findings.fail(
                    bridge.value(),
                    "%s is no bridge but of kind %s".formatted(bridge, is.kind()),
                    "switchd --interface " + bridge);
            return findings.list();
        }
        if (!is.up()) {
            findings.fail(bridge.value(), "it is down and forwards nothing", cures.up(bridge));
        }
        List<HostInterface> members =
                interfaces.stream()
                        .filter(member -> member.bridge().equals(Optional.of(bridge)))
                        .toList();
        judgeMembers(bridge, is, members, cures, findings);
        if (findings.isSilentOn(bridge.value())) {
            findings.pass(
                    bridge.value(), "up, MTU %d, members: %s".formatted(is.mtu(), names(members)));
        }
        return findings.list();
    }

    private static void judgeMembers(
            InterfaceName bridge,
            LanMember is,
            List<HostInterface> members,
            Cures cures,
            Findings findings) {
        if (members.stream().allMatch(HostInterface::isVmSide)) {
            findings.warn(
                    bridge.value(),
                    "no NIC is a member: VMs reach one another and this host, but no LAN",
                    cures.addMember(bridge, "NIC"));
        }
        for (HostInterface each : members) {
            LanMember member = each.member();
            if (!member.up()) {
                findings.fail(
                        bridge.value(),
                        "its member %s is down: no frame passes there".formatted(member.name()),
                        cures.up(member.name()));
            }
            if (member.mtu() != is.mtu()) {
                findings.warn(
                        bridge.value(),
                        "its member %s has an MTU of %d, the bridge one of %d: longer frames get lost"
                                .formatted(member.name(), member.mtu(), is.mtu()),
                        mtuCure(bridge, is, each, members, cures));
            }
        }
    }

    /// A port's uplink has the MTU that its VM was told. Where the bridge has another one since,
    /// the member that it follows is to be changed back.
    private static String mtuCure(
            InterfaceName bridge,
            LanMember is,
            HostInterface odd,
            List<HostInterface> members,
            Cures cures) {
        if (!odd.isVmSide()) {
            return cures.mtu(odd.name(), is.mtu());
        }
        InterfaceName followed =
                members.stream()
                        .filter(each -> !each.isVmSide() && each.member().mtu() == is.mtu())
                        .map(HostInterface::name)
                        .findFirst()
                        .orElse(bridge);
        return cures.mtu(followed, odd.member().mtu());
    }

    private static String names(List<HostInterface> members) {
        List<String> names = new ArrayList<>();
        members.forEach(member -> names.add("%s (%s)".formatted(member.name(), member.kind())));
        return String.join(", ", names);
    }

    static Optional<HostInterface> named(InterfaceName name, List<HostInterface> interfaces) {
        return interfaces.stream().filter(found -> found.name().equals(name)).findFirst();
    }
}
