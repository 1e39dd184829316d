package switchd.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.daemon.doctor.Verdicts.assertOne;
import static switchd.daemon.doctor.Verdicts.assertPass;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import switchd.core.Errno;
import switchd.daemon.doctor.Finding.Level;
import switchd.feth.FakeSettings;

/// Verdicts on what macOS alone has.
final class DarwinVerdictsTest {
    @Test
    void bpfDevices() {
        assertPass(BpfCheck.judge(3, 256, 9, 2, true), "/dev/bpf3 is free, of at most 256");
        assertOne(
                BpfCheck.judge(250, 256, 9, 7, true),
                Level.WARN,
                "250 of at most 256",
                "sudo lsof /dev/bpf*");
        assertOne(bpf(256, Errno.EBUSY), Level.FAIL, "all 256 BPF devices", "lsof");
        assertOne(bpf(0, Errno.ENOENT), Level.FAIL, "no BPF devices", "lsof");
        assertOne(bpf(0, Errno.EACCES), Level.FAIL, "root may not open /dev/bpf0", "csrutil");
        assertOne(bpf(1, Errno.EMFILE), Level.FAIL, "/dev/bpf1: EMFILE", "lsof");
        assertOne(
                BpfCheck.judge(0, 256, -Errno.EACCES.number(), 2, false),
                Level.UNCHECKED,
                "run with sudo",
                "sudo switchd doctor");
    }

    private static List<Finding> bpf(int busy, Errno errno) {
        return BpfCheck.judge(busy, 256, -errno.number(), 1, true);
    }

    @Test
    void settingsForFeths() {
        assertPass(FethSettingsCheck.judge(List.of()), "as the kernel begins with");
        assertOne(
                FethSettingsCheck.judge(
                        List.of(
                                new FakeSettings.Deviation(
                                        "net.link.fake.fcs", 1, 0, "frames get bytes appended"))),
                Level.WARN,
                "is 1: frames get bytes appended",
                "sudo sysctl net.link.fake.fcs=0");
    }

    @Test
    void buffers() {
        assertPass(
                DarwinBufferCheck.judge(OptionalInt.of(8_388_608), OptionalInt.of(1_048_576)),
                "buffers");
        assertPass(DarwinBufferCheck.judge(OptionalInt.empty(), OptionalInt.empty()), "buffers");
        assertOne(
                DarwinBufferCheck.judge(OptionalInt.of(262_144), OptionalInt.empty()),
                Level.WARN,
                "is 262144",
                "sudo sysctl kern.ipc.maxsockbuf=8388608");
        assertOne(
                DarwinBufferCheck.judge(OptionalInt.empty(), OptionalInt.of(4096)),
                Level.INFO,
                "has room for 2 full frames",
                "sudo sysctl net.local.dgram.recvspace=1048576");
    }

    @Test
    void launchd() {
        assertPass(job(0, 0644, true), "a daemon answers");
        assertOne(job(0, 0644, false), Level.WARN, "no daemon answers", "launchctl print system/x");
        assertOne(job(501, 0644, true), Level.FAIL, "uid 501", "sudo chown root:wheel /p");
        assertOne(job(0, 0664, true), Level.FAIL, "mode 664", "chmod 644 /p");
    }

    private static List<Finding> job(int uid, int mode, boolean running) {
        return Verdicts.of(to -> LaunchdCheck.judge("x", "/p", uid, mode, running, to));
    }

    @Test
    void hintsAreNoWarnings() {
        assertThat(HintsCheck.judge(List.of("ipsec0")))
                .allMatch(found -> found.level() == Level.INFO)
                .anyMatch(found ->
                        found.text().contains("Local Network")
                                || found.text().contains("leave to reach VMs"))
                .anyMatch(found -> found.text().startsWith("ipsec0 is up"));
    }
}
