package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.attach.testkit.StreamSocket;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Command;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.lab.Station;
import switchd.daemon.lab.VmClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What the host runs out of: descriptors, room on a disk, time. The VMs that are there go on, it
/// is told what cannot be had, nothing spins, and all of it is there once it can be had again.
@NeedsLab({"prlimit", "curl", "unshare"})
@Timeout(60)
final class LimitsIT {
    private static final String MAC = "02:00:00:00:2a:01";
    private static final Station VM = new Station(MAC, "10.77.0.71");
    private static final String OTHER = "02:00:00:00:2a:02";
    private static final String METRICS = "127.0.0.1:9131";

    /// Ticks of a second that /proc counts processors' time in.
    private static final double TICKS = 100;

    private final Lab lab = Lab.bridged();
    private final Path control = lab.workspace().file("control.sock");
    private final Path config = lab.workspace().file("switchd.json");

    @AfterEach
    void removeLab() {
        lab.close();
    }

    private Path socket(String port) {
        return lab.workspace().file(port + "/net.sock");
    }

    private Path stream(String port) {
        return lab.workspace().file(port + "/stream.sock");
    }

    private String port(String name, String mac) {
        return "{\"name\":\"%s\",\"mac\":\"%s\",\"socket\":\"%s\",\"stream\":\"%s\"}"
                .formatted(name, mac, socket(name), stream(name));
    }

    private void configure(String... more) throws IOException {
        List<String> ports =
                new ArrayList<>(List.of(port("vm", MAC), port("next", "any"), port("lone", "any")));
        ports.addAll(List.of(more));
        Files.writeString(
                config,
                """
                {"networks": [{"name": "lan", "kind": "bridge", "bridge": "br0"}],
                 "ports": [%s], "metrics": "%s", "control": {"socket": "%s"}}
                """
                        .formatted(String.join(",", ports), METRICS, control));
    }

    private static long descriptors(DaemonProcess daemon) {
        try (Stream<Path> all = Files.list(Path.of("/proc/" + daemon.pid() + "/fd"))) {
            return all.count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// No descriptor's number is below it but those that are in use.
    private static void limit(DaemonProcess daemon, String soft) {
        Job limit = Job.start("prlimit", "--pid", "" + daemon.pid(), "--nofile=" + soft + ":");
        assertThat(limit.awaitExit(Await.SHORT)).as(limit.output()).isZero();
    }

    /// Seconds of processor.
    private static double processor(DaemonProcess daemon) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + daemon.pid() + "/stat"));
        String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(words[11]) + Long.parseLong(words[12])) / TICKS;
    }

    private Command scrape() {
        return lab.host()
                .tried(Await.SHORT, "curl", "-sS", "-m", "1", "http://" + METRICS + "/metrics");
    }

    /// Of all interfaces of the host.
    private long kernelDrops() {
        JsonNode links = JsonMapper.shared().readTree(lab.host().run("ip", "-j", "-s", "link"));
        return links.valueStream()
                .map(link -> link.path("stats64"))
                .mapToLong(stats ->
                        stats.at("/rx/dropped").asLong() + stats.at("/tx/dropped").asLong())
                .sum();
    }

    private List<String> status() {
        List<String> command = new ArrayList<>(DaemonProcess.java(DaemonProcess.image()));
        command.addAll(List.of("status", "--control", control.toString()));
        return command;
    }

    private DaemonProcess start() {
        return DaemonProcess.start(lab, "--config", config.toString());
    }

    private static void awaitTime(long from, Duration passed) {
        Await.until("time", Await.SHORT, () -> System.nanoTime() - from > passed.toNanos());
    }

    @Test
    void withoutDescriptorsWhatIsThereGoesOnAndTheRestComesLater() throws Exception {
        configure();
        try (DaemonProcess daemon = start();
                VmClient vm = VmClient.vfkit(socket("vm"));
                PingStream stream = PingStream.start(lab, vm, VM)) {
            long before = descriptors(daemon);
            limit(daemon, "3");
            double work = processor(daemon);
            long began = System.nanoTime();
            try (VmClient next = VmClient.vfkit(socket("next"));
                    StreamSocket waiting = StreamSocket.connect(stream("lone"))) {
                daemon.awaitLog("next: VM attached");
                daemon.awaitLog("next: no VM can attach at .*EMFILE.*raise its limit");
                daemon.awaitLog("lone: no VM can attach at .*accept.*EMFILE.*raise its limit");
                assertThat(scrape().exit()).isNotZero();
                daemon.awaitLog("metrics: no client can be served, trying again");
                try (Job _ = lab.host().start(status(), Map.of())) {
                    daemon.awaitLog("control: no client can be let in, trying again");
                    configure(port("late", "any"));
                    daemon.signal("HUP");
                    daemon.awaitLog("nothing is changed: .*Too many open files");
                    stream.awaitFlow();
                    awaitTime(began, Duration.ofSeconds(2));
                    double share = (processor(daemon) - work) * 1e9 / (System.nanoTime() - began);
                    System.out.printf("no descriptors: %.0f %% of a processor%n", share * 100);
                    assertThat(share).isLessThan(0.5);
                    assertThat(descriptors(daemon)).isLessThanOrEqualTo(before);
                    limit(daemon, "4096");
                }
                DaemonProcess.Ended status =
                        DaemonProcess.run(lab, "status", "--control", control.toString());
                assertThat(status.status()).as(status.err()).isZero();
                daemon.awaitLog("next: VMs can attach again at ");
                daemon.awaitLog("lone: VMs can attach again at ");
                daemon.awaitLog("lone: VM attached");
                waiting.send(Frames.sized(Frames.BROADCAST, "02:00:00:00:2a:03", 60));
                next.await("the frame", frame -> frame.length == 60);
                Await.until("metrics", Await.SHORT, () -> scrape().exit() == 0);
                daemon.signal("HUP");
                daemon.awaitLog("late: added");
            }
            PingStream.Result result = stream.end();
            System.out.printf(
                    "no descriptors: interruption %d ms, %d frames lost%n",
                    result.millis(), result.lost());
            stopped(daemon, result);
        }
    }

    @Test
    void anUplinkThatIsLostWithoutDescriptorsIsBackWithThem() throws Exception {
        configure();
        try (DaemonProcess daemon = start();
                VmClient vm = VmClient.vfkit(socket("vm"));
                PingStream stream = PingStream.start(lab, vm, VM)) {
            long before = descriptors(daemon);
            limit(daemon, "3");
            double work = processor(daemon);
            long began = System.nanoTime();
            lab.host().run("ip", "link", "del", "swtap0");
            daemon.awaitLog("vm: uplink swtap0 lost");
            daemon.awaitLog("vm: there is no new uplink yet, trying again: .*EMFILE.*raise");
            awaitTime(began, Duration.ofSeconds(1));
            double share = (processor(daemon) - work) * 1e9 / (System.nanoTime() - began);
            assertThat(share).isLessThan(0.5);
            limit(daemon, "4096");
            daemon.awaitLog("vm: uplink swtap0 is there again");
            PingStream.Result result = stream.end();
            System.out.printf(
                    "no descriptors for an uplink: %.0f %% of a processor, interruption %d ms after %d ms without%n",
                    share * 100, result.millis(), (System.nanoTime() - began) / 1_000_000);
            Await.until("as many as before", Await.SHORT, () -> descriptors(daemon) == before);
            daemon.stop();
        }
    }

    @Test
    void aCaptureThatFillsTheDiskEndsAloneAndSaysSo() throws Exception {
        configure();
        Path disk = Files.createDirectory(lab.workspace().file("disk"));
        try (DaemonProcess daemon = start();
                VmClient vm = VmClient.vfkit(socket("vm"));
                PingStream stream = PingStream.start(lab, vm, VM)) {
            DaemonProcess.Ended capture =
                    DaemonProcess.runBy(
                            lab,
                            List.of(
                                    "unshare",
                                    "-m",
                                    "sh",
                                    "-c",
                                    "mount -t tmpfs -o size=64k none " + disk + " && exec \"$@\"",
                                    "sh"),
                            Duration.ofSeconds(20),
                            "capture",
                            "vm",
                            "-w",
                            disk.resolve("frames.pcapng").toString(),
                            "--control",
                            control.toString());
            assertThat(capture.status()).as(capture.err()).isEqualTo(69);
            assertThat(capture.err()).contains("capture of vm", "No space left on device");
            PingStream.Result result = stream.end();
            stopped(daemon, result);
        }
    }

    @Test
    void aDaemonThatWasStoppedSaysForHowLongAndGoesOn() throws Exception {
        configure();
        try (DaemonProcess daemon = start();
                VmClient vm = VmClient.vfkit(socket("vm"));
                PingStream stream = PingStream.start(lab, vm, VM);
                VmClient other = VmClient.vfkit(socket("next"))) {
            daemon.awaitLog("next: VM attached");
            other.send(Frames.arpRequest(OTHER, "10.77.0.72", Lab.LAN_ADDRESS));
            other.await("an ARP reply", frame -> Frames.isArpReply(frame, Lab.LAN_ADDRESS));
            daemon.signal("STOP");
            long stopped = System.nanoTime();
            // The VM answers nothing: these wait in the uplink's queue.
            lab.lan()
                    .tried(
                            Await.SHORT,
                            "ping",
                            "-c",
                            "100",
                            "-i",
                            "0.002",
                            "-W",
                            "1",
                            "10.77.0.72");
            awaitTime(stopped, Duration.ofSeconds(4));
            double work = processor(daemon);
            daemon.signal("CONT");
            MatchResult told = daemon.awaitLog("stood still for ((?:[3-9]|[1-9]\\d)\\.\\d) s: ");
            other.await("an echo request", frame -> Frames.type(frame) == Frames.IPV4);
            PingStream.Result result = stream.end();
            System.out.printf(
                    "stopped: told %s s, interruption %d ms, %d of %d frames lost, %.2f s of processor after it%n",
                    told.group(1),
                    result.millis(),
                    result.lost(),
                    result.sent(),
                    processor(daemon) - work);
            assertThat(daemon.log()).doesNotContain("detached", "lost:");
            assertThat(daemon.log().lines().filter(line -> line.contains("stood still")))
                    .hasSizeLessThan(4); // this one, and a machine that is too busy
            Traffic.Direction waited = stopped(daemon, result).of("next").toVm();
            assertThat(waited.frames() + sum(waited)).isGreaterThan(100);
        }
    }

    /// Stops the daemon: what had waited and found no room in the VM's socket, or in a queue on the
    /// way, is counted.
    private Traffic.Ports stopped(DaemonProcess daemon, PingStream.Result result) {
        long counted = kernelDrops();
        Traffic.Ports ports = daemon.stop();
        counted += sum(ports.of("vm").toLan()) + sum(ports.of("vm").toVm());
        assertThat(counted).isGreaterThanOrEqualTo(result.lost());
        return ports;
    }

    private static long sum(Traffic.Direction direction) {
        return direction.dropped().values().stream().mapToLong(Long::longValue).sum();
    }
}
