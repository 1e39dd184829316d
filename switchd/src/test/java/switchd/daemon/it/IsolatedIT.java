package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.daemon.lab.Capture;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.lab.UmlGuest;

/// Guests that have each other only.
@NeedsLab({"linux.uml", "perl", "iperf3", "ping"})
@Timeout(120)
final class IsolatedIT {
    private static final String MAC = "02:00:00:00:0f:01";
    private static final String OTHER = "02:00:00:00:0f:02";
    private static final int MEGABYTES = 64;

    @Test
    void guestsReachEachOtherAndNothingElse() {
        try (Lab lab = Lab.bridged()) {
            Capture lan = Capture.onLan(lab);
            DaemonProcess daemon =
                    DaemonProcess.start(
                            lab,
                            "--isolated",
                            "--name",
                            "one",
                            "--socket",
                            lab.workspace().file("one/net.sock").toString(),
                            "--name",
                            "two",
                            "--socket",
                            lab.workspace().file("two/net.sock").toString());
            UmlGuest guest = UmlGuest.boot(lab, daemon.socket("one"), MAC);
            UmlGuest other = UmlGuest.boot(lab, daemon.socket("two"), OTHER);
            guest.address("10.77.0.70/24");
            other.address("10.77.0.71/24");

            assertThat(guest.canPing("10.77.0.71")).isTrue();
            assertThat(other.canPing("10.77.0.70")).isTrue();
            Iperf.serve(other);
            Iperf.Result moved = Iperf.send(guest, "10.77.0.71", MEGABYTES);
            System.out.printf(
                    "--isolated: TCP from one user-mode guest to another: %.0f Mbit/s%n",
                    moved.megabitsPerSecond());
            assertThat(moved.sent()).isGreaterThanOrEqualTo((long) MEGABYTES << 20);
            assertThat(guest.canPing(Lab.LAN_ADDRESS)).isFalse();

            daemon.stop();
            assertThat(lan.frames())
                    .noneMatch(frame -> Frames.source(frame).equals(MAC))
                    .noneMatch(frame -> Frames.source(frame).equals(OTHER));
        }
    }
}
