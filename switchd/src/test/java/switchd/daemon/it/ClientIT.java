package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.lab.VmClient;
import switchd.daemon.metrics.OpenMetrics;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The commands of a running daemon, each a process of its own.
@NeedsLab("setpriv")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
final class ClientIT {
    private static final String MAC = "02:00:00:00:1b:01";
    private static final String OTHER = "02:00:00:00:1b:02";

    private final Lab lab = Lab.bridged();
    private DaemonProcess daemon;
    private Client client;

    @SuppressWarnings("NullAway.Init")
    ClientIT() {}

    @BeforeAll
    void start() throws IOException {
        Path config = lab.workspace().file("switchd.json");
        Files.writeString(config, config("web"));
        String control = lab.workspace().file("control.sock").toString();
        client = new Client(lab, control);
        daemon = DaemonProcess.start(lab, "--config", config.toString(), "--control", control);
    }

    /// A configuration with these ports.
    private String config(String... ports) {
        StringBuilder text =
                new StringBuilder("{\"networks\": [{\"name\": \"lan\", \"kind\": \"bridge\",");
        text.append(" \"bridge\": \"%s\"}], \"ports\": [".formatted(Lab.BRIDGE));
        for (String port : ports) {
            text.append("{\"name\": \"%s\", \"socket\": \"%s\"},".formatted(port, socket(port)));
        }
        return text + "]}";
    }

    @AfterAll
    void stop() {
        try (lab) {
            if (daemon != null) {
                daemon.stop();
            }
        }
    }

    private String socket(String port) {
        return lab.workspace().file(port + "/net.sock").toString();
    }

    private String add(String name, String... options) {
        String[] words =
                java.util.stream.Stream.concat(
                                java.util.stream.Stream.of(
                                        "port", "add", name, "--socket", socket(name)),
                                java.util.stream.Stream.of(options))
                        .toArray(String[]::new);
        return client.ask(words);
    }

    @Test
    void aPortComesAndGoes() {
        assertThat(add("one", "--network", "lan", "--mac", MAC))
                .isEqualTo("one: added to lan: a VM attaches at " + socket("one") + "\n");
        assertThat(client.ask("port", "ls"))
                .containsPattern("(?m)^NAME +NETWORK +STATE +MAC +PID +SOCKET$")
                .containsPattern("(?m)^one +lan +listening +" + MAC + " +- +" + socket("one") + "$")
                .containsPattern("(?m)^web +lan +listening +auto +- +" + socket("web") + "$");
        try (VmClient vm = VmClient.vfkit(Path.of(socket("one")))) {
            vm.send(Frames.arpRequest(MAC, "10.77.0.62", Lab.LAN_ADDRESS));
            vm.await("an ARP reply", frame -> Frames.isArpReply(frame, Lab.LAN_ADDRESS));
            assertThat(client.ask("port", "show", "one"))
                    .startsWith("port one on lan: attached\n")
                    .contains("pid " + ProcessHandle.current().pid(), "seen " + MAC)
                    .containsPattern("to LAN +last .* ago; 1 frame, ");
            assertThat(client.ask("port", "detach", "one")).isEqualTo("one: its VM is detached\n");
        }
        assertThat(client.ask("port", "detach", "one")).isEqualTo("one: there is no VM\n");

        assertThat(client.ask("port", "down", "one")).isEqualTo("one: switched off\n");
        assertThat(client.ask("port", "down", "one")).isEqualTo("one: off already\n");
        assertThat(Path.of(socket("one"))).doesNotExist();
        assertThat(client.ask("port", "show", "one"))
                .startsWith("port one on lan: down\n")
                .contains("why     switched off: `switchd port up one`");
        assertThat(client.ask("port", "up", "one")).isEqualTo("one: switched on\n");
        assertThat(client.ask("port", "up", "one")).isEqualTo("one: on already\n");
        assertThat(Path.of(socket("one"))).exists();

        assertThat(client.ask("port", "rm", "one")).isEqualTo("one: removed\n");
        assertThat(Path.of(socket("one"))).doesNotExist();
        assertThat(client.ask("port", "ls")).doesNotContain("one");
    }

    @Test
    void aNetworkIsMadeForAPortAndGoesWithIt() {
        lab.host().run("ip", "link", "add", "br7", "type", "bridge");
        lab.host().run("ip", "link", "set", "br7", "up");
        add("other", "--bridge", "br7");
        assertThat(client.ask("network", "ls"))
                .containsPattern("(?m)^NAME +KIND +LAN +MTU +PORTS$")
                .containsPattern("(?m)^br7 +bridge +br7 +1500 +other$");
        assertThat(client.ask("network", "show", "br7"))
                .startsWith("network br7: bridge br7, MTU 1500\n")
                .contains("\nport other on br7: listening\n");
        client.ask("port", "rm", "other");
        assertThat(client.ask("network", "ls")).doesNotContain("br7");
    }

    @Test
    void everyAnswerIsJsonAsWell() {
        JsonNode added =
                client.json(
                        "switchd.port/1",
                        "port",
                        "add",
                        "js",
                        "--network",
                        "lan",
                        "--socket",
                        socket("js"),
                        "--mac",
                        "any",
                        "--down");
        assertThat(added.path("port").path("state").asString()).isEqualTo("down");
        assertThat(added.path("port").path("mac").asString()).isEqualTo("any");
        client.json("switchd.port/1", "port", "up", "js");
        client.json("switchd.port/1", "port", "detach", "js");
        assertThat(client.port("js").path("state").asString()).isEqualTo("listening");
        assertThat(names(client.json("switchd.ports/1", "port", "ls").path("ports")))
                .contains("web", "js");
        assertThat(names(client.json("switchd.networks/1", "network", "ls").path("networks")))
                .contains("lan");
        JsonNode lan = client.json("switchd.network/1", "network", "show", "lan");
        assertThat(lan.path("network").path("lan").asString()).isEqualTo(Lab.BRIDGE);
        assertThat(names(lan.path("ports"))).contains("web", "js");
        assertThat(names(client.json("switchd.status/1", "status").path("ports")))
                .contains("web", "js");
        client.json("switchd.port/1", "port", "down", "js");
        client.json("switchd.port/1", "port", "rm", "js");
    }

    private static List<String> names(JsonNode array) {
        return array.valueStream().map(each -> each.path("name").asString()).toList();
    }

    @Test
    void theStatusSaysWhyThereIsNoNetwork() {
        add("why", "--network", "lan", "--mac", MAC);
        try (VmClient vm = VmClient.vfkit(Path.of(socket("why")))) {
            vm.send(Frames.arpRequest(OTHER, "10.77.0.63", Lab.LAN_ADDRESS));
            Await.until(
                    "the drop",
                    Await.SHORT,
                    () -> client.port("why").path("toLan").path("dropped").asInt() == 1);
            assertThat(client.ask("status"))
                    .startsWith("switchd ")
                    .contains("pid " + daemon.pid() + ",")
                    .contains("network lan: bridge " + Lab.BRIDGE + ", MTU 1500\n")
                    .contains("port web on lan: listening\n", "port why on lan: attached\n")
                    .contains("dropped 1 foreignSource\n", OTHER)
                    .contains(
                            "frames from " + OTHER + " are dropped, the port is for " + MAC,
                            MAC + "; none seen yet; foreign " + OTHER + "\n")
                    .doesNotContain("\u001b");
        }
        client.ask("port", "rm", "why");
    }

    @Test
    void theMetricsAreThoseOfTheStatus() throws Exception {
        add("count", "--network", "lan", "--mac", MAC);
        try (VmClient vm = VmClient.vfkit(Path.of(socket("count")))) {
            vm.send(Frames.arpRequest(OTHER, "10.77.0.64", Lab.LAN_ADDRESS));
            vm.send(Frames.arpRequest(MAC, "10.77.0.64", Lab.LAN_ADDRESS));
            vm.await("an ARP reply", frame -> Frames.isArpReply(frame, Lab.LAN_ADDRESS));
            String port = "network=\"lan\",port=\"count\"}";
            assertThat(OpenMetrics.parse(client.ask("metrics")).samples())
                    .containsEntry("switchd_port_frames_total{direction=\"toLan\"," + port, 1.0)
                    .containsEntry(
                            "switchd_port_dropped_frames_total{cause=\"foreignSource\","
                                    + "direction=\"toLan\","
                                    + port,
                            1.0);
        }
        client.ask("port", "rm", "count");
    }

    @Test
    void doctorAsksTheDaemon() {
        add("ill", "--network", "lan", "--mac", MAC);
        try (VmClient vm = VmClient.vfkit(Path.of(socket("ill")))) {
            assertThat(doctor()).contains("ports ill: attached");
            vm.send(Frames.arpRequest(OTHER, "10.77.0.65", Lab.LAN_ADDRESS));
            Await.until(
                    "the drop",
                    Await.SHORT,
                    () -> client.port("ill").path("toLan").path("dropped").asInt() == 1);
            assertThat(doctor())
                    .contains("runs, pid " + daemon.pid() + "\n")
                    .containsPattern(
                            "ports ill: frames .*dropped \\(1\\), .* from " + OTHER + ".* " + MAC);
        }
        client.ask("port", "rm", "ill");
    }

    private String doctor() {
        DaemonProcess.Ended ended =
                client.run("doctor", "--config", lab.workspace().file("switchd.json").toString());
        assertThat(ended.status()).as(ended.err() + ended.out()).isBetween(0, 1);
        assertThat(ended.err()).isEmpty();
        return ended.out();
    }

    @Test
    void theStatusIsWatchedInAPipe() {
        DaemonProcess watch = client.start("status", "--watch", "0.2");
        Await.until(
                "three of them",
                Await.SHORT.multipliedBy(3),
                () -> watch.out().split("\n\nswitchd ", -1).length > 3);
        assertThat(watch.out()).startsWith("switchd ").doesNotContain("\u001b");
        watch.close();

        DaemonProcess json = client.start("status", "--watch", "0.2", "--json");
        Await.until("lines", Await.SHORT.multipliedBy(3), () -> json.out().lines().count() > 2);
        assertThat(json.out().lines().limit(2))
                .allSatisfy(line -> JsonMapper.shared().readTree(line).required("schema"));
        json.close();
    }

    @Test
    void eventsComeAsTheyHappen() {
        DaemonProcess text = client.start("events");
        DaemonProcess json = client.start("events", "--json");
        for (DaemonProcess each : List.of(text, json)) {
            Await.until("the first one", Await.SHORT, () -> each.out().contains("started"));
        }
        add("eve", "--isolated");
        client.ask("port", "down", "eve");
        client.ask("port", "rm", "eve");
        Await.until("the last one", Await.SHORT, () -> json.out().contains("portRemoved"));
        Await.until("the last one", Await.SHORT, () -> text.out().contains("portRemoved"));
        assertThat(text.out().lines().findFirst().orElseThrow())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\S+ INFO started: switchd \\S+ has started, .+");
        assertThat(text.out().lines().skip(1))
                .allMatch(line -> line.matches("\\d{4}-\\d\\d-\\d\\dT\\S+ INFO \\w+: eve: .+"));
        List<JsonNode> told =
                json.out().lines().map(line -> JsonMapper.shared().readTree(line)).toList();
        assertThat(told)
                .allMatch(event -> event.path("schema").asString().equals("switchd.event/1"))
                .extracting(event -> event.path("event").asString())
                .containsExactly("started", "portAdded", "portDown", "portRemoved");
        JsonNode details = told.getFirst().path("details");
        JsonNode status = client.json("switchd.status/1", "status").path("daemon");
        assertThat(told.getFirst().path("time")).isEqualTo(status.path("started"));
        assertThat(details.path("pid")).isEqualTo(status.path("pid"));
        assertThat(details.path("version")).isEqualTo(status.path("version"));
        text.close();
        json.close();
    }

    @Test
    void aReloadAppliesTheDifference() throws Exception {
        Path config = lab.workspace().file("switchd.json");
        assertThat(client.ask("reload")).isEqualTo("nothing has changed\n");
        Files.writeString(config, config("web", "fresh"));
        assertThat(client.ask("reload")).isEqualTo("port fresh: added\n");
        assertThat(Path.of(socket("fresh"))).exists();
        Files.writeString(config, config("web"));
        JsonNode done = client.json("switchd.reload/1", "reload");
        assertThat(done.path("ports").path("removed").toString()).isEqualTo("[\"fresh\"]");
        assertThat(done.path("ports").path("unchanged").toString()).isEqualTo("[\"web\"]");
        Files.writeString(config, config("web").replace("ports", "prots"));
        DaemonProcess.Ended bad = client.run("reload");
        assertThat(bad.status()).as(bad.err()).isEqualTo(64);
        assertThat(bad.err()).contains("prots", config.toString());
        Files.writeString(config, config("web"));
        assertThat(client.ask("reload")).isEqualTo("nothing has changed\n");
    }

    @Test
    void aPortIsAddedWithItsGuards() {
        String words =
                "port add safe --network lan --trunk 10,0 --uplink-only --ip-guard 10.0.0.9,fe80::9"
                        + " --group-frames 1000 --new-addresses 5 --addresses 6 --to-lan-rate 100Mbit"
                        + " --to-vm-rate 2Gbit --burst 70000 --allow-protocol stp,lldp --down";
        client.ask(words.split(" "));
        JsonNode guards = client.port("safe").path("guards");
        assertThat(guards.toString())
                .isEqualTo(
                        """
                        {"isolated":true,"talkGroups":[],"vlan":null,"trunk":[0,10],"ipGuard":"list",\
                        "groupFrames":1000,"newAddresses":5,"addresses":6,"toLanRate":100000000,\
                        "toVmRate":2000000000,"burst":70000,"allowProtocols":["stp","lldp"]}\
                        """);
        client.ask("port", "up", "safe");
        assertThat(client.port("safe").path("guards")).isEqualTo(guards);
        assertThat(client.ask("network", "show", "lan"))
                .contains("  guards  isolated; trunk untagged, 10; IP list; at most 1000 broad");
        client.ask("port", "rm", "safe");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    port show wep                       | did you mean "web"?
                    port rm wep                         | did you mean "web"?
                    port up wep                         | did you mean "web"?
                    port detach wep                     | did you mean "web"?
                    network show lam                    | did you mean "lan"?
                    port add x --network lam            | did you mean "lan"?
                    port add web --network lan          | web
                    port add a/b --network lan          | letters, digits and dashes, not 'a/b'
                    port add x --network lan --mac 1    | mac
                    port add x --network lan --mode 9   | mode
                    port add x --network lan --vlan 4095 | vlan: a VLAN from 0 to 4094
                    port add x --isolated --uplink-only | with --isolated there is no uplink
                    port add x --isolated --ip-guard dhcp | nobody gives addresses on
                    port add x                          | --network
                    port add x --network lan --isolated | mutually exclusive
                    port show                           | PORT
                    port                                | Missing required subcommand
                    status --watch 0                    | --watch: 0.1 to 86400 seconds
                    status --watch x                    | --watch
                    status web                          | web
                    """)
    void whatMakesNoSenseIsToldByName(String words, String complaint) {
        DaemonProcess.Ended ended =
                words.equals("port")
                        ? DaemonProcess.run(lab, "port")
                        : client.run(words.split(" +"));
        assertThat(ended.status()).as(ended.err()).isEqualTo(64);
        assertThat(ended.err()).contains(complaint);
        assertThat(ended.out()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "status",
                "port ls",
                "port rm web",
                "network ls",
                "events",
                "reload",
                "metrics",
                "stop"
            })
    void withoutADaemonTheySayHowToStartOne(String words) {
        Client nobody = new Client(lab, lab.workspace().file("nowhere.sock").toString());
        DaemonProcess.Ended ended = nobody.run(words.split(" "));
        assertThat(ended.status()).isEqualTo(69);
        assertThat(ended.err()).hasLineCount(1).contains("not running", nobody.control(), "start");
        assertThat(ended.out()).isEmpty();
    }

    @Test
    void stopEndsItAndReturnsThen() {
        String control = lab.workspace().file("second.sock").toString();
        Client second = new Client(lab, control);
        DaemonProcess ending =
                DaemonProcess.start(
                        lab, "--isolated", "--control", control, "--socket", socket("second"));
        assertThat(second.ask("stop")).isEqualTo("switchd has ended\n");
        assertThat(ending.awaitEnd(Await.SHORT).status()).isZero();
        assertThat(Path.of(control)).doesNotExist();
        assertThat(Path.of(socket("second"))).doesNotExist();
        assertThat(second.run("status").status()).isEqualTo(69);
    }
}
