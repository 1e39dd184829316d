package switchd.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.daemon.doctor.Verdicts.BR0;
import static switchd.daemon.doctor.Verdicts.assertOne;
import static switchd.daemon.doctor.Verdicts.assertPass;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import switchd.core.Errno;
import switchd.daemon.doctor.Finding.Level;

/// Verdicts on what Linux alone has.
final class LinuxVerdictsTest {
    @Test
    void tapsCanBeMade() {
        assertPass(TunCheck.judge(7, true), "TAPs");
        assertOne(
                TunCheck.judge(-Errno.ENOENT.number(), true),
                Level.FAIL,
                "offers no TAPs",
                "sudo modprobe tun");
        assertOne(
                TunCheck.judge(-Errno.EACCES.number(), false),
                Level.UNCHECKED,
                "not checked: run with sudo",
                "sudo switchd doctor");
        assertOne(
                TunCheck.judge(-Errno.EPERM.number(), true),
                Level.FAIL,
                "cannot be opened: EPERM (1)",
                "ls -l /dev/net/tun");
    }

    @Test
    void capabilities() {
        String all = "Name:\tjava\nCapEff:\t000001ffffffffff\nSeccomp:\t0\n";
        assertPass(CapabilityCheck.judge(all), "CAP_NET_ADMIN");
        assertOne(
                CapabilityCheck.judge(all.replace("1ffffffffff", "1ffffffefff")),
                Level.FAIL,
                "CAP_NET_ADMIN is missing",
                "sudo switchd");
        assertOne(
                CapabilityCheck.judge(all.replace("1ffffffffff", "1ffffffdfff")),
                Level.FAIL,
                "CAP_NET_RAW is missing",
                "sudo switchd");
        assertOne(
                CapabilityCheck.judge("CapEff:\t0000000000000000\n"),
                Level.UNCHECKED,
                "not checked",
                "sudo");
        assertThat(CapabilityCheck.judge(""))
                .singleElement()
                .extracting(Finding::level)
                .isEqualTo(Level.UNCHECKED);
    }

    @Test
    void framesPassFilters() {
        assertThat(Verdicts.of(to -> BridgeFilterCheck.judge(Map.of(), to))).isEmpty();
        assertThat(Verdicts.of(to -> BridgeFilterCheck.judge(Map.of("iptables", 0), to))).isEmpty();
        assertOne(
                Verdicts.of(to -> BridgeFilterCheck.judge(Map.of("iptables", 1), to)),
                Level.WARN,
                "FORWARD policy of DROP",
                "sudo sysctl -w net.bridge.bridge-nf-call-iptables=0");
        assertOne(
                Verdicts.of(to -> BridgeFilterCheck.judgeBridge(BR0, Map.of("iptables", 1), to)),
                Level.WARN,
                "nf_call_iptables is 1",
                "sudo ip link set br0 type bridge nf_call_iptables 0");
    }

    @Test
    void spanningTree() {
        assertPass(stp(0, 1500), "at once");
        assertPass(stp(1, 0), "at once");
        assertOne(stp(1, 1500), Level.WARN, "nothing for 30 s", "stp_state 0");
        assertThat(
                        Verdicts.of(to ->
                                SpanningTreeCheck.judge(
                                        BR0, OptionalInt.empty(), OptionalInt.empty(), to)))
                .isEmpty();
    }

    private static List<Finding> stp(int state, int delay) {
        return Verdicts.of(to ->
                SpanningTreeCheck.judge(BR0, OptionalInt.of(state), OptionalInt.of(delay), to));
    }

    @Test
    void buffers() {
        assertThat(Verdicts.of(to -> LinuxBufferCheck.judge("x", OptionalInt.of(212_992), to)))
                .isEmpty();
        assertOne(
                Verdicts.of(to ->
                        LinuxBufferCheck.judge("net.core.rmem_max", OptionalInt.of(65_536), to)),
                Level.WARN,
                "is 65536",
                "sudo sysctl -w net.core.rmem_max=4194304");
        assertThat(Verdicts.of(to -> LinuxBufferCheck.judgeQueue(OptionalInt.of(512), to)))
                .isEmpty();
        assertOne(
                Verdicts.of(to -> LinuxBufferCheck.judgeQueue(OptionalInt.of(10), to)),
                Level.INFO,
                "is 10",
                "net.unix.max_dgram_qlen=512");
        assertOne(
                Verdicts.of(to -> LinuxBufferCheck.judgeQueue(OptionalInt.of(2), to)),
                Level.WARN,
                "is 2",
                "net.unix.max_dgram_qlen=512");
    }

    @Test
    void managers() {
        assertThat(ManagerCheck.judge(false, false, false, List.of("/x.network"))).isEmpty();
        assertThat(ManagerCheck.judge(true, true, true, List.of())).isEmpty();
        assertOne(
                ManagerCheck.judge(true, false, false, List.of()),
                Level.INFO,
                "leave them alone",
                "interface-name:swtap*");
        assertOne(
                ManagerCheck.judge(false, false, true, List.of("/etc/systemd/network/a.network")),
                Level.WARN,
                "matches every interface",
                "a.network");
        assertThat(ManagerCheck.takesEverything("[Match]\nName = *\n")).isTrue();
        assertThat(ManagerCheck.takesEverything("[Match]\nName=en*\n")).isFalse();
    }

    @Test
    void service() {
        assertThat(SystemdCheck.judge(null, false, null))
                .singleElement()
                .matches(found -> found.level() == Level.INFO);
        assertPass(SystemdCheck.judge("/etc/x", true, "12"), "pid 12");
        assertOne(
                SystemdCheck.judge("/etc/x", true, null),
                Level.WARN,
                "it does not run",
                "sudo systemctl start switchd");
        assertThat(SystemdCheck.judge("/etc/x", false, "12"))
                .extracting(Finding::level)
                .containsExactly(Level.PASS, Level.WARN);
    }
}
