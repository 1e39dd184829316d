package switchd.daemon.doctor;

import java.util.List;
import java.util.OptionalInt;
import switchd.core.SwitchdException;

/// Linux: how much may wait between a VM and its port.
record LinuxBufferCheck(Facts facts) implements Check {
    /// What the kernel begins with.
    private static final int USUAL_BUFFER = 212_992;

    private static final int USUAL_QUEUE = 10;
    private static final int GOOD_QUEUE = 512;

    private static final String QUEUE = "net.unix.max_dgram_qlen";

    @Override
    public String name() {
        return "buffers";
    }

    @Override
    public List<Finding> run() throws SwitchdException {
        Findings findings = new Findings(name());
        judge("net.core.wmem_max", facts.setting("net.core.wmem_max"), findings);
        judge("net.core.rmem_max", facts.setting("net.core.rmem_max"), findings);
        judgeQueue(facts.setting(QUEUE), findings);
        if (findings.isEmpty()) {
            findings.pass(null, "sockets get the buffers that VMs and switchd ask for");
        }
        return findings.list();
    }

    /// @param most bytes that a socket of a user gets
    static void judge(String setting, OptionalInt most, Findings findings) {
        if (most.isPresent() && most.getAsInt() < USUAL_BUFFER) {
            findings.warn(
                    setting,
                    "is %d, less than the kernel's own %d: VMs and switchd lose frames in bursts"
                            .formatted(most.getAsInt(), USUAL_BUFFER),
                    "sudo sysctl -w %s=4194304".formatted(setting));
        }
    }

    /// @param length frames beyond the first that wait for a VM whose socket is not connected
    static void judgeQueue(OptionalInt length, Findings findings) {
        if (length.isEmpty() || length.getAsInt() >= GOOD_QUEUE) {
            return;
        }
        String text =
                "is %d: so few frames wait in the kernel for a VM with QEMU's dgram; switchd holds the others"
                        .formatted(length.getAsInt());
        String cure = "sudo sysctl -w %s=%d".formatted(QUEUE, GOOD_QUEUE);
        if (length.getAsInt() < USUAL_QUEUE) {
            findings.warn(QUEUE, text, cure);
        } else {
            findings.info(QUEUE, text, cure);
        }
    }
}
