package switchd.daemon.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import switchd.core.Counters;
import switchd.core.DropCause;
import switchd.core.MacPolicy;
import switchd.core.SwitchdException;
import switchd.core.Undo;
import switchd.daemon.Daemon;
import switchd.daemon.DaemonSpec;
import switchd.daemon.NetworkSpec;
import switchd.daemon.PortSpec;
import switchd.daemon.Version;
import switchd.daemon.host.Writer;

/// Shows the main job at work: a guest on a port pings and is pinged, and moves a burst.
///
/// Where it is permitted, the port is on the bridge of a LAN of the demo's own; where not, two
/// guests talk to each other on an isolated network. Nothing outside is touched, and nothing is
/// left.
public final class Demo implements AutoCloseable {
    private static final String NETWORK = "demo";
    private static final int MTU = 1500;
    private static final int PINGS = 20;
    private static final int CHUNK = 64;
    private static final int WINDOW = 4 * CHUNK;
    private static final int BURST_FRAMES = 500 * CHUNK;
    private static final int UDP_PAYLOAD = MTU - 28;
    private static final long SETTLE_NANOS = 200_000_000;

    private final Path directory;
    private final @Nullable DemoLan lan;
    private final Undo parts = new Undo();
    private boolean closed;

    private Demo(Path directory, @Nullable DemoLan lan) {
        this.directory = directory;
        this.lan = lan;
    }

    /// Prepares a demo, with a LAN of its own where that is permitted.
    ///
    /// @throws Exception where something cannot be had; nothing is left behind
    public static Demo prepare() throws Exception {
        Path directory = Files.createTempDirectory("switchd-demo");
        try {
            return new Demo(directory, DemoLan.createIfPermitted());
        } catch (Exception e) {
            Files.delete(directory);
            throw e;
        }
    }

    /// Something that pings and is pinged.
    private interface Station {
        String name();

        Addresses addresses();

        long ping(InetAddress target) throws Exception;

        void flood(InetAddress target, int frames) throws Exception;

        int received() throws Exception;
    }

    /// Runs the demo.
    ///
    /// @throws Exception where a step of it fails, which is a finding
    public Report run() throws Exception {
        Stage stage = setUp();
        Station guest = stage.guest();
        Station other = stage.other();
        List<Report.Ping> pings =
                List.of(
                        ping(guest, other, other.addresses().ipv4(), "IPv4"),
                        ping(other, guest, guest.addresses().ipv4(), "IPv4"),
                        ping(guest, other, other.addresses().ipv6(), "IPv6"),
                        ping(other, guest, guest.addresses().ipv6(), "IPv6"));
        List<Report.Burst> bursts = List.of(burst(guest, other), burst(other, guest));
        return new Report(
                Version.current(),
                lan == null ? "isolated" : "bridge",
                pings,
                bursts,
                stage.daemon().traffic().stream().map(Demo::traffic).toList());
    }

    private record Stage(Daemon daemon, Station guest, Station other) {}

    /// A [#close()] that comes meanwhile waits, so that it finds everything.
    private synchronized Stage setUp() throws Exception {
        if (closed) {
            throw new IllegalStateException("the demo is over");
        }
        DemoLan segment = lan;
        if (segment == null) {
            List<PortSpec> ports = List.of(port("guest"), port("guest-2"));
            Daemon daemon = start(new NetworkSpec.Isolated(), ports);
            parts.push(daemon::close);
            return new Stage(daemon, attach("guest", 2), attach("guest-2", 3));
        }
        NetworkSpec.Kind bridge = new NetworkSpec.Bridge(DemoLan.BRIDGE, false);
        Daemon daemon = segment.onBridgeSide(_ -> start(bridge, List.of(port("guest"))));
        parts.push(daemon::close);
        return new Stage(daemon, attach("guest", 2), host(segment));
    }

    private static Daemon start(NetworkSpec.Kind kind, List<PortSpec> ports) throws Exception {
        NetworkSpec network = new NetworkSpec(NETWORK, kind, MTU);
        return Daemon.start(DaemonSpec.of(network, ports, Writer.AUTO), _ -> {});
    }

    private PortSpec port(String name) throws IOException {
        return PortSpec.of(name, NETWORK, new MacPolicy.Auto())
                .at(socket(name))
                .forUser(PortSpec.Access.of(owner()));
    }

    private String socket(String name) {
        return directory.resolve(name).resolve("net.sock").toString();
    }

    /// Whoever runs the demo, not the one who called sudo: the directory is ours.
    private String owner() throws IOException {
        return Files.getAttribute(directory, "unix:uid")
                + ":"
                + Files.getAttribute(directory, "unix:gid");
    }

    private static Report.Ping ping(Station from, Station to, InetAddress target, String protocol)
            throws Exception {
        long first = from.ping(target);
        long[] others = new long[PINGS];
        for (int i = 0; i < PINGS; i++) {
            others[i] = from.ping(target);
        }
        Arrays.sort(others);
        return new Report.Ping(
                from.name(), to.name(), protocol, first / 1000, others[PINGS / 2] / 1000);
    }

    /// Keeps a bounded number of frames under way, so that the rate is what the path carries
    /// without loss. Ends when all are there, or when no more come.
    private static Report.Burst burst(Station from, Station to) throws Exception {
        int before = to.received();
        int sent = 0;
        int received = 0;
        long start = System.nanoTime();
        long last = start;
        while (received < BURST_FRAMES && System.nanoTime() - last < SETTLE_NANOS) {
            if (sent < BURST_FRAMES && sent - received <= WINDOW - CHUNK) {
                from.flood(to.addresses().ipv4(), CHUNK);
                sent += CHUNK;
            }
            int now = to.received() - before;
            if (now > received) {
                received = now;
                last = System.nanoTime();
            }
        }
        double seconds = (last - start) / 1e9;
        int bytes = Packets.ETHERNET_HEADER + MTU;
        return new Report.Burst(
                from.name(),
                to.name(),
                bytes,
                sent,
                received,
                seconds,
                received * 8e-6 * bytes / seconds);
    }

    private Station attach(String name, int number) throws Exception {
        Guest guest = Guest.attach(Addresses.host(number), socket(name), MTU);
        parts.push(guest::close);
        return new Station() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Addresses addresses() {
                return guest.addresses();
            }

            @Override
            public long ping(InetAddress target) throws Exception {
                return guest.ping(target);
            }

            @Override
            public void flood(InetAddress target, int frames) throws Exception {
                guest.flood(target, frames, UDP_PAYLOAD);
            }

            @Override
            public int received() throws Exception {
                return guest.udpReceived();
            }
        };
    }

    private Station host(DemoLan segment) {
        LanHost host = segment.host();
        return new Station() {
            private int received;

            @Override
            public String name() {
                return "lan";
            }

            @Override
            public Addresses addresses() {
                return host.addresses();
            }

            @Override
            public long ping(InetAddress target) throws Exception {
                return host.ping(target);
            }

            @Override
            public void flood(InetAddress target, int frames) throws IOException {
                host.flood(target, frames, UDP_PAYLOAD);
            }

            @Override
            public int received() throws IOException {
                received += host.drain();
                return received;
            }
        };
    }

    private static Report.PortTraffic traffic(Daemon.Traffic traffic) {
        return new Report.PortTraffic(
                traffic.name(), direction(traffic.toLan()), direction(traffic.toVm()));
    }

    private static Report.Direction direction(Counters counters) {
        SortedMap<String, Long> drops = new TreeMap<>();
        for (DropCause cause : DropCause.values()) {
            if (counters.drops(cause) > 0) {
                drops.put(cause.label(), counters.drops(cause));
            }
        }
        return new Report.Direction(counters.frames(), counters.bytes(), drops);
    }

    /// Removes everything. Closing twice is no error.
    @Override
    public synchronized void close() throws SwitchdException, IOException {
        if (closed) {
            return;
        }
        closed = true;
        parts.close();
        if (lan != null) {
            lan.close();
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
            for (Path path : left) {
                Files.deleteIfExists(path);
            }
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new IOException("cleaning up " + directory + ": " + e.getMessage(), e);
        }
    }
}
