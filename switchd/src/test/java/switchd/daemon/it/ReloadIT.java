package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Capture;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.lab.VmClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The daemon by its configuration file, and SIGHUP while traffic flows.
@NeedsLab
@Timeout(120)
final class ReloadIT {
    private static final String WEB = "02:00:00:00:0d:01";
    private static final String ONE = "02:00:00:00:0d:02";
    private static final String TWO = "02:00:00:00:0d:03";
    private static final int PAYLOAD = 46;

    private final Lab lab = Lab.bridged();
    private final Path file = lab.workspace().file("switchd.json");

    @AfterEach
    void removeLab() {
        lab.close();
    }

    private Path socket(String port) {
        return lab.workspace().file(port + "/net.sock");
    }

    private String port(String name, String network, String mac) {
        return "    {\"name\": \"%s\", \"network\": \"%s\", \"mac\": \"%s\", \"socket\": \"%s\"},\n"
                .formatted(name, network, mac, socket(name));
    }

    /// Three ports that stay, and `others`.
    private String config(String moreNetworks, String... others) {
        return """
        {
          // Not the machine's own.
          "control": {"socket": "%s"},
          "networks": [
            {"name": "lan", "kind": "bridge", "bridge": "%s"},
            {"name": "back", "kind": "isolated"}, %s
          ],
          "ports": [
        %s  ],
        }
        """
                .formatted(
                        lab.workspace().file("control.sock"),
                        Lab.BRIDGE,
                        moreNetworks,
                        port("web", "lan", WEB)
                                + port("one", "back", ONE)
                                + port("two", "back", TWO)
                                + String.join("", others));
    }

    private DaemonProcess start(String config) throws IOException {
        Files.writeString(file, config);
        return DaemonProcess.start(lab, "--config", file.toString());
    }

    private void reload(DaemonProcess daemon, String config, String told) throws IOException {
        Files.writeString(file, config);
        long before = count(daemon, told);
        daemon.signal("HUP");
        Await.until(told, Await.SHORT, () -> count(daemon, told) > before);
    }

    private static long count(DaemonProcess daemon, String told) {
        return daemon.log().lines().filter(line -> line.contains(told)).count();
    }

    @Test
    void noFrameOfAnUnchangedPortIsLost() throws Exception {
        String inForce = "INFO the configuration is in force";
        try (DaemonProcess daemon =
                        start(config("", port("gone", "lan", "auto"), port("new", "lan", "auto")));
                Capture lan = Capture.onLan(lab);
                VmClient web = VmClient.vfkit(socket("web"));
                VmClient one = VmClient.vfkit(socket("one"));
                VmClient two = VmClient.vfkit(socket("two"))) {
            meet(one, two);
            AtomicInteger sent = new AtomicInteger();
            AtomicBoolean enough = new AtomicBoolean();
            FutureTask<Void> traffic =
                    new FutureTask<>(() -> {
                        while (!enough.get()) {
                            exchange(sent.get(), web, one, two);
                            sent.incrementAndGet();
                        }
                        return null;
                    });
            Thread.ofPlatform().daemon().name("traffic").start(traffic);
            awaitMore(sent);

            // One goes, one comes, one changes, and so do networks.
            String other =
                    config(
                            "{\"name\": \"more\", \"kind\": \"isolated\", \"mtu\": 9000}",
                            port("new", "lan", "any"),
                            port("fresh", "more", "auto"));
            reload(daemon, other, inForce);
            assertThat(socket("gone")).doesNotExist();
            assertThat(socket("fresh")).exists();
            awaitMore(sent);

            // Nothing of this is done.
            String bad = other.replace("\"fresh\"", "\"web\"").replace("mtu", "mut");
            reload(daemon, bad, "WARNING nothing is changed: " + file + ":6:");
            daemon.awaitLog(
                    file + ":6:\\d+: networks\\[2\\].mut: unknown key: did you mean \"mtu\"");
            daemon.awaitLog(file + ":13:\\d+: ports\\[4\\].name: another port is called web");
            reload(daemon, other.replace("\"more\"", "\"less\""), inForce);
            assertThat(socket("fresh")).exists();
            reload(daemon, config(""), inForce);
            assertThat(socket("fresh")).doesNotExist();
            assertThat(socket("new")).doesNotExist();
            awaitMore(sent);

            enough.set(true);
            traffic.get();
            List<Integer> arrived =
                    lan.fence(WEB, web::send).stream()
                            .filter(frame -> Frames.type(frame) == Frames.EXPERIMENT)
                            .filter(frame -> Frames.source(frame).equals(WEB))
                            .map(frame -> ByteBuffer.wrap(frame).getInt(Frames.HEADER))
                            .toList();
            assertThat(arrived).isEqualTo(IntStream.range(0, sent.get()).boxed().toList());
            Traffic.Ports counted = daemon.stop();
            assertThat(counted.of("web").toLan().dropped()).isEmpty();
            assertThat(counted.of("web").toLan().frames()).isEqualTo(sent.get() + 1);
            assertThat(counted.of("two").toVm().dropped()).isEmpty();
            assertThat(counted.of("two").toVm().frames()).isEqualTo(sent.get());
        }
    }

    /// Waits until both have attached.
    private static void meet(VmClient one, VmClient two) {
        byte[] hello = Frames.sized(Frames.BROADCAST, TWO, 60);
        Await.until(
                "both on one network",
                Await.SHORT,
                () -> {
                    two.send(hello);
                    return one.receive(Duration.ofMillis(100)).isPresent();
                });
    }

    /// One numbered frame to the LAN, and one to another VM, which gets it as the next one.
    private static void exchange(int number, VmClient web, VmClient one, VmClient two) {
        byte[] payload = ByteBuffer.allocate(PAYLOAD).putInt(number).array();
        web.send(Frames.ethernet(Lab.LAN_MAC, WEB, Frames.EXPERIMENT, payload));
        byte[] frame = Frames.ethernet(TWO, ONE, Frames.EXPERIMENT, payload);
        one.send(frame);
        assertThat(two.receive(Await.SHORT))
                .hasValueSatisfying(next -> assertThat(next).isEqualTo(frame));
    }

    private static void awaitMore(AtomicInteger sent) {
        int before = sent.get();
        Await.until("traffic", Await.SHORT, () -> sent.get() > before + 100);
    }

    @Test
    void guardsChangeUnderAnAttachedVm() throws Exception {
        String guarded =
                config("")
                        .replace("\"isolated\"}", "\"isolated\", \"guards\": {\"groupFrames\": 1}}")
                        .replace("\"bridge\": \"br0\"", "\"bridge\": \"br0\", \"vlan\": 20");
        try (DaemonProcess daemon = start(config(""));
                Capture lan = Capture.onLan(lab);
                VmClient web = VmClient.vfkit(socket("web"));
                VmClient one = VmClient.vfkit(socket("one"));
                VmClient two = VmClient.vfkit(socket("two"))) {
            meet(one, two);
            exchange(0, web, one, two);
            reload(daemon, guarded, "INFO the configuration is in force");
            byte[] frame = Frames.sized(Frames.BROADCAST, WEB, 100);
            web.send(frame);
            lan.await("it, in its VLAN", f -> Arrays.equals(f, Frames.tagged(frame, 20)));
            for (int i = 0; i < 3; i++) {
                one.send(Frames.sized(Frames.BROADCAST, ONE, 60));
            }
            two.await("the first", f -> Frames.destination(f).equals(Frames.BROADCAST));
            exchange(1, web, one, two); // the others do not come before it
            assertThat(daemon.log()).contains("other guards hold").doesNotContain("detached");
            Traffic.Ports counted = daemon.stop();
            assertThat(counted.of("one").toLan().dropped()).containsOnlyKeys("groupRate");
            assertThat(counted.of("web").toLan().frames()).isEqualTo(3);
        }
    }

    @Test
    void whatCannotBeHadLeavesEverythingAsItWas() throws Exception {
        try (DaemonProcess daemon = start(config(""));
                VmClient web = VmClient.vfkit(socket("web"))) {
            web.send(Frames.arpRequest(WEB, "10.77.0.51", Lab.LAN_ADDRESS));
            web.await("an ARP reply", frame -> Frames.isArpReply(frame, Lab.LAN_ADDRESS));
            reload(
                    daemon,
                    config(
                            "{\"name\": \"none\", \"kind\": \"bridge\", \"bridge\": \"br9\"}",
                            port("fresh", "lan", "auto")),
                    "WARNING nothing is changed: ");
            assertThat(daemon.log()).contains("br9");
            assertThat(socket("fresh")).doesNotExist();
            web.send(Frames.arpRequest(WEB, "10.77.0.51", Lab.LAN_ADDRESS));
            web.await("an ARP reply", frame -> Frames.isArpReply(frame, Lab.LAN_ADDRESS));
            Files.delete(file);
            daemon.signal("HUP");
            daemon.awaitLog("WARNING nothing is changed: " + file + ": there is no such file");
            assertThat(daemon.stop().of("web").toLan().dropped()).isEmpty();
        }
    }

    @Test
    void aFileThatOthersMayWriteIsRefused() throws Exception {
        try (DaemonProcess daemon = start(config(""))) {
            lab.host().run("chmod", "666", file.toString());
            daemon.signal("HUP");
            daemon.awaitLog("WARNING nothing is changed: " + file + ": is writable by others");
        }
        DaemonProcess.Ended refused = DaemonProcess.run(lab, "--config", file.toString());
        assertThat(refused.status()).isEqualTo(64);
        assertThat(refused.err())
                .isEqualTo(
                        "switchd: %1$s: is writable by others, who could change what root does: chmod go-w %1$s\n"
                                .formatted(file));
    }

    @Test
    void withoutAFileSighupChangesNothing() {
        try (DaemonProcess daemon =
                        DaemonProcess.start(
                                lab,
                                "--isolated",
                                "--socket",
                                socket("vm0").toString(),
                                "--socket",
                                socket("vm1").toString());
                VmClient vm = VmClient.vfkit(socket("vm0"));
                VmClient other = VmClient.vfkit(socket("vm1"))) {
            other.send(Frames.sized(Frames.BROADCAST, "02:00:00:00:0d:02", 60));
            daemon.awaitLog("vm1: VM attached");
            byte[] frame = Frames.sized(Frames.BROADCAST, WEB, 60);
            vm.send(frame);
            other.await(frame);
            daemon.signal("HUP");
            daemon.awaitLog(
                    "WARNING SIGHUP: there is nothing to reload: .*: start it with --config");
            vm.send(frame);
            other.await(frame);
            Traffic.Ports counted = daemon.stop();
            assertThat(counted.of("vm0").toLan().frames()).isEqualTo(2);
        }
    }

    @Test
    void whatTakesEffectLaterIsSaid() throws Exception {
        String before = config("");
        try (DaemonProcess daemon = start(before)) {
            String control = lab.workspace().file("control.sock").toString();
            Files.writeString(file, before.replaceFirst("\\{", "{ \"metrics\": \"127.0.0.1:9\","));
            String notice =
                    file
                            + ":1:3: metrics has changed: it takes effect when switchd is started again";
            DaemonProcess.Ended text = DaemonProcess.run(lab, "reload", "--control", control);
            assertThat(text).isEqualTo(new DaemonProcess.Ended(0, notice + "\n", ""));
            DaemonProcess.Ended json =
                    DaemonProcess.run(lab, "reload", "--json", "--control", control);
            assertThat(JsonMapper.shared().readTree(json.out()).path("notices"))
                    .extracting(JsonNode::asString)
                    .containsExactly(notice);
            daemon.stop();
        }
    }

    @Test
    void otherPortsHaveTheirFramesWhileManyChange() throws Exception {
        try (DaemonProcess daemon = start(config("", many("auto")));
                VmClient web = VmClient.vfkit(socket("web"));
                VmClient one = VmClient.vfkit(socket("one"));
                VmClient two = VmClient.vfkit(socket("two"))) {
            meet(one, two);
            Files.writeString(file, config("", many("any")));
            daemon.signal("HUP");
            long began = System.nanoTime();
            long last = began;
            long longest = 0;
            int sent = 0;
            while (!daemon.log().contains("the configuration is in force")) {
                for (int i = 0; i < 50; i++) {
                    exchange(sent++, web, one, two);
                    long now = System.nanoTime();
                    longest = Math.max(longest, now - last);
                    last = now;
                }
            }
            long took = last - began;
            assertThat(took).isLessThan(Await.SHORT.toNanos());
            // In one go it would be all of it.
            assertThat(longest).as("of %d ns", took).isLessThan(took / 4);
            Traffic.Ports counted = daemon.stop();
            assertThat(counted.of("web").toLan().dropped()).isEmpty();
            assertThat(counted.of("web").toLan().frames()).isEqualTo(sent);
            assertThat(counted.of("two").toVm().dropped()).isEmpty();
            assertThat(counted.of("two").toVm().frames()).isEqualTo(sent);
        }
    }

    private String many(String mac) {
        return IntStream.range(0, 30)
                .mapToObj(i -> port("p" + i, "lan", mac))
                .collect(Collectors.joining());
    }

    @Test
    void portsByOptionsReplaceThoseOfTheFile() throws Exception {
        Files.writeString(file, config(""));
        String[] options = {
            "--config", file.toString(), "--isolated", "--socket", socket("vm0").toString()
        };
        try (DaemonProcess daemon = DaemonProcess.start(lab, options)) {
            assertThat(daemon.status().ports()).hasSize(1);
            reload(daemon, config("", port("fresh", "lan", "auto")), "configuration is in force");
            assertThat(daemon.stop().byName()).containsOnlyKeys("vm0");
        }
    }

    @Test
    void theCommandsSayWhatIsWrongAndWhatHolds() throws Exception {
        Files.writeString(file, config(""));
        DaemonProcess.Ended fine = DaemonProcess.run(lab, "config", "check", file.toString());
        assertThat(fine).isEqualTo(new DaemonProcess.Ended(0, file + ": nothing is wrong\n", ""));

        List<String> environment = List.of("env", "SWITCHD_CONFIG=" + file, "SWITCHD_WRITER=bpf");
        Path image = DaemonProcess.image();
        DaemonProcess.Ended shown =
                DaemonProcess.runBy(lab, environment, image, "config", "show", "--owner", "root");
        assertThat(shown.status()).as(shown.err()).isZero();
        assertThat(shown.out())
                .containsPattern("(?m)^networks\\[0\\].bridge +\"br0\" +" + file + ":5:")
                .containsPattern("(?m)^ports\\[0\\].up +true +default$")
                .containsPattern("(?m)^writer +\"bpf\" +SWITCHD_WRITER$")
                .containsPattern("(?m)^owner +\"root\" +--owner$");

        Files.writeString(file, config("").replace("ports", "prots").replace("lan", "a/b"));
        DaemonProcess.Ended bad = DaemonProcess.runBy(lab, environment, image, "config", "check");
        assertThat(bad.status()).isEqualTo(64);
        assertThat(bad.out()).isEmpty();
        assertThat(bad.err().lines())
                .hasSize(2)
                .allMatch(line -> line.matches(file + ":\\d+:\\d+: \\S+: .+"));

        DaemonProcess.Ended schema = DaemonProcess.run(lab, "config", "schema");
        assertThat(schema.out()).contains("https://json-schema.org/draft/2020-12/schema");
        assertThat(Map.of(schema.status(), schema.err())).isEqualTo(Map.of(0, ""));
    }
}
