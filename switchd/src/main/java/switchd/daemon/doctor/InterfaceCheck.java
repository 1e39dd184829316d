package switchd.daemon.doctor;

import java.util.List;
import java.util.Optional;
import switchd.core.InterfaceKind;
import switchd.core.InterfaceName;
import switchd.core.SwitchdException;

/// The NICs: those that networks are on, and Wi-Fi in their bridges.
record InterfaceCheck(Facts facts, Setup setup) implements Check {
    @Override
    public String name() {
        return "interface";
    }

    @Override
    public List<Finding> run() throws SwitchdException {
        List<HostInterface> interfaces = facts.interfaces();
        Findings findings = new Findings(name());
        for (Setup.Net net : setup.networks()) {
            InterfaceName carrier = net.carrier();
            if (carrier != null && net.bridge()) {
                interfaces.stream()
                        .filter(member -> member.bridge().equals(Optional.of(carrier)))
                        .forEach(member -> judgeMember(member, facts.cures(), findings));
            } else if (carrier != null) {
                judgeNic(carrier, interfaces, facts.cures(), findings);
            }
        }
        return findings.list();
    }

    /// A NIC without a bridge.
    static void judgeNic(
            InterfaceName nic, List<HostInterface> interfaces, Cures cures, Findings findings) {
        Optional<HostInterface> found = BridgeCheck.named(nic, interfaces);
        if (found.isEmpty()) {
            findings.fail(nic.value(), "there is no interface " + nic, cures.list());
            return;
        }
        HostInterface is = found.get();
        if (!is.member().up()) {
            findings.fail(nic.value(), "it is down: no frame passes", cures.up(nic));
        }
        if (is.kind() == InterfaceKind.WIFI) {
            findings.fail(
                    nic.value(),
                    "it is Wi-Fi: access points drop frames with a VM's own address"
                            + (cures == Cures.DARWIN
                                    ? "; a bridge gives them the Mac's address (IPv4 and IPv6 only)"
                                    : "; Linux has no cure but a cable or a routed network"),
                    cures == Cures.DARWIN
                            ? "sudo ifconfig bridge1 create && sudo ifconfig bridge1 addm %s up"
                                    .formatted(nic)
                            : null);
        }
        is.bridge()
                .ifPresent(bridge ->
                        findings.warn(
                                nic.value(),
                                "it is a member of %s: with --interface this host and the VMs cannot talk"
                                        .formatted(bridge),
                                "switchd --bridge " + bridge));
        if (findings.isSilentOn(nic.value())) {
            findings.pass(
                    nic.value(),
                    "%s, up, MTU %d; this host and the VMs there cannot talk to one another"
                            .formatted(is.kind(), is.member().mtu()));
        }
    }

    /// A member of a bridge.
    static void judgeMember(HostInterface member, Cures cures, Findings findings) {
        String name = member.name().value();
        if (member.member().translatesAddresses()
                || (member.kind() == InterfaceKind.WIFI && cures == Cures.DARWIN)) {
            findings.info(
                    name,
                    "Wi-Fi: MAC-NAT is on: behind it all VMs have this Mac's hardware address; only"
                            + " IPv4, ARP and IPv6 pass, for at most 64 addresses",
                    null);
        } else if (member.kind() == InterfaceKind.WIFI) {
            findings.warn(
                    name,
                    "Wi-Fi cannot be bridged on Linux: access points drop frames from addresses"
                            + " other than its own (unless both ends speak 4-address mode)",
                    "sudo iw dev %s set 4addr on".formatted(name));
        } else if (!member.isVmSide()) {
            findings.pass(
                    name,
                    "%s, %s, MTU %d"
                            .formatted(
                                    member.kind(),
                                    member.member().up() ? "up" : "down",
                                    member.member().mtu()));
        }
    }
}
