package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.daemon.lab.Dnsmasq;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.LanHttp;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.lab.QemuGuest;

/// A VM that reads slowly: QEMU never connects its socket, so that the kernel keeps 11 frames for
/// it at most.
@NeedsLab("qemu-system-x86_64")
@Timeout(180)
final class QemuIT {
    private static final String MAC = "02:00:00:00:0c:01";
    private static final int MEGABYTES = 16;
    private static final Duration LONG = Duration.ofSeconds(90);

    @Test
    void getsALeaseAndLosesNothingOfATcpTransfer() {
        try (Lab lab = Lab.bridged()) {
            resendOnlyWhatIsLost(lab);
            Dnsmasq dnsmasq = Dnsmasq.start(lab, LanHttp.BOOT);
            LanHttp http = LanHttp.start(lab);
            http.publishDownload(MEGABYTES << 20);
            DaemonProcess daemon =
                    DaemonProcess.start(
                            lab,
                            "--bridge",
                            Lab.BRIDGE,
                            "--mac",
                            MAC,
                            "--socket",
                            lab.workspace().file("qemu/net.sock").toString());
            QemuGuest.start(lab, daemon.socket("vm0"), MAC);

            dnsmasq.awaitLease(MAC, LONG);
            http.awaitDownloadBegun(LONG);
            long start = System.nanoTime();
            http.awaitDownload(LONG);
            double seconds = (System.nanoTime() - start) / 1e9;

            System.out.printf(
                    "QEMU (queue of 11): %d MiB by HTTP at %.0f Mbit/s, %d segments sent again%n",
                    MEGABYTES, MEGABYTES * 8.388608 / seconds, http.resentSegments());
            Traffic traffic = daemon.stop().of("vm0");
            assertThat(http.resentSegments()).isZero();
            assertThat(traffic.toVm().bytes()).isGreaterThan((long) MEGABYTES << 20);
            assertThat(traffic.toVm().dropped()).doesNotContainKeys("vmFull", "uplinkFull");
        }
    }

    /// A guest that gets no time on a busy machine answers late: that is no loss, so no timer makes
    /// the LAN's host send again.
    private static void resendOnlyWhatIsLost(Lab lab) {
        String route = "ip route change 10.77.0.0/24 dev eth0 src 10.77.0.1 rto_min 30s";
        lab.lan().run(route.split(" "));
        lab.lan().run("sh", "-c", "echo 0 > /proc/sys/net/ipv4/tcp_early_retrans");
    }
}
