package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.DropCause;
import switchd.core.InterfaceName;
import switchd.core.MacPolicy;
import switchd.daemon.DaemonSpec;
import switchd.daemon.NetworkSpec;
import switchd.daemon.PortSpec;
import switchd.daemon.host.Writer;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.lab.Station;
import switchd.daemon.lab.UmlGuest;
import switchd.daemon.lab.VmClient;

/// Guests that others must not suffer from: one that reads nothing any more, one whose port goes.
/// The daemon runs in this process, so that its counters and ports are at hand.
@NeedsLab({"linux.uml", "perl", "iperf3", "ping"})
@Timeout(120)
final class NeighboursIT {
    private static final Station BAD = new Station("02:00:00:00:0d:01", "10.77.0.51");
    private static final String GOOD_MAC = "02:00:00:00:0d:02";
    private static final String GOOD = "10.77.0.52";
    private static final int MEGABYTES = 64;

    /// Frames for the bad one, from the LAN: 3000 at once, then up to a thousand a second.
    private static final String[] PINGS = {
        "ping", "-n", "-q", "-l", "3000", "-i", "0.001", "-s", "1400", "-W", "1", BAD.ip()
    };

    private static DaemonSpec spec(Lab lab) {
        return DaemonSpec.of(
                NetworkSpec.of(new NetworkSpec.Bridge(new InterfaceName(Lab.BRIDGE), false)),
                List.of(port(lab, "bad"), port(lab, "good")),
                Writer.AUTO);
    }

    private static PortSpec port(Lab lab, String name) {
        return PortSpec.of(name, Lab.BRIDGE, new MacPolicy.Auto()).at(socket(lab, name).toString());
    }

    private static Path socket(Lab lab, String name) {
        return lab.workspace().file(name + "/net.sock");
    }

    private static UmlGuest bootGood(Lab lab) {
        UmlGuest guest = UmlGuest.boot(lab, socket(lab, "good"), GOOD_MAC);
        guest.address(GOOD + "/24");
        return guest;
    }

    /// Tells the LAN where the bad one is; it will not answer when it is asked.
    private static void announce(Lab lab, VmClient vm) {
        vm.send(Frames.arpRequest(BAD.mac(), BAD.ip(), BAD.ip()));
        lab.lan()
                .run(
                        ("ip neigh replace "
                                        + BAD.ip()
                                        + " lladdr "
                                        + BAD.mac()
                                        + " dev "
                                        + Lab.NIC)
                                .split(" "));
    }

    @Test
    void aGuestThatStopsReadingDoesNotSlowAnother() throws Exception {
        try (Lab lab = Lab.bridged()) {
            InHost host = InHost.start(lab, spec(lab));
            UmlGuest good = bootGood(lab);
            Iperf.serve(lab);
            try (VmClient bad = VmClient.vfkit(socket(lab, "bad"))) {
                announce(lab, bad);
                double[] alone = measure(good);
                Job pings = lab.lan().start(PINGS);
                // Its socket is full, and what is held for it too: frames are dropped.
                Await.until("the bad one is stuck", Await.SHORT, () -> stuckFrames(host) > 0);
                double[] beside = measure(good);

                double toLan = beside[0] / alone[0];
                double toVm = beside[1] / alone[1];
                System.out.printf(
                        "TCP beside a stuck guest: to LAN %.0f of %.0f Mbit/s (ratio %.2f), to VM"
                                + " %.0f of %.0f Mbit/s (ratio %.2f)%n",
                        beside[0], alone[0], toLan, beside[1], alone[1], toVm);
                assertThat(pings.isAlive()).isTrue();
                assertThat(toLan).isGreaterThan(0.5);
                assertThat(toVm).isGreaterThan(0.5);
                assertThat(host.toVm("good").drops(DropCause.VM_FULL)).isZero();
            }
        }
    }

    /// To the LAN and to the VM, in Mbit/s: the better of two each, as code that runs for the first
    /// time is slow and others use the machine.
    private static double[] measure(UmlGuest guest) {
        double[] best = new double[2];
        for (int i = 0; i < 2; i++) {
            best[0] = Math.max(best[0], Iperf.toLan(guest, MEGABYTES).megabitsPerSecond());
            best[1] = Math.max(best[1], Iperf.toVm(guest, MEGABYTES).megabitsPerSecond());
        }
        return best;
    }

    private static long stuckFrames(InHost host) {
        try {
            return host.toVm("bad").drops(DropCause.VM_FULL);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aPortIsRemovedUnderTrafficWhileAnotherGoesOn() throws Exception {
        try (Lab lab = Lab.bridged()) {
            InHost host = InHost.start(lab, spec(lab));
            UmlGuest good = bootGood(lab);
            Job flood = lab.lan().start(PINGS);
            String bridge = lab.host().run("ip", "-br", "link", "show", "master", Lab.BRIDGE);
            Job steady = lab.lan().start(("ping -n -i 0.01 -c 300 -W 2 " + GOOD).split(" "));
            steady.awaitOutput("icmp_seq=20 ", Await.SHORT);
            for (int round = 0; round < 3; round++) {
                VmClient bad = VmClient.vfkit(socket(lab, "bad"));
                announce(lab, bad);
                Await.until("traffic", Await.SHORT, () -> frames(host) > 100);

                host.daemon().removePort("bad");

                assertThat(socket(lab, "bad")).doesNotExist();
                assertThat(lab.host().run("ip", "-br", "link", "show", "master", Lab.BRIDGE))
                        .hasLineCount(2);
                bad.close();
                host.daemon().addPort(port(lab, "bad"));
                assertThat(socket(lab, "bad")).exists();
            }
            assertThat(flood.isAlive()).isTrue();
            assertThat(steady.awaitExit(Await.SHORT)).isZero();
            assertThat(steady.output()).contains("300 received, 0% packet loss");
            assertThat(bridge).hasLineCount(3);
            assertThat(good.canPing(Lab.LAN_ADDRESS)).isTrue();
            assertThat(host.toVm("good").drops(DropCause.VM_FULL)).isZero();
        }
    }

    private static long frames(InHost host) {
        try {
            return host.toVm("bad").frames();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
