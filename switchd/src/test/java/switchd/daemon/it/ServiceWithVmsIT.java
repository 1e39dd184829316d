package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Command;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.lab.VmClient;

/// An installed service whose daemon runs and has VMs: neither `install` nor `uninstall` takes
/// their network away unless told so.
@NeedsLab({"unshare", "nsenter", "systemd-sysusers"})
@Timeout(180)
final class ServiceWithVmsIT {
    private static final Duration SOON = Duration.ofMillis(200);
    private static final String CONFIG = "/etc/switchd/switchd.json";
    private static final Duration START = Duration.ofSeconds(20);
    private static final String ONE = "02:00:00:00:2a:01";
    private static final String TWO = "02:00:00:00:2a:02";

    private final Sandbox sandbox = Sandbox.create();
    private Job daemon;

    @SuppressWarnings("NullAway.Init")
    ServiceWithVmsIT() {}

    /// Installs it and does what systemd does then: starts the daemon as the unit says.
    @BeforeEach
    void installAndStart() {
        sandbox.shell(
                """
                mkdir -p /etc/switchd
                cat >%s <<'X'
                {"networks": [{"name": "lan", "kind": "isolated"}],
                 "ports": [{"name": "one", "socket": "%s"}, {"name": "two", "socket": "%s"}]}
                X
                """
                        .formatted(CONFIG, sandbox.shared("one.sock"), sandbox.shared("two.sock")));
        install().orFail("install");
        sandbox.asked();
        String started =
                sandbox.run("sed", "-n", "s/^ExecStart=//p", "/etc/systemd/system/switchd.service");
        daemon = sandbox.started(started.strip().split(" "));
        try {
            daemon.awaitOutput("^\\{.*\\}$", START);
        } catch (AssertionError e) {
            removeSandbox();
            throw e;
        }
    }

    @AfterEach
    void removeSandbox() {
        daemon.close();
        sandbox.close();
    }

    private Command install(String... more) {
        return sandbox.switchd(
                Stream.concat(
                                Stream.of("install", "--no-cache", "--prefix", "/opt/switchd"),
                                Arrays.stream(more))
                        .toArray(String[]::new));
    }

    private VmClient attach(String port, String mac) {
        VmClient vm = VmClient.vfkit(sandbox.shared(port + ".sock"));
        vm.send(Frames.sized(Frames.BROADCAST, mac, 60));
        return vm;
    }

    /// A frame of `one` reaches `two`, once both are attached.
    private static void assertTheyTalk(VmClient one, VmClient two, int length) {
        byte[] frame = Frames.sized(TWO, ONE, length);
        Await.until(
                "the frame",
                Await.SHORT,
                () -> {
                    one.send(frame);
                    return two.receive(SOON).filter(got -> Arrays.equals(got, frame)).isPresent();
                });
    }

    @Test
    void uninstallRefusesWhileVmsAreAttached() {
        try (VmClient one = attach("one", ONE)) {
            refusesWithBoth(one);
            Await.until(
                    "one VM",
                    Await.SHORT,
                    () -> sandbox.switchd("uninstall").output().contains(" 1 VM is attached: "));
        }
        Await.until(
                "no VM", Await.SHORT, () -> sandbox.switchd("uninstall", "--dry-run").exit() == 0);
        sandbox.switchd("uninstall").orFail("uninstall without VMs");
        assertThat(sandbox.asked())
                .contains("disable --now switchd.service switchd.socket")
                .endsWith("daemon-reload");
    }

    private void refusesWithBoth(VmClient one) {
        try (VmClient two = attach("two", TWO)) {
            assertTheyTalk(one, two, 100);
            List<String> before = sandbox.files();

            Command refused = sandbox.switchd("uninstall");

            assertThat(refused.exit()).isEqualTo(69);
            assertThat(refused.output())
                    .contains("2 VMs are attached: stop them first, or give --force")
                    .hasLineCount(1);
            assertThat(sandbox.files()).isEqualTo(before);
            assertThat(sandbox.asked()).containsExactly("is-active --quiet switchd.service");
            assertTheyTalk(one, two, 101);
        }
    }

    @Test
    void uninstallByForceTakesTheirNetwork() {
        try (VmClient one = attach("one", ONE);
                VmClient two = attach("two", TWO)) {
            assertTheyTalk(one, two, 100);
            sandbox.switchd("uninstall", "--force").orFail("uninstall --force");
        }
        assertThat(sandbox.asked())
                .containsExactly(
                        "is-active --quiet switchd.service",
                        "disable --now switchd.service switchd.socket",
                        "daemon-reload");
        assertThat(sandbox.tried("ls", "/opt/switchd").exit()).isNotZero();
    }

    @Test
    void installingAgainLeavesTheRunningDaemonToItsVms() {
        try (VmClient one = attach("one", ONE);
                VmClient two = attach("two", TWO)) {
            assertTheyTalk(one, two, 100);

            String told = install().orFail("install again");

            assertThat(told).contains("2 VMs are attached: the running daemon goes on");
            assertThat(sandbox.asked())
                    .containsExactly("is-active --quiet switchd.service", "daemon-reload");
            assertThat(daemon.isAlive()).isTrue();
            assertTheyTalk(one, two, 101);

            install("--force").orFail("install --force");
            assertThat(sandbox.asked())
                    .endsWith(
                            "stop switchd.service switchd.socket",
                            "start switchd.socket switchd.service");
        }
    }
}
