package switchd.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import switchd.core.SwitchdException;
import switchd.daemon.control.ControlClient;
import switchd.daemon.lab.Lab;
import tools.jackson.databind.JsonNode;

/// Where a run takes place: two namespaces, a daemon with three networks (a bridge, a NIC, one of
/// its own), light VMs and real guests.
final class Site implements AutoCloseable {
    /// The NIC of a network of kind `interface`; the other end is in the bridge.
    static final String NIC = "nic1";

    static final String PLUG = "port1";

    private final Lab lab = Lab.bridged();
    private final LiveDaemon daemon;
    private final List<Guest> guests = new ArrayList<>();
    private final List<String> ports = new ArrayList<>();
    private final Vms vms;

    /// @param start the run's, by `System.nanoTime()`
    /// @param light VMs that come and go
    /// @param real guest kernels
    Site(Path root, Path out, long start, int light, int real) {
        daemon =
                new LiveDaemon(
                        lab, root, out, "--config", file().toString(), "--keep-sockets", "120");
        ports.addAll(List.of("lan", "one", "two", "wire", "inner-one", "inner-two", "bad"));
        IntStream.range(0, light).forEach(i -> ports.add("vm" + i));
        IntStream.range(0, real).forEach(i -> ports.add("guest" + i));
        vms = new Vms(this, start, light);
        plugIn();
        configure();
    }

    Lab lab() {
        return lab;
    }

    LiveDaemon daemon() {
        return daemon;
    }

    Vms vms() {
        return vms;
    }

    List<Guest> guests() {
        return guests;
    }

    Path socket(String port) {
        return lab.workspace().file(port + "/net.sock");
    }

    Path stream(String port) {
        return lab.workspace().file(port + "/stream.sock");
    }

    Path control() {
        return lab.workspace().file("control/c.sock");
    }

    private Path file() {
        return lab.workspace().file("switchd.json");
    }

    /// The hardware address of a port of the configuration.
    String mac(String port) {
        return "02:00:00:00:77:%02x".formatted(ports.indexOf(port) + 1);
    }

    /// Runs `ip` in the daemon's namespace, for each line.
    void ip(String... lines) {
        for (String line : lines) {
            lab.host().run(("ip " + line).split(" "));
        }
    }

    /// Makes the NIC and puts its other end into the bridge.
    void plugIn() {
        ip("link add " + NIC + " type veth peer name " + PLUG);
        for (String end : List.of(NIC, PLUG)) {
            lab.host().run(("ethtool -K " + end + " tx off tso off gso off gro off").split(" "));
            ip("link set " + end + " up");
        }
        ip("link set " + PLUG + " master " + Lab.BRIDGE);
    }

    /// Writes the configuration, with ports more than usual.
    void configure(String... more) {
        String all =
                Stream.concat(ports.stream(), Stream.of(more))
                        .map(this::portText)
                        .collect(Collectors.joining(",\n"));
        String text =
                """
                {"control": {"socket": "%s"},
                 "networks": [
                  {"name": "lan", "kind": "bridge", "bridge": "%s", "keepMembers": true},
                  {"name": "wire", "kind": "interface", "interface": "%s"},
                  {"name": "inner", "kind": "isolated"}],
                 "ports": [
                %s]}
                """
                        .formatted(control(), Lab.BRIDGE, NIC, all);
        try {
            Path next = Files.writeString(lab.workspace().file("switchd.next"), text);
            Files.move(next, file(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String portText(String port) {
        String network = port.startsWith("inner") ? "inner" : port.equals("wire") ? "wire" : "lan";
        String mac = ports.contains(port) ? mac(port) : "auto";
        return "{\"name\": \"%s\", \"network\": \"%s\", \"mac\": \"%s\", \"socket\": \"%s\", \"stream\": \"%s\"}"
                .formatted(port, network, mac, socket(port), stream(port));
    }

    /// Starts the daemon and all VMs; guests boot.
    void start() throws IOException {
        daemon.start();
        vms.start();
        for (String port : ports) {
            if (port.startsWith("guest")) {
                String address = "10.77.0." + (50 + guests.size());
                guests.add(new Guest(lab, socket(port), mac(port), address));
            }
        }
        guests.forEach(Guest::boot);
    }

    /// The TAP or NIC of a port.
    String uplink(String port) throws SwitchdException {
        try (ControlClient client = ControlClient.connect(control())) {
            JsonNode shown = client.call("port.show", Map.of("name", port));
            return shown.path("port").path("uplink").asString();
        }
    }

    /// Ports that the daemon has and the usual configuration has not.
    List<String> strangers() throws SwitchdException {
        try (ControlClient client = ControlClient.connect(control())) {
            return client.call("port.list")
                    .path("ports")
                    .valueStream()
                    .map(port -> port.path("name").asString())
                    .filter(name -> !ports.contains(name))
                    .toList();
        }
    }

    /// Files below the sockets' directories.
    long files() {
        try (Stream<Path> all = Files.walk(lab.workspace().path())) {
            return all.filter(file -> file.toString().endsWith(".sock")).count();
        } catch (IOException | UncheckedIOException _) {
            return -1; // one has just gone
        }
    }

    /// Ends the VMs, then the daemon as `switchd stop` does.
    ///
    /// @return milliseconds that the stop took
    long stop() throws SwitchdException {
        vms.close();
        guests.forEach(Guest::close);
        long before = System.nanoTime();
        try (ControlClient client = ControlClient.connect(control())) {
            client.call("daemon.stop");
        }
        daemon.awaitEnd(Duration.ofSeconds(20));
        return (System.nanoTime() - before) / 1_000_000;
    }

    /// What a stopped daemon has left: interfaces, sockets, processes.
    List<String> left() {
        List<String> usual = List.of("lo", "lan0", Lab.BRIDGE, NIC, PLUG);
        List<String> left =
                new ArrayList<>(
                        lab.host().interfaces().stream()
                                .filter(name -> !usual.contains(name))
                                .toList());
        try (Stream<Path> all = Files.walk(lab.workspace().path())) {
            all.map(Path::toString).filter(file -> file.endsWith(".sock")).forEach(left::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        lab.host()
                .run("sh", "-c", "ip netns pids " + lab.host().name())
                .lines()
                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
                .flatMap(process -> process.info().commandLine().stream())
                .filter(line -> line.contains("switchd"))
                .forEach(left::add);
        return left;
    }

    @Override
    public void close() {
        vms.close();
        lab.close();
    }
}
