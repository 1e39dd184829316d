package switchd.daemon.doctor;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import switchd.core.InterfaceName;

/// Linux: whether bridged frames are led through the host's IP filters, which drop them where
/// Docker or a firewall has set FORWARD to drop.
record BridgeFilterCheck(LinuxFiles files, List<InterfaceName> bridges) implements Check {
    private static final List<String> PROTOCOLS = List.of("iptables", "ip6tables", "arptables");

    @Override
    public String name() {
        return "bridge-filter";
    }

    @Override
    public List<Finding> run() {
        Map<String, Integer> global = new TreeMap<>();
        for (String protocol : PROTOCOLS) {
            files.number("/proc/sys/net/bridge/bridge-nf-call-" + protocol)
                    .ifPresent(value -> global.put(protocol, value));
        }
        Findings findings = new Findings(name());
        judge(global, findings);
        for (InterfaceName bridge : bridges) {
            Map<String, Integer> own = new TreeMap<>();
            for (String protocol : PROTOCOLS) {
                String path = "/sys/class/net/%s/bridge/nf_call_%s".formatted(bridge, protocol);
                files.number(path).ifPresent(value -> own.put(protocol, value));
            }
            judgeBridge(bridge, own, findings);
        }
        if (findings.isEmpty() && !bridges.isEmpty()) {
            findings.pass(null, "bridged frames do not pass the host's IP filters");
        }
        return findings.list();
    }

    /// @param values of `net.bridge.bridge-nf-call-*`; empty where the kernel module is not loaded
    static void judge(Map<String, Integer> values, Findings findings) {
        values.forEach((protocol, value) -> {
            if (value != 0) {
                String setting = "net.bridge.bridge-nf-call-" + protocol;
                findings.warn(
                        setting,
                        "is %d: bridged frames pass the host's filters, and a FORWARD policy of DROP (Docker's)"
                                        .formatted(value)
                                + " takes them from VMs",
                        "sudo sysctl -w %s=0".formatted(setting));
            }
        });
    }

    /// @param values of the bridge's own `nf_call_*`
    static void judgeBridge(InterfaceName bridge, Map<String, Integer> values, Findings findings) {
        values.forEach((protocol, value) -> {
            if (value != 0) {
                findings.warn(
                        bridge.value(),
                        "its nf_call_%s is %d: its frames pass the host's filters, which may drop them"
                                .formatted(protocol, value),
                        "sudo ip link set %s type bridge nf_call_%s 0".formatted(bridge, protocol));
            }
        });
    }
}
