package switchd.daemon.doctor;

import java.util.List;
import switchd.core.SwitchdException;

/// macOS: what keeps programs of the host from VMs although every frame passes, and cannot be read
/// by a program.
record HintsCheck(Facts facts) implements Check {
    @Override
    public String name() {
        return "hints";
    }

    @Override
    public List<Finding> run() throws SwitchdException {
        List<String> tunnels =
                facts.interfaces().stream()
                        .filter(found -> found.member().up())
                        .map(found -> found.name().value())
                        .filter(name -> name.startsWith("ipsec") || name.startsWith("ppp"))
                        .toList();
        return judge(tunnels);
    }

    /// @param tunnels interfaces of VPNs
    static List<Finding> judge(List<String> tunnels) {
        Findings findings = new Findings("hints");
        findings.info(
                "Local Network",
                "from macOS 15 on each program needs the user's leave to reach VMs: where `ping`"
                        + " works and an app does not, switch it on",
                "open 'x-apple.systempreferences:com.apple.preference.security?Privacy_LocalNetwork'");
        findings.info(
                "VPN",
                (tunnels.isEmpty()
                                ? "VPNs and content filters"
                                : String.join(", ", tunnels) + " is up: VPNs and content filters")
                        + " may take the host's own packets to VMs away; frames between VMs and LAN"
                        + " pass beside them; look where the way to a VM leads",
                "route -n get VM-ADDRESS");
        return findings.list();
    }
}
