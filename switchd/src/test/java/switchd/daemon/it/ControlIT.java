package switchd.daemon.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Command;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The control socket of a daemon that is a process of its own, asked by processes of other users.
@NeedsLab({"setpriv", "perl"})
@Timeout(120)
final class ControlIT {
    /// Owns the port `mine`.
    private static final int OWNER = 65534;

    /// Owns nothing.
    private static final int STRANGER = 2;

    /// The control group.
    private static final int GROUP = 100;

    /// Sends its arguments as lines, then prints what comes until the other side closes.
    private static final String CLIENT =
            "$s = IO::Socket::UNIX->new(Peer => shift) or die \"connect: $!\\n\";"
                    + " print $s \"$_\\n\" for @ARGV; shutdown $s, 1; print while <$s>";

    private final Lab lab = Lab.bridged();
    private final Path socket = lab.workspace().file("control.sock");
    private final Path config = lab.workspace().file("switchd.json");

    @BeforeEach
    void open() throws IOException {
        Files.setPosixFilePermissions(
                lab.workspace().path(), PosixFilePermissions.fromString("rwx--x--x"));
    }

    @AfterEach
    void removeLab() {
        lab.close();
    }

    private DaemonProcess daemon(String mode) throws IOException {
        Files.writeString(
                config,
                """
                {
                  "networks": [{"name": "lan", "kind": "isolated"}],
                  "ports": [
                    {"name": "mine", "owner": "%1$d:%1$d", "socket": "%2$s/mine/net.sock"},
                    {"name": "other", "owner": "0:0", "socket": "%2$s/other/net.sock"},
                  ],
                  "control": {"socket": "%3$s", "group": "%4$d", "mode": "%5$s"},
                }
                """
                        .formatted(OWNER, lab.workspace().path(), socket, GROUP, mode));
        Path mine = Files.createDirectories(lab.workspace().file("mine"));
        Files.setAttribute(mine, "unix:uid", OWNER);
        return DaemonProcess.start(lab, "--config", config.toString());
    }

    private static String request(int id, String method, String params) {
        return "{\"jsonrpc\":\"2.0\",\"id\":%d,\"method\":\"%s\",\"params\":%s}"
                .formatted(id, method, params);
    }

    private static String request(String method) {
        return request(1, method, "{}");
    }

    private static String named(String method, String port) {
        return request(1, method, "{\"name\":\"" + port + "\"}");
    }

    /// Asks as another user does.
    private Command as(int uid, int group, String... requests) {
        List<String> command = new ArrayList<>();
        command.addAll(List.of("setpriv", "--reuid", "" + uid, "--regid", "" + uid, "--groups"));
        command.add(Integer.toString(group));
        command.addAll(List.of("perl", "-MIO::Socket::UNIX", "-e", CLIENT, socket.toString()));
        command.addAll(List.of(requests));
        try (Job job = Job.start(command.toArray(String[]::new))) {
            return new Command(job.awaitExit(Duration.ofSeconds(20)), job.output());
        }
    }

    private JsonNode asked(int uid, int group, String request) {
        return JsonMapper.shared().readTree(as(uid, group, request).orFail(request));
    }

    private JsonNode root(String request) {
        return asked(0, 0, request);
    }

    private static List<String> names(JsonNode list) {
        return list.valueStream().map(each -> each.path("name").asString()).toList();
    }

    private static int code(JsonNode answer) {
        return answer.path("error").path("code").asInt();
    }

    @Test
    void rootSeesAndChangesAll() throws Exception {
        try (DaemonProcess daemon = daemon("0660")) {
            JsonNode status = root(request("daemon.status")).path("result");
            assertThat(status.path("schema").asString()).isEqualTo("switchd.status/1");
            assertThat(status.path("daemon").path("pid").asLong()).isEqualTo(daemon.pid());
            assertThat(names(status.path("ports"))).containsExactly("mine", "other");

            String add =
                    "{\"name\":\"third\",\"network\":\"lan\",\"socket\":\"%s/third.sock\"}"
                            .formatted(lab.workspace().path());
            JsonNode added = root(request(1, "port.add", add)).path("result").path("port");
            assertThat(added.path("state").asString()).isEqualTo("listening");
            assertThat(code(root(request(1, "port.add", add)))).isEqualTo(-32003);
            assertThat(lab.workspace().file("third.sock")).exists();
            assertThat(root(named("port.down", "third")).path("result").path("changed").asBoolean())
                    .isTrue();
            assertThat(root(named("port.down", "third")).path("result").path("changed").asBoolean())
                    .isFalse();
            root(named("port.up", "third"));
            assertThat(root(named("port.remove", "third")).has("result")).isTrue();
            assertThat(lab.workspace().file("third.sock")).doesNotExist();
            assertThat(code(root(named("port.remove", "third")))).isEqualTo(-32002);
            assertThat(names(root(request("network.list")).path("result").path("networks")))
                    .containsExactly("lan");
            daemon.stop();
        }
        assertThat(socket).doesNotExist();
    }

    @Test
    void theOwnerOfAPortSeesAndDetachesHisOwn() throws Exception {
        try (DaemonProcess _ = daemon("0666")) {
            JsonNode ports = asked(OWNER, OWNER, request("port.list")).path("result").path("ports");
            assertThat(names(ports)).containsExactly("mine");
            JsonNode status = asked(OWNER, OWNER, request("daemon.status")).path("result");
            assertThat(names(status.path("ports"))).containsExactly("mine");
            assertThat(status.path("networks").path(0).path("ports").toString())
                    .isEqualTo("[\"mine\"]");
            for (String method : List.of("port.show", "port.detach")) {
                assertThat(asked(OWNER, OWNER, named(method, "mine")).has("result")).isTrue();
                assertThat(code(asked(OWNER, OWNER, named(method, "other")))).isEqualTo(-32001);
                assertThat(code(asked(OWNER, OWNER, named(method, "none")))).isEqualTo(-32001);
            }
            for (String method :
                    List.of("port.add", "port.remove", "port.up", "port.down", "daemon.stop")) {
                JsonNode answer = asked(OWNER, OWNER, named(method, "mine"));
                assertThat(code(answer)).as(method).isEqualTo(-32001);
                assertThat(answer.path("error").path("message").asString()).contains("sudo");
            }
            assertThat(code(asked(OWNER, OWNER, request("daemon.reload")))).isEqualTo(-32001);
            assertThat(names(root(request("port.list")).path("result").path("ports")))
                    .containsExactly("mine", "other");
        }
    }

    @Test
    void strangersAreToldSo() throws Exception {
        try (DaemonProcess _ = daemon("0666")) {
            for (String method :
                    List.of("port.list", "daemon.status", "events.subscribe", "network.list")) {
                JsonNode answer = asked(STRANGER, STRANGER, request(method));
                assertThat(code(answer)).as(method).isEqualTo(-32001);
                assertThat(answer.path("error").path("message").asString())
                        .contains("owns no port");
            }
        }
    }

    @Test
    void membersOfTheGroupMayDoEverything() throws Exception {
        try (DaemonProcess _ = daemon("0660")) {
            assertThat(
                            names(
                                    asked(STRANGER, GROUP, request("port.list"))
                                            .path("result")
                                            .path("ports")))
                    .containsExactly("mine", "other");
            assertThat(asked(STRANGER, GROUP, named("port.remove", "other")).has("result"))
                    .isTrue();

            Command refused = as(STRANGER, STRANGER, request("port.list"));
            assertThat(refused.exit()).isNotZero();
            assertThat(refused.output()).contains("connect: Permission denied");
        }
    }

    @Test
    void membersOfTheGroupGetNoRightsByAPortThatTheyDoNotHave() throws Exception {
        Path home = Files.createDirectory(lab.workspace().file("home"));
        Files.setAttribute(home, "unix:uid", STRANGER);
        Path roots = Files.createDirectory(lab.workspace().file("roots"));
        String added = "{\"name\":\"new\",\"network\":\"lan\",\"socket\":\"%s/sub/s.sock\"%s}";
        try (DaemonProcess _ = daemon("0660")) {
            for (String whose :
                    List.of(
                            ",\"owner\":\"0:0\"",
                            ",\"owner\":\"%d:%d\"".formatted(OWNER, GROUP),
                            ",\"owner\":\"%d:0\"".formatted(STRANGER),
                            ",\"group\":\"0\"")) {
                String add = request(1, "port.add", added.formatted(home, whose));
                JsonNode error = asked(STRANGER, GROUP, add).path("error");
                assertThat(error.path("code").asInt()).as(whose).isEqualTo(-32602);
                assertThat(error.path("message").asString()).contains("only root");
            }
            String inRoots = request(1, "port.add", added.formatted(roots, ""));
            JsonNode error = asked(STRANGER, GROUP, inRoots).path("error");
            assertThat(error.path("message").asString()).contains("user 2 may not make");
            assertThat(roots).isEmptyDirectory();

            String inHome = request(1, "port.add", added.formatted(home, ",\"group\":\"100\""));
            assertThat(asked(STRANGER, GROUP, inHome).has("result")).isTrue();
            assertThat(asked(STRANGER, GROUP, named("port.remove", "new")).has("result")).isTrue();
            assertThat(root(inRoots).has("result")).isTrue();
        }
    }

    @Test
    void ownersHearOfTheirPortsOnly() throws Exception {
        try (DaemonProcess _ = daemon("0666");
                Job owner = subscriber(OWNER);
                Job admin = subscriber(0)) {
            owner.awaitOutput("result", Await.SHORT);
            admin.awaitOutput("result", Await.SHORT);
            root(named("port.down", "other"));
            root(named("port.down", "mine"));
            root(named("port.remove", "mine"));
            owner.awaitOutput("portRemoved", Await.SHORT);
            admin.awaitOutput("portRemoved", Await.SHORT);
            assertThat(owner.output()).contains("\"port\":\"mine\"").doesNotContain("other");
            assertThat(admin.output()).contains("\"port\":\"mine\"", "\"port\":\"other\"");
        }
    }

    private Job subscriber(int uid) {
        String code =
                "$| = 1; $s = IO::Socket::UNIX->new(Peer => shift) or die; print $s shift, \"\\n\";"
                        + " print while <$s>";
        return Job.start(
                "setpriv",
                "--reuid",
                "" + uid,
                "--regid",
                "" + uid,
                "--clear-groups",
                "perl",
                "-MIO::Socket::UNIX",
                "-e",
                code,
                socket.toString(),
                request("events.subscribe"));
    }

    @Test
    void stopAnswersAndThenEnds() throws Exception {
        try (DaemonProcess daemon = daemon("0660")) {
            JsonNode answer = root(request("daemon.stop"));
            assertThat(answer.path("result").path("pid").asLong()).isEqualTo(daemon.pid());
            assertThat(daemon.awaitEnd(Await.SHORT).status()).isZero();
            assertThat(socket).doesNotExist();
            assertThat(lab.workspace().file("other")).doesNotExist();
        }
    }

    @Test
    void aSecondDaemonNamesTheFirst() throws Exception {
        try (DaemonProcess first = daemon("0660")) {
            DaemonProcess.Ended second = DaemonProcess.run(lab, "--config", config.toString());
            assertThat(second.status()).isEqualTo(69);
            assertThat(second.err()).contains("pid " + first.pid()).hasLineCount(1);

            assertThat(names(root(request("port.list")).path("result").path("ports"))).hasSize(2);
            first.kill();
        }
        assertThat(socket).exists();
        try (DaemonProcess again = daemon("0660")) {
            JsonNode status = root(request("daemon.status")).path("result");
            assertThat(status.path("daemon").path("pid").asLong()).isEqualTo(again.pid());
        }
    }

    @Test
    void whateverClientsDoTheDaemonKeepsItsDescriptorsAndThreads() throws Exception {
        try (DaemonProcess daemon = daemon("0660")) {
            root(request("daemon.status"));
            long before = entries(daemon, "fd");
            byte[] flood = "x".repeat(100_000).getBytes(UTF_8);
            for (int i = 0; i < 1_000; i++) {
                try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
                    client.connect(UnixDomainSocketAddress.of(socket));
                    client.configureBlocking(false);
                    switch (i % 5) {
                        case 0 -> client.write(ByteBuffer.wrap(flood));
                        case 1 -> client.write(ByteBuffer.wrap("{\"half".getBytes(UTF_8)));
                        case 2 ->
                                client.write(
                                        ByteBuffer.wrap(
                                                (request("daemon.status") + "\n").getBytes(UTF_8)));
                        case 3 -> client.write(ByteBuffer.wrap("\n\n\0\n[[[[\n".getBytes(UTF_8)));
                        default -> {} // gone at once
                    }
                }
            }
            Await.until(
                    "all descriptors closed",
                    Await.SHORT,
                    () -> {
                        root(request("daemon.status"));
                        return entries(daemon, "fd") <= before;
                    });
            assertThat(threads(daemon)).containsOnlyOnce("switchd-control");
            daemon.stop();
        }
    }

    private static long entries(DaemonProcess daemon, String what) {
        try (Stream<Path> entries = Files.list(Path.of("/proc/" + daemon.pid(), what))) {
            return entries.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> threads(DaemonProcess daemon) throws IOException {
        List<String> names = new ArrayList<>();
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + daemon.pid(), "task"))) {
            for (Path task : tasks.toList()) {
                names.add(Files.readString(task.resolve("comm")).strip());
            }
        }
        return names;
    }
}
