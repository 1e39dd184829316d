package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.DropCause;
import switchd.core.InterfaceName;
import switchd.core.IpPolicy;
import switchd.core.MacPolicy;
import switchd.core.SwitchdException;
import switchd.daemon.DaemonSpec;
import switchd.daemon.GuardSpec;
import switchd.daemon.NetworkSpec;
import switchd.daemon.PortSpec;
import switchd.daemon.Status;
import switchd.daemon.host.Writer;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Dnsmasq;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.lab.UmlGuest;

/// A kernel as guest and a real DHCP server and router: the guest is heard from what it is given.
@NeedsLab({"linux.uml", "perl", "dnsmasq"})
@Timeout(60)
final class IpGuardIT {
    private static final String MAC = "02:00:00:00:0e:10";
    private static final String MADE = "fe80::77";

    @Test
    void aGuestIsHeardFromWhatItIsGiven() throws Exception {
        try (Lab lab = Lab.bridged()) {
            Dnsmasq.start(lab);
            NetworkSpec.Kind kind = new NetworkSpec.Bridge(new InterfaceName(Lab.BRIDGE), false);
            Path socket = lab.workspace().file("p/net.sock");
            PortSpec port =
                    PortSpec.of("p", kind.usualName(), MacPolicy.parse(MAC))
                            .at(socket.toString())
                            .guardedBy(GuardSpec.of(new IpPolicy.Leased()));
            InHost host =
                    InHost.start(
                            lab, DaemonSpec.of(NetworkSpec.of(kind), List.of(port), Writer.AUTO));
            UmlGuest guest = UmlGuest.boot(lab, socket, MAC);
            String given = guest.dhcp();
            assertThat(guest.canPing(Lab.LAN_ADDRESS)).isTrue();
            Status.Address lease = address(host, given);
            assertThat(lease.source()).isEqualTo("dhcp4");
            assertThat(lease.expiresSeconds()).isBetween(3500.0, 3600.0);

            guest.run("ip -4 addr flush dev " + UmlGuest.NIC);
            guest.address("10.77.0.66/24");
            long before = host.toLan("p").drops(DropCause.IP_SOURCE);
            assertThat(guest.canPing(Lab.LAN_ADDRESS)).isFalse();
            assertThat(host.toLan("p").drops(DropCause.IP_SOURCE)).isGreaterThan(before);

            guest.enableIp6();
            guest.run("echo 1 >/proc/sys/net/ipv6/conf/%s/accept_dad".formatted(UmlGuest.NIC));
            guest.run("ip addr add %s/64 dev %s".formatted(MADE, UmlGuest.NIC));
            Await.until("the guest's own address", Await.SHORT, () -> knows(host, MADE));
            assertThat(address(host, MADE).source()).isEqualTo("linkLocal");
        }
    }

    private static List<Status.Address> addresses(InHost host) {
        try {
            List<Status.Address> addresses =
                    host.daemon().status().ports().getFirst().ipAddresses();
            return addresses == null ? List.of() : addresses;
        } catch (SwitchdException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean knows(InHost host, String text) {
        return addresses(host).stream().anyMatch(address -> address.address().equals(text));
    }

    private static Status.Address address(InHost host, String text) {
        return addresses(host).stream()
                .filter(address -> address.address().equals(text))
                .findFirst()
                .orElseThrow();
    }
}
