package switchd.daemon.doctor;

import java.util.List;
import java.util.OptionalInt;
import switchd.core.SwitchdException;

/// macOS: how much may wait between a VM and its port.
record DarwinBufferCheck(Facts facts) implements Check {
    private static final String MOST = "kern.ipc.maxsockbuf";
    private static final String QUEUE = "net.local.dgram.recvspace";

    /// 4 MiB for a receive buffer, of which the kernel gives 8/9 of the setting.
    private static final int NEEDED = 4_718_592;

    private static final int GOOD_QUEUE = 65_536;

    @Override
    public String name() {
        return "buffers";
    }

    @Override
    public List<Finding> run() throws SwitchdException {
        return judge(facts.setting(MOST), facts.setting(QUEUE));
    }

    /// @param most bytes that a socket gets
    /// @param queue bytes that wait for a datagram socket whose program asks for nothing
    static List<Finding> judge(OptionalInt most, OptionalInt queue) {
        Findings findings = new Findings("buffers");
        if (most.isPresent() && most.getAsInt() < NEEDED) {
            findings.warn(
                    MOST,
                    "is %d: ports do not get the 4 MiB that they ask for, and VMs lose frames in bursts"
                            .formatted(most.getAsInt()),
                    "sudo sysctl %s=8388608".formatted(MOST));
        }
        if (queue.isPresent() && queue.getAsInt() < GOOD_QUEUE) {
            findings.info(
                    QUEUE,
                    "is %d: a VM with QEMU's dgram, which asks for no more, has room for %d full frames;"
                                    .formatted(
                                            queue.getAsInt(), Math.max(1, queue.getAsInt() / 1_530))
                            + " use QEMU's stream, or",
                    "sudo sysctl %s=1048576".formatted(QUEUE));
        }
        if (findings.isEmpty()) {
            findings.pass(null, "sockets get the buffers that VMs and switchd ask for");
        }
        return findings.list();
    }
}
