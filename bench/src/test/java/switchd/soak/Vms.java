package switchd.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import switchd.attach.testkit.VmSocket;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.Station;
import switchd.daemon.lab.VmClient;

/// The light VMs of a run, and what they measure.
final class Vms implements AutoCloseable {
    private static final long PROBE_PACE = 10_000_000;
    private static final long PACE = 100_000_000;
    private static final int SMALL = 56;

    private final Site site;
    private final Echoes lan;
    private final Echoes between;
    private final Echoes past;
    private final Echoes others;
    private final List<Vm> probes = new ArrayList<>();
    private final List<Vm> mortal = new ArrayList<>();
    private final List<Vm> pair = new ArrayList<>();
    private final int light;
    private int stations;

    /// @param start the run's, by `System.nanoTime()`
    /// @param light how many come and go
    Vms(Site site, long start, int light) {
        this.site = site;
        this.light = light;
        lan = new Echoes(start);
        between = new Echoes(start);
        past = new Echoes(start);
        others = new Echoes(start);
    }

    /// Those that stay, from whose answers one knows how the daemon does.
    List<Vm> probes() {
        return probes;
    }

    /// Those that come and go.
    List<Vm> mortal() {
        return mortal;
    }

    /// Requests of a VM to the LAN's host.
    Echoes lan() {
        return lan;
    }

    /// Requests of a VM to another.
    Echoes between() {
        return between;
    }

    /// Requests between two sockets that go past the daemon.
    Echoes past() {
        return past;
    }

    /// Frames that came twice.
    int twice() {
        return lan.twice() + between.twice() + others.twice();
    }

    /// Starts them all.
    void start() {
        Station one = station("one");
        Station two = station("two");
        Station inner = station("inner-one");
        Station inner2 = station("inner-two");
        probe("lan", station("lan"), Station.LAN, lan, () -> vfkit("lan"));
        probe("one", one, two, between, () -> vfkit("one"));
        probe("two", two, one, between, () -> Link.stream(site.stream("two")));
        probes.add(vm("wire", station("wire"), Station.LAN, others, () -> vfkit("wire")));
        probes.add(vm("inner-one", inner, inner2, others, () -> vfkit("inner-one")));
        probes.add(
                vm(
                        "inner-two",
                        inner2,
                        inner,
                        others,
                        () -> Link.descriptor(site.control(), "inner-two")));
        for (int i = 0; i < light; i++) {
            String name = "vm" + i;
            Station peer =
                    i % 2 == 0
                            ? Station.LAN
                            : new Station(site.mac("vm" + (i - 1)), address(i - 1));
            mortal.add(
                    vm(
                            name,
                            new Station(site.mac(name), address(i)),
                            peer,
                            others,
                            opener(name, i)));
            neighbour(address(i), site.mac(name));
        }
        goPast();
    }

    private static String address(int i) {
        return "10.77.0." + (100 + i);
    }

    private String nextAddress() {
        return "10.77.0." + (10 + stations++);
    }

    private Station station(String port) {
        Station station = new Station(site.mac(port), nextAddress());
        neighbour(station.ip(), station.mac());
        return station;
    }

    /// The LAN's host is told where a VM is, and never asks.
    private void neighbour(String ip, String mac) {
        site.lab()
                .lan()
                .run(
                        "ip neigh replace %s lladdr %s dev %s nud permanent"
                                .formatted(ip, mac, Lab.NIC)
                                .split(" "));
    }

    private void probe(String name, Station self, Station peer, Echoes echoes, Link.Opener opener) {
        probes.add(new Vm(name, self, peer, PROBE_PACE, SMALL, echoes, opener));
    }

    private static Vm vm(
            String name, Station self, Station peer, Echoes echoes, Link.Opener opener) {
        return new Vm(
                name, self, peer, PACE, SMALL + name.hashCode() % 8 * 64 + 512, echoes, opener);
    }

    /// A quarter each: as vfkit, as QEMU's datagrams, as a stream, as krunkit.
    private Link.Opener opener(String port, int i) {
        Path own = site.socket(port).resolveSibling("vm.sock");
        return switch (i % 4) {
            case 0 -> () -> vfkit(port);
            case 1 -> () -> Link.of(VmClient.unconnected(site.socket(port), own));
            case 2 -> () -> Link.stream(site.stream(port));
            default -> () -> Link.of(VmClient.connected(site.socket(port), own));
        };
    }

    /// As vfkit, which removes what an earlier one has left.
    private Link vfkit(String port) throws IOException {
        Path folder = site.socket(port).resolveSibling("");
        try (Stream<Path> files = Files.list(folder)) {
            files.filter(file -> file.getFileName().toString().startsWith("vfkit-"))
                    .forEach(Link::removeLeft);
        }
        return Link.of(VmClient.vfkit(site.socket(port)));
    }

    private void goPast() {
        Path a = site.lab().workspace().file("past-a");
        Path b = site.lab().workspace().file("past-b");
        VmSocket first = VmSocket.bound(a);
        VmSocket second = VmSocket.bound(b);
        first.connect(b);
        second.connect(a);
        Station one = new Station("02:00:00:00:78:01", "10.78.0.1");
        Station two = new Station("02:00:00:00:78:02", "10.78.0.2");
        pair.add(new Vm("past-a", one, two, PROBE_PACE, SMALL, past, () -> Link.of(first)));
        pair.add(new Vm("past-b", two, one, PROBE_PACE, SMALL, past, () -> Link.of(second)));
    }

    @Override
    public void close() {
        Stream.of(probes, mortal, pair).flatMap(List::stream).forEach(Vm::close);
    }
}
