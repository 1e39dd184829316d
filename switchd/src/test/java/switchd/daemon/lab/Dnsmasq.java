package switchd.daemon.lab;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// The LAN's DHCP server, and its router as far as advertisements go: stateless IPv6 addresses in
/// `fd77::/64`.
public final class Dnsmasq implements AutoCloseable {
    // The last option tells iPXE not to wait 2 s for a second server.
    private static final String OPTIONS =
            "dnsmasq --keep-in-foreground --conf-file=/dev/null --log-facility=- --log-dhcp"
                    + " --user=root --pid-file= --port=0 --no-resolv --no-hosts --no-ping"
                    + " --interface=eth0 --bind-interfaces --dhcp-authoritative"
                    + " --dhcp-range=10.77.0.100,10.77.0.199,255.255.255.0,1h"
                    + " --enable-ra --dhcp-range=fd77::,ra-only,64,1h"
                    + " --dhcp-option=encap:175,176,1b";

    private final Job job;

    private Dnsmasq(Job job) {
        this.job = job;
    }

    /// Returns when it serves; closed with the lab.
    ///
    /// @param more further options, as `--dhcp-boot=http://10.77.0.1/boot.ipxe`
    public static Dnsmasq start(Lab lab, String... more) {
        String leases = "--dhcp-leasefile=" + lab.workspace().file("leases");
        List<String> command =
                Stream.of(Stream.of(OPTIONS.split(" ")), Stream.of(leases), Stream.of(more))
                        .flatMap(part -> part)
                        .toList();
        return Cleanup.building(cleanup -> {
            Job job = cleanup.add(lab.lan().start(command.toArray(String[]::new)));
            job.awaitOutput("DHCP, sockets bound", Await.SHORT);
            job.awaitOutput("router advertisement enabled", Await.SHORT);
            return lab.add(new Dnsmasq(job));
        });
    }

    /// Waits until the VM with this MAC has been given an address, and returns it.
    public String awaitLease(String mac, Duration timeout) {
        return job.awaitOutput("DHCPACK\\(eth0\\) (\\S+) " + mac, timeout).group(1);
    }

    /// True where something has been heard from this MAC.
    public boolean knows(String mac) {
        return job.output().contains(mac);
    }

    public String log() {
        return job.output();
    }

    @Override
    public void close() {
        job.close();
    }
}
