package switchd.bench.rig;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.Lab;

/// Contestants with one VM and a place on the LAN.
final class Peers {
    /// The batched switch in C: what the others are compared with.
    static final String C = "C";

    static final String VDE = "vde_switch";
    static final String QEMU = "QEMU";
    private static final String QEMU_PROGRAM = "qemu-system-x86_64";

    private final Site site;

    Peers(Site site) {
        this.site = site;
    }

    /// The daemon with so many ports on the bridge.
    Contestant bridged(String name, int ports, String... options) {
        List<String> network = new ArrayList<>(List.of("--bridge", Lab.BRIDGE));
        network.addAll(List.of(options));
        return daemon(name, ports, network, List.of(site.lanEnd()));
    }

    /// The daemon on a NIC.
    Contestant wired(String name) {
        String[] cable = site.cable();
        return daemon(name, 1, List.of("--interface", cable[0]), List.of(lanEnd(cable[1])));
    }

    /// Two VMs of one network of the daemon.
    Contestant pair(String name, String... network) {
        Contestant both = daemon(name, 2, List.of(network), List.of());
        return new Contestant(
                name,
                both.near().subList(0, 1),
                both.near().subList(1, 2),
                both.processes(),
                both.control());
    }

    private Contestant daemon(String name, int ports, List<String> network, List<String> far) {
        List<String> options = new ArrayList<>(network);
        List<String> near = new ArrayList<>();
        IntStream.range(0, ports)
                .map(_ -> site.next())
                .forEach(number -> {
                    String socket = site.socket(number);
                    options.addAll(List.of("--name", "vm" + number, "--mac", Site.mac(number)));
                    options.addAll(List.of("--socket", socket));
                    near.add("unix:" + socket + "," + Site.mac(number));
                });
        String control = site.controlSocket();
        Job job = site.daemon(control, options);
        return new Contestant(name, near, far, List.of(job.pid()), control);
    }

    /// The switch in C on a TAP of the bridge.
    Contestant cBridged(String name, String... options) {
        int number = site.next();
        String socket = "unix:" + site.socket(number);
        Job job = site.cSwitch(socket, "tap:" + site.tap(), options);
        return new Contestant(
                name,
                List.of(socket + "," + Site.mac(number)),
                List.of(site.lanEnd()),
                List.of(job.pid()));
    }

    /// The switch in C on a NIC.
    Contestant cWired(String name, String... options) {
        int number = site.next();
        String socket = "unix:" + site.socket(number);
        String[] cable = site.cable();
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--mac", Site.mac(number)));
        Job job = site.cSwitch(socket, "nic:" + cable[0], all.toArray(String[]::new));
        return new Contestant(
                name,
                List.of(socket + "," + Site.mac(number)),
                List.of(lanEnd(cable[1])),
                List.of(job.pid()));
    }

    /// Two VMs, and one switch in C between them.
    Contestant cPair(String name) {
        int one = site.next();
        int two = site.next();
        String near = "unix:" + site.socket(one);
        String far = "unix:" + site.socket(two);
        Job job = site.cSwitch(near, far);
        return new Contestant(
                name,
                List.of(near + "," + Site.mac(one)),
                List.of(far + "," + Site.mac(two)),
                List.of(job.pid()));
    }

    /// Two VMs, each with a switch in C of its own on a TAP, and the kernel's bridge between these.
    Contestant cPairOverBridge(String name) {
        Contestant one = cBridged(name);
        Contestant two = cBridged(name);
        List<Long> both = List.of(one.processes().getFirst(), two.processes().getFirst());
        return new Contestant(name, one.near(), two.near(), both);
    }

    /// No switch at all: the VM has the TAP in the bridge, as QEMU's `-netdev tap`.
    Contestant kernelBridge(String name) {
        return new Contestant(name, List.of(tapEnd()), List.of(site.lanEnd()), List.of());
    }

    /// Two VMs with TAPs in the bridge.
    Contestant kernelBridgePair(String name) {
        return new Contestant(name, List.of(tapEnd()), List.of(tapEnd()), List.of());
    }

    private String tapEnd() {
        return "tap:%s@%s,%s"
                .formatted(site.tap(), site.lab().host().name(), Site.mac(site.next()));
    }

    /// `vde_switch` of Debian's vde2, on a TAP of the bridge.
    private Contestant vde() {
        int number = site.next();
        String folder = site.socket(number).replace("net.sock", "vde");
        // It runs until its standard input ends.
        Job job = site.lab().host().start(VDE, "-s", folder, "-t", site.tap());
        Await.until(VDE, Await.SHORT, () -> Files.exists(Path.of(folder, "ctl")));
        return new Contestant(
                VDE,
                List.of("vde:" + folder + "," + Site.mac(number)),
                List.of(site.lanEnd()),
                List.of(job.pid()));
    }

    /// Those of `vde_switch` and QEMU that are installed.
    List<Contestant> installed() {
        List<Contestant> all = new ArrayList<>();
        if (site.has(VDE)) {
            all.add(vde());
        }
        if (site.has(QEMU_PROGRAM)) {
            all.add(qemu());
        }
        return all;
    }

    /// QEMU without a machine: what its `-netdev tap` reads from the bridge goes to a datagram
    /// socket through a hub, and back.
    Contestant qemu() {
        int number = site.next();
        String socket = site.socket(number);
        String options =
                ("-M none -nodefaults -display none -monitor none -serial none"
                                + " -netdev tap,id=lan,ifname=%1$s,script=no,downscript=no,vnet_hdr=off"
                                + " -netdev dgram,id=vm,local.type=unix,local.path=%2$s"
                                + ",remote.type=unix,remote.path=%2$s-vm"
                                + " -netdev hubport,id=a,hubid=0,netdev=lan"
                                + " -netdev hubport,id=b,hubid=0,netdev=vm")
                        .formatted(site.tap(), socket);
        List<String> command = new ArrayList<>(List.of(QEMU_PROGRAM));
        command.addAll(List.of(options.split(" ")));
        Job job = site.lab().host().start(command, Map.of());
        Await.until(QEMU, Await.SHORT, () -> Files.exists(Path.of(socket)));
        return new Contestant(
                QEMU,
                List.of("qemu:" + socket + "," + Site.mac(number)),
                List.of(site.lanEnd()),
                List.of(job.pid()));
    }

    private String lanEnd(String nic) {
        return "nic:%s@%s,%s".formatted(nic, site.lab().lan().name(), Lab.LAN_MAC);
    }
}
