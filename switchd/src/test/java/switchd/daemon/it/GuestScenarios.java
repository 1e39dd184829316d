package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Dnsmasq;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.UmlGuest;

/// What guests can do on a LAN, whichever way the daemon reaches it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
abstract class GuestScenarios {
    private static final String MAC = "02:00:00:00:0a:01";
    private static final String OTHER_MAC = "02:00:00:00:0a:02";
    private static final String FIRST_MAC = "02:00:00:00:0a:03";
    private static final String SECOND_MAC = "02:00:00:00:0a:04";
    private static final int MEGABYTES = 64;
    private static final int UNDER_WAY = 8;

    private final Lab lab;
    private final String[] network;
    private Dnsmasq dnsmasq;
    private DaemonProcess daemon;
    private UmlGuest guest;
    private UmlGuest other;
    private String address;
    private String otherAddress;

    /// @param network the option that names the daemon's network, and its value
    @SuppressWarnings("NullAway.Init")
    GuestScenarios(Lab lab, String... network) {
        this.lab = lab;
        this.network = network;
    }

    @BeforeAll
    void start() {
        dnsmasq = Dnsmasq.start(lab);
        List<String> options = new ArrayList<>(List.of(network));
        for (String port : List.of("one", "two", "three")) {
            options.addAll(List.of("--name", port, "--socket", socket(port).toString()));
        }
        daemon = DaemonProcess.start(lab, options.toArray(String[]::new));
        guest = UmlGuest.boot(lab, socket("one"), MAC);
        other = UmlGuest.boot(lab, socket("two"), OTHER_MAC);
        address = guest.dhcp();
        otherAddress = other.dhcp();
        Iperf.serve(lab);
    }

    private Path socket(String port) {
        return lab.workspace().file(port + "/net.sock");
    }

    @AfterAll
    void stop() {
        try (lab) {
            if (daemon != null) {
                daemon.stop();
            }
        }
    }

    @Test
    void aGuestGetsALease() {
        assertThat(dnsmasq.awaitLease(MAC, Await.SHORT)).isEqualTo(address);
        assertThat(address).startsWith("10.77.0.");
    }

    @Test
    void aGuestAndTheLanPingEachOther() {
        assertThat(guest.canPing(Lab.LAN_ADDRESS)).isTrue();
        lab.lan().run("ping", "-n", "-c", "3", "-i", "0.1", "-W", "2", address);
    }

    @Test
    void multicastPassesSoThatIpv6NeighboursResolve() {
        guest.enableIp6();
        // From a router advertisement, to all nodes.
        Pattern advertised = Pattern.compile("inet6 (fd77::\\S+)/64");
        List<String> found = new ArrayList<>();
        Await.until(
                "an address by router advertisement",
                Await.SHORT,
                () -> {
                    advertised
                            .matcher(guest.run("ip -6 addr show dev " + UmlGuest.NIC))
                            .results()
                            .forEach(match -> found.add(match.group(1)));
                    return !found.isEmpty();
                });
        assertThat(guest.canPing(Lab.LAN_ADDRESS6)).isTrue();
        assertThat(guest.run("ip -6 neigh show " + Lab.LAN_ADDRESS6)).contains(Lab.LAN_MAC);
        lab.lan().run("ip", "-6", "neigh", "flush", "dev", Lab.NIC);
        lab.lan().run("ping", "-n", "-c", "1", "-W", "2", found.getFirst());
        assertThat(lab.lan().run("ip", "-6", "neigh", "show", found.getFirst())).contains(MAC);
    }

    @Test
    void tcpMovesBothWays() {
        Iperf.Result toLan = Iperf.toLan(guest, MEGABYTES);
        Iperf.Result toVm = Iperf.toVm(guest, MEGABYTES);
        System.out.printf(
                "%s: TCP through a user-mode guest: to LAN %.0f Mbit/s, to VM %.0f Mbit/s%n",
                String.join(" ", network), toLan.megabitsPerSecond(), toVm.megabitsPerSecond());
        for (Iperf.Result result : List.of(toLan, toVm)) {
            assertThat(result.sent()).isGreaterThanOrEqualTo((long) MEGABYTES << 20);
            assertThat(result.received()).isGreaterThan((long) (MEGABYTES - UNDER_WAY) << 20);
        }
        // The guest's stack sees for itself: its NIC checks nothing.
        assertThat(guest.run("nstat -asz TcpInCsumErrors UdpInCsumErrors"))
                .containsPattern("TcpInCsumErrors +0 ")
                .containsPattern("UdpInCsumErrors +0 ");
    }

    @Test
    void twoGuestsReachEachOtherAndTheLan() {
        assertThat(otherAddress).isNotEqualTo(address);
        assertThat(guest.canPing(otherAddress)).isTrue();
        assertThat(other.canPing(address)).isTrue();
        assertThat(other.canPing(Lab.LAN_ADDRESS)).isTrue();
        lab.lan().run("ping", "-n", "-c", "1", "-W", "2", otherAddress);
    }

    @Test
    void aRestartedGuestAttachesAgainWithinASecond() throws Exception {
        UmlGuest first = UmlGuest.boot(lab, socket("three"), FIRST_MAC);
        String before = first.dhcp();
        first.kill();

        UmlGuest second = UmlGuest.boot(lab, socket("three"), SECOND_MAC);

        String attached = "^(\\S+) INFO three: VM attached: " + second.local() + "$";
        Instant at = OffsetDateTime.parse(daemon.awaitLog(attached).group(1)).toInstant();
        // Its first datagram comes right after its socket's file.
        Instant bound = Files.getLastModifiedTime(second.local()).toInstant();
        assertThat(Duration.between(bound, at)).isLessThan(Duration.ofSeconds(1));
        assertThat(second.dhcp()).isNotEqualTo(before);
        assertThat(second.canPing(Lab.LAN_ADDRESS)).isTrue();
        assertThat(second.canPing(address)).isTrue();
        assertThat(daemon.isAlive()).isTrue();
    }
}
