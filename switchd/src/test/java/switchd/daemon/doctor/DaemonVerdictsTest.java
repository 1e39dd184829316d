package switchd.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.daemon.doctor.Verdicts.assertOne;
import static switchd.daemon.doctor.Verdicts.assertPass;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import switchd.core.Errno;
import switchd.core.HostException;
import switchd.core.PermissionException;
import switchd.daemon.doctor.Finding.Level;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Verdicts on the daemon, its ports and sockets, and the JVM.
final class DaemonVerdictsTest {
    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    private static final JsonNode STATUS = json("{}");

    @Test
    void aDaemonThatDoesNotTellIsNotSaidToBeMissing() {
        PermissionException refusal = new PermissionException("not for user 17");
        assertOne(
                DaemonCheck.judge(null, refusal, Map.of()),
                Level.UNCHECKED,
                "not for user 17",
                "sudo switchd doctor");
    }

    @Test
    void oneDaemonOrNone() {
        var daemon = new Setup.Daemon("1.0", 17, STATUS);
        assertPass(DaemonCheck.judge(daemon, null, Map.of(17, Set.of("br0"))), "pid 17");
        assertOne(
                DaemonCheck.judge(null, new HostException("nobody listens"), Map.of()),
                Level.INFO,
                "none runs: nobody listens",
                "sudo switchd");
        assertThat(
                        DaemonCheck.judge(
                                null,
                                new HostException("nobody listens"),
                                Map.of(18, Set.of("br0"))))
                .singleElement()
                .extracting(Finding::text)
                .asString()
                .contains("pid 18", "without a control socket");
    }

    @Test
    void twoDaemonsOnOneBridge() {
        var daemon = new Setup.Daemon("1.0", 17, STATUS);
        List<Finding> findings =
                DaemonCheck.judge(
                        daemon, null, Map.of(17, Set.of("br0"), 18, Set.of("br0", "br1")));
        assertThat(findings).hasSize(2);
        assertThat(findings.get(1).level()).isEqualTo(Level.WARN);
        assertThat(findings.get(1).subject()).isEqualTo("br0");
        assertThat(findings.get(1).cure()).isEqualTo("ps -o pid,user,args -p 17,18");
    }

    private static List<Finding> port(String state, String more) {
        return PortsCheck.judge(
                json(
                        """
                        {"ports": [{"name": "web", "network": "lan", "state": "%s", "mac": "auto",
                         "mtu": 1500, "macsSeen": ["52:54:00:00:00:09"], %s}]}
                        """
                                .formatted(state, more)));
    }

    @Test
    void portsThatDoNotWork() {
        assertPass(port("attached", "\"x\": 1"), "attached");
        assertPass(port("listening", "\"x\": 1"), "listening");
        assertOne(
                port("refused", "\"reason\": \"the path is too long\""),
                Level.FAIL,
                "the path is too long",
                "switchd port show web");
        assertOne(
                port("uplinkLost", "\"reason\": \"feth1 was removed\""),
                Level.FAIL,
                "feth1 was removed",
                "switchd network show lan");
        assertOne(port("down", "\"x\": 1"), Level.INFO, "switched off", "switchd port up web");
    }

    @Test
    void portsThatDrop() {
        assertOne(
                port(
                        "attached",
                        "\"foreignSource\": \"02:00:00:00:00:09\","
                                + " \"toLan\": {\"frames\": 9, \"drops\": {\"foreignSource\": 3}}"),
                Level.WARN,
                "frames of its VM were dropped (3), as they come from 02:00:00:00:00:09,"
                        + " and the port is for 52:54",
                "\"any\"");
        assertOne(
                port("attached", "\"toVm\": {\"frames\": 900, \"drops\": {\"vmFull\": 9}}"),
                Level.WARN,
                "9 frames were dropped as its VM",
                "switchd port show web");
        assertPass(
                port("attached", "\"toVm\": {\"frames\": 90000, \"drops\": {\"vmFull\": 9}}"),
                "attached");
        assertOne(
                port("attached", "\"toLan\": {\"frames\": 90000, \"drops\": {\"oversize\": 9}}"),
                Level.WARN,
                "longer than the MTU of 1500",
                "mtu 1500");
        assertOne(
                port("attached", "\"toVm\": {\"frames\": 9, \"drops\": {\"overrun\": 9}}"),
                Level.WARN,
                "between switchd and the LAN",
                "uptime");
    }

    private static SocketsCheck.Socket socket(String path, int probed) {
        return new SocketsCheck.Socket(path, probed);
    }

    private static List<Finding> directory(boolean known, SocketsCheck.Socket... sockets) {
        return Verdicts.of(to -> SocketsCheck.judge("/run/switchd/a", known, List.of(sockets), to));
    }

    @Test
    void socketsThatNobodyListensAt() {
        int dead = -Errno.ECONNREFUSED.number();
        assertThat(directory(true, socket("/run/switchd/a/net.sock", 0))).isEmpty();
        assertThat(directory(false, socket("/run/switchd/a/net.sock", 0))).isEmpty();
        assertThat(directory(true)).isEmpty();
        assertOne(directory(false), Level.WARN, "no more", "sudo rm -r /run/switchd/a");
        assertOne(
                directory(false, socket("/run/switchd/a/net.sock", dead)),
                Level.WARN,
                "a port that is no more",
                "sudo rm -r /run/switchd/a");
        assertOne(
                directory(true, socket("/run/switchd/a/it's.sock", dead)),
                Level.WARN,
                "nobody listens there",
                "sudo rm '/run/switchd/a/it'\\''s.sock'");
        assertOne(
                directory(true, socket("/run/switchd/a/net.sock", -Errno.EACCES.number())),
                Level.UNCHECKED,
                "run with sudo",
                "sudo switchd doctor");
    }

    private static List<Finding> path(int self, PathsCheck.Component... components) {
        return Verdicts.of(
                to -> PathsCheck.judge("sockets", "/run/a", List.of(components), self, to));
    }

    private static PathsCheck.Component part(String path, int mode, int uid) {
        return new PathsCheck.Component(path, mode, uid);
    }

    @Test
    void pathsThatOthersMayChange() {
        PathsCheck.Component root = part("/", 040755, 0);
        PathsCheck.Component end = part("/run/a", 040755, 0);
        assertPass(path(0, root, part("/run", 041777, 0), end), "nobody else");
        assertPass(path(501, root, part("/run", 040755, 501), end), "nobody else");
        assertPass(path(0, root, part("/run", 0120777, 0), end), "nobody else");
        assertPass(path(0, root, part("/run", 040755, 0), part("/run/a", 0140666, 0)), "nobody");
        assertOne(
                path(0, root, part("/run", 040775, 0), end),
                Level.FAIL,
                "/run may be written by others than its owner (mode 0775)",
                "sudo chmod go-w /run");
        assertOne(
                path(0, root, part("/run", 040755, 501), end),
                Level.WARN,
                "/run is not owned by root (uid 0) but by uid 501",
                "sudo chown root /run");
        assertThat(path(0, root))
                .singleElement()
                .matches(
                        found -> found.level() == Level.INFO && found.text().contains("not there"));
    }

    private static List<Finding> portPath(PathsCheck.Component... components) {
        return Verdicts.of(
                to -> PathsCheck.judgePort("web", "/home/a/s", List.of(components), 0, to));
    }

    @Test
    void socketsBelongToTheVmsUser() {
        PathsCheck.Component home = part("/home", 040755, 0);
        PathsCheck.Component own = part("/home/a", 040700, 501);
        PathsCheck.Component socket = part("/home/a/s", 0140600, 501);
        assertPass(portPath(home, own, socket), "for uid 501 alone");
        assertThat(portPath(home, own)).allMatch(found -> found.level() == Level.INFO);
        assertOne(
                portPath(home, part("/home/a", 040755, 502), socket),
                Level.WARN,
                "belongs to uid 502",
                "sudo chown 501 /home/a");
        assertOne(
                portPath(home, part("/home/a", 040777, 501), socket),
                Level.FAIL,
                "as /home/a has mode 0777",
                "sudo chmod go-w /home/a");
        assertOne(
                portPath(part("/home", 040700, 0), own, socket),
                Level.WARN,
                "(uid 501) may not get through /home (mode 0700)",
                "sudo chmod o+x /home");
    }

    @Test
    void theJvm() {
        assertPass(JavaCheck.judge(25, "25.0.3", true, Map.of("HOME", "/")), "25.0.3");
        assertOne(
                JavaCheck.judge(21, "21.0.1", true, Map.of()),
                Level.FAIL,
                "needs Java 25",
                "jdk-25");
        assertOne(
                JavaCheck.judge(25, "25.0.3", false, Map.of()),
                Level.FAIL,
                "was not told",
                "--enable-native-access");
        assertThat(
                        JavaCheck.judge(
                                25,
                                "25",
                                true,
                                Map.of("LD_PRELOAD", "x", "DYLD_INSERT_LIBRARIES", "y")))
                .filteredOn(found -> found.level() == Level.WARN)
                .extracting(Finding::cure)
                .containsExactly("unset DYLD_INSERT_LIBRARIES", "unset LD_PRELOAD");
    }

    @Test
    void theConfiguration() {
        assertThat(ConfigCheck.judge(null, null)).allMatch(found -> found.level() == Level.INFO);
        assertPass(ConfigCheck.judge("/etc/x", null), "makes sense");
        assertOne(
                ConfigCheck.judge("/etc/x", "line 3: ports: unknown key"),
                Level.FAIL,
                "line 3",
                "switchd config check /etc/x");
    }

    @Test
    void theWorstGivesTheExitStatus() {
        Finding pass = new Finding("a", null, Level.PASS, "t", null);
        Finding info = new Finding("a", null, Level.INFO, "t", null);
        Finding unchecked = new Finding("a", null, Level.UNCHECKED, "t", null);
        Finding warn = new Finding("a", null, Level.WARN, "t", "c");
        Finding fail = new Finding("a", null, Level.FAIL, "t", "c");
        assertThat(new Report("1", "s", List.of(pass, info, unchecked)).exitStatus()).isZero();
        assertThat(new Report("1", "s", List.of(warn, pass)).exitStatus()).isOne();
        assertThat(new Report("1", "s", List.of(fail, warn)).exitStatus()).isEqualTo(2);
    }

    @Test
    void aReportIsReadable() {
        Finding warn = new Finding("a", "b", Level.WARN, "t", "c");
        Finding pass = new Finding("a", null, Level.PASS, "t", null);
        JsonNode json =
                json(
                        JsonMapper.shared()
                                .writeValueAsString(new Report("1", "s", List.of(warn, pass))));
        assertThat(json.path("schema").asString()).isEqualTo("switchd.doctor/1");
        assertThat(json.path("result").asString()).isEqualTo("warn");
        assertThat(json.path("findings").get(0).propertyNames())
                .containsExactlyInAnyOrder("check", "subject", "level", "text", "cure");
        assertThat(json.path("findings").get(1).propertyNames())
                .containsExactlyInAnyOrder("check", "level", "text");
        assertThat(json.propertyNames())
                .containsExactlyInAnyOrder("schema", "version", "source", "result", "findings");
    }

    @Test
    void whatADaemonTellsIsLookedAt() {
        JsonNode status =
                json(
                        """
                        {"daemon": {"version": "1.0", "pid": 7},
                         "networks": [{"name": "lan", "kind": "bridge", "lan": "br0"},
                                      {"name": "in", "kind": "isolated", "lan": null}],
                         "ports": [{"name": "web", "mac": "52:54:00:00:00:01",
                                    "socket": "/run/switchd/web/net.sock", "stream": null},
                                   {"name": "db", "mac": "auto"}]}
                        """);
        assertThat(SetupReader.networks(status))
                .containsExactly(
                        new Setup.Net("lan", Verdicts.BR0, true, false),
                        new Setup.Net("in", null, false, false));
        assertThat(SetupReader.ports(status))
                .containsExactly(
                        new Setup.Place(
                                "web",
                                switchd.core.MacAddress.parse("52:54:00:00:00:01"),
                                List.of("/run/switchd/web/net.sock")),
                        new Setup.Place("db", null, List.of()));
        assertThat(SetupReader.daemon(status).pid()).isEqualTo(7);
    }
}
