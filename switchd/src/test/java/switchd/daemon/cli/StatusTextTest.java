package switchd.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import switchd.daemon.Status;

final class StatusTextTest {
    private static final String MAC = "52:54:00:12:34:56";
    private static final String FOREIGN = "52:54:00:12:34:99";
    private static final Status.Traffic NONE = new Status.Traffic(0, 0, 0, 0, null, 0, Map.of());
    private static final Status.Traffic SOME =
            new Status.Traffic(1234, 1 << 20, 12, 98_304, 0.25, 0, Map.of());
    private static final Status.Guarding FREE =
            new Status.Guarding(
                    false, List.of(), null, null, "off", null, null, null, null, null, null,
                    List.of());
    private static final Terminal COLOURED = new Terminal(true, true);

    private static Status.PortStatus port(
            Status.State state,
            @Nullable String reason,
            Status.Traffic toLan,
            Status.Traffic toVm) {
        boolean attached = state == Status.State.ATTACHED;
        return new Status.PortStatus(
                "web",
                "lan",
                "bridge",
                "sw0",
                1500,
                "/run/switchd/web/net.sock",
                null,
                501,
                state,
                reason,
                MAC,
                attached ? List.of(MAC) : List.of(),
                toLan.drops().containsKey("foreignSource") ? FOREIGN : null,
                attached
                        ? new Status.PeerStatus(
                                "/tmp/vfkit.sock", "datagram", 4711, 750, 1 << 20, null)
                        : null,
                null,
                FREE,
                toLan,
                toVm,
                new Status.Queue(3, 17, 512),
                0,
                null);
    }

    private static Status.Traffic dropped(String cause, long count) {
        return new Status.Traffic(1, 60, 0, 0, 5.0, count, new TreeMap<>(Map.of(cause, count)));
    }

    @Test
    void allThereIsToKnow() {
        Status status =
                new Status(
                        Status.SCHEMA,
                        new Status.DaemonStatus(
                                "1.2.3",
                                99,
                                "Linux 6.1",
                                Instant.EPOCH,
                                7500,
                                new Status.Memory(88L << 20, 12L << 20, 64L << 20),
                                1.25),
                        List.of(
                                new Status.NetworkStatus(
                                        "lan",
                                        "bridge",
                                        "br0",
                                        1500,
                                        true,
                                        List.of(
                                                new Status.Member(
                                                        "eth0", "ethernet", 1500, true, false),
                                                new Status.Member(
                                                        "wlan0", "wifi", 1500, false, true)),
                                        List.of("web"),
                                        2,
                                        List.of("br0 has no NIC: VMs reach this host only"))),
                        List.of(port(Status.State.ATTACHED, null, SOME, SOME)));
        assertThat(StatusText.of(status, Terminal.NONE))
                .isEqualTo(
                        """
                        switchd 1.2.3 on Linux 6.1, pid 99, up 2 h 5 min
                          memory  88.0 MiB, Java objects 12.0 MiB of at most 64.0 MiB
                          loop    longest turn 1.3 ms

                        network lan: bridge br0, MTU 1500
                          members eth0 (ethernet, MTU 1500), wlan0 (wifi, MTU 1500, down, MAC-NAT)
                          MAC-NAT the LAN sees the VMs under the address of a member
                          ports   web
                          repairs 2 times an uplink was put back
                          notice  br0 has no NIC: VMs reach this host only

                        port web on lan: attached
                          VM      /tmp/vfkit.sock, pid 4711, datagram, for 12 min 30 s, buffers 1.0 MiB to it, ? from it
                          MAC     52:54:00:12:34:56; seen 52:54:00:12:34:56
                          socket  /run/switchd/web/net.sock
                          uplink  sw0
                          to LAN  last 0.3 s ago; 1234 frames, 1.0 MiB; now 12 frames/s, 98.3 kbit/s
                          to VM   last 0.3 s ago; 1234 frames, 1.0 MiB; now 12 frames/s, 98.3 kbit/s
                          queue   3 of 512 frames wait, 17 at most so far
                        """);
    }

    @Test
    void aPortThatWaitsIsAsItShouldBe() {
        String text = StatusText.of(port(Status.State.LISTENING, null, NONE, NONE), Terminal.NONE);
        assertThat(text)
                .startsWith("port web on lan: listening\n  VM      none\n")
                .contains("none seen yet", "to LAN  no frame yet")
                .doesNotContain("why");
    }

    @Test
    void whyThereIsNoNetwork() {
        assertThat(why(Status.State.DOWN, NONE, NONE)).contains("`switchd port up web`");
        assertThat(why(Status.State.REFUSED, NONE, NONE)).contains("the reason");
        assertThat(why(Status.State.UPLINK_LOST, SOME, SOME)).contains("the reason");
        assertThat(why(Status.State.ATTACHED, NONE, NONE)).contains("sent nothing yet");
        assertThat(why(Status.State.ATTACHED, SOME, NONE))
                .contains("nothing comes back", "`switchd trace web`");
        assertThat(why(Status.State.ATTACHED, dropped("foreignSource", 9), SOME))
                .contains("frames from " + FOREIGN + " are dropped", "is for " + MAC);
        assertThat(
                        StatusText.of(
                                port(
                                        Status.State.ATTACHED,
                                        null,
                                        dropped("foreignSource", 9),
                                        SOME),
                                Terminal.NONE))
                .contains("MAC     " + MAC + "; seen " + MAC + "; foreign " + FOREIGN + "\n");
        assertThat(why(Status.State.ATTACHED, SOME, dropped("vmFull", 9)))
                .contains("quickly enough");
        assertThat(why(Status.State.ATTACHED, dropped("oversize", 9), SOME))
                .contains("MTU of 1500");
        assertThat(why(Status.State.ATTACHED, SOME, SOME)).isEmpty();
    }

    private static String why(Status.State state, Status.Traffic toLan, Status.Traffic toVm) {
        return StatusText.of(port(state, "the reason", toLan, toVm), Terminal.NONE)
                .lines()
                .filter(line -> line.startsWith("  why "))
                .reduce("", String::concat);
    }

    @Test
    void guardsThatAreOutOfTheOrdinaryAreTold() {
        assertThat(GuardText.of(FREE)).isEmpty();
        assertThat(
                        GuardText.of(
                                new Status.Guarding(
                                        true,
                                        List.of("front", "back"),
                                        0,
                                        List.of(0, 20),
                                        "dhcp",
                                        1000,
                                        2,
                                        3,
                                        100_000_000L,
                                        64_000L,
                                        65_536,
                                        List.of("stp", "lldp"))))
                .isEqualTo(
                        "isolated; talks to front, back; untagged frames only; trunk untagged, 20; IP"
                                + " dhcp; at most 1000 broadcasts and multicasts/s; at most 2 new"
                                + " addresses/s; at most 3 addresses; 100 Mbit/s to LAN; 64.0 kbit/s"
                                + " to VM; burst 64.0 KiB; may speak stp, lldp");
    }

    @Test
    void dropsAreTold() {
        assertThat(
                        StatusText.of(
                                port(Status.State.ATTACHED, null, dropped("runt", 3), SOME),
                                Terminal.NONE))
                .contains("0 bit/s; dropped 3 runt\n");
    }

    @ParameterizedTest
    @EnumSource
    void coloursAreForTerminals(Status.State state) {
        Status.PortStatus port = port(state, null, SOME, SOME);
        assertThat(StatusText.of(port, Terminal.NONE)).doesNotContain("\u001b");
        if (state != Status.State.LISTENING) {
            assertThat(StatusText.of(port, COLOURED)).contains("\u001b[");
        }
    }

    @Test
    void whatAVmsUserChoseMovesNoCursor() {
        Status.PeerStatus peer =
                new Status.PeerStatus("/tmp/\u001b[2J\u202e.sock", "stream", null, 1, null, null);
        assertThat(StatusText.vm(peer)).isEqualTo("/tmp/\u001b[2J\u202e.sock, stream, for 1.0 s");
        Status.PortStatus port = port(Status.State.REFUSED, "\u001b[2Jbad", NONE, NONE);
        assertThat(StatusText.of(port, COLOURED)).doesNotContain("\u001b[2J");
    }
}
