package switchd.daemon.doctor;

import java.util.List;
import java.util.OptionalInt;
import switchd.core.InterfaceName;

/// Linux: how long a bridge keeps a new member waiting.
record SpanningTreeCheck(LinuxFiles files, List<InterfaceName> bridges) implements Check {
    private static final int HUNDREDTHS = 100;

    @Override
    public String name() {
        return "stp";
    }

    @Override
    public List<Finding> run() {
        Findings findings = new Findings(name());
        for (InterfaceName bridge : bridges) {
            String directory = "/sys/class/net/" + bridge + "/bridge/";
            judge(
                    bridge,
                    files.number(directory + "stp_state"),
                    files.number(directory + "forward_delay"),
                    findings);
        }
        return findings.list();
    }

    /// @param state 0 where the protocol is off
    /// @param delay in hundredths of a second; it is waited for twice, to listen and to learn
    static void judge(
            InterfaceName bridge, OptionalInt state, OptionalInt delay, Findings findings) {
        if (state.isEmpty() || delay.isEmpty()) {
            return; // no bridge, which another check tells
        }
        int seconds = 2 * delay.getAsInt() / HUNDREDTHS;
        if (state.getAsInt() == 0 || seconds == 0) {
            findings.pass(bridge.value(), "new ports forward at once");
        } else {
            findings.warn(
                    bridge.value(),
                    "the spanning tree protocol is on: a new port forwards nothing for %d s, and a VM's first DHCP"
                                    .formatted(seconds)
                            + " requests get lost",
                    "sudo ip link set %s type bridge stp_state 0".formatted(bridge));
        }
    }
}
