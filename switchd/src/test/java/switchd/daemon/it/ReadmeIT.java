package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Dnsmasq;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;

/// README.md, executed as written: its indented lines, in their order, in a namespace that has the
/// bridge and the NIC they name, and a disk of its own as far as an installation goes. VMs are real
/// and get an address from the LAN's server.
@NeedsLab({"sudo", "man", "unshare", "systemd-sysusers", "qemu-system-x86_64"})
@Isolated
@Timeout(300)
final class ReadmeIT {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Path ROOT =
            Path.of(System.getProperty("basedir", "")).toAbsolutePath().resolve("..").normalize();

    /// Lines that are not run, by how they begin, and why. Every other line has to be one that this
    /// test knows how to run.
    private static final Map<String, String> NOT_RUN =
            Map.ofEntries(
                    Map.entry("bin/test", "runs this test"),
                    Map.entry("vfkit ", "needs macOS"),
                    Map.entry("krunkit ", "needs macOS"),
                    Map.entry("bin/switchd run --port vm0 -- vfkit", "needs macOS"),
                    Map.entry("sudo bin/switchd --bridge bridge1", "needs macOS"),
                    Map.entry("sudo ifconfig bridge1", "needs macOS"),
                    Map.entry("socket_vmnet_client ", "needs macOS"),
                    Map.entry("sudo $EDITOR ", "waits for a human"),
                    Map.entry("networks:", "a part of lima.yaml"),
                    Map.entry("- socket:", "a part of lima.yaml"),
                    Map.entry("sudo bin/switchd capture", "waits for traffic: CaptureIT"));

    private static final Pattern DAEMON = Pattern.compile("(sudo )?bin/switchd --(?!help).*");
    private static final Pattern VM = Pattern.compile("qemu-system-.*|bin/switchd run .*");
    private static final Pattern COMMAND =
            Pattern.compile("(sudo )?(bin/)?switchd (--help.*|[a-z].*)|source <\\(bin/switchd .*");
    private static final Pattern MAC = Pattern.compile("mac=([0-9a-f:]{17})");

    /// The indented lines, those that go on after a `\` as one.
    private static List<String> lines() throws Exception {
        String text = Files.readString(ROOT.resolve("README.md")).replace("\\\n", "");
        return text.lines()
                .filter(line -> line.startsWith("    "))
                .map(line -> line.strip().replaceAll(" +", " "))
                .toList();
    }

    private static Optional<String> reasonNotToRun(String line) {
        return NOT_RUN.keySet().stream().filter(line::startsWith).findFirst();
    }

    @Test
    void everyLineIsRunOrLeftOutForAReason() throws Exception {
        assertThat(lines())
                .isNotEmpty()
                .allSatisfy(line ->
                        assertThat(
                                        reasonNotToRun(line).isPresent()
                                                || Stream.of(DAEMON, VM, COMMAND)
                                                        .anyMatch(
                                                                one -> one.matcher(line).matches()))
                                .as(line + ": run it here, or say in NOT_RUN why not")
                                .isTrue());
        for (String left : NOT_RUN.keySet()) {
            assertThat(lines()).as("a line that NOT_RUN names").anyMatch(it -> it.startsWith(left));
        }
    }

    @Test
    void itsCommandsWorkAsWritten() throws Exception {
        try (Lab lab = Lab.bridged();
                House house = new House(lab)) {
            for (String line : lines()) {
                if (reasonNotToRun(line).isPresent()) {
                    continue;
                }
                System.out.println("README: " + line);
                if (DAEMON.matcher(line).matches()) {
                    house.daemon(line);
                } else if (VM.matcher(line).matches()) {
                    house.vm(line);
                } else {
                    house.command(line);
                }
            }
        }
    }

    /// The reader's machine: shells that share a `/run` and a network.
    private static final class House implements AutoCloseable {
        private final Lab lab;
        private final Sandbox sandbox;
        private final Dnsmasq dnsmasq;
        private @Nullable Job daemon;

        House(Lab lab) throws Exception {
            this.lab = lab;
            lab.host().run("ip link add eth0 type veth peer name behind".split(" "));
            lab.host().run("ip", "link", "set", "behind", "up");
            lab.host().run("ip", "link", "set", "eth0", "up");
            dnsmasq = Dnsmasq.start(lab);
            Files.createDirectory(lab.workspace().file("vm"));
            sandbox = Sandbox.in(lab);
        }

        private Job start(String line) {
            List<String> words =
                    List.of(
                            "nsenter",
                            "--target",
                            Long.toString(sandbox.pid()),
                            "--mount",
                            "--net",
                            "env",
                            "--chdir=" + ROOT,
                            "bash",
                            "-c",
                            line);
            return lab.host().start(words, Map.of("HOME", lab.workspace().path().toString()));
        }

        /// Takes the place of the daemon before it.
        void daemon(String line) {
            stopDaemon();
            Job job = start(line);
            daemon = job;
            job.awaitOutput("^\\{.*\\}$", LONG);
        }

        /// Until the LAN's server has given it an address.
        void vm(String line) {
            Matcher mac = MAC.matcher(line);
            assertThat(mac.find()).as("a MAC in: " + line).isTrue();
            long before = leases(mac.group(1));
            try (Job job = start(line)) {
                try {
                    Await.until("a lease", LONG, () -> leases(mac.group(1)) > before);
                } catch (ConditionTimeoutException e) {
                    String said = daemon == null ? "" : daemon.output();
                    throw new AssertionError(line + "\n" + job.output() + "\n" + said, e);
                }
                assertThat(job.isAlive()).isTrue();
            }
        }

        private long leases(String mac) {
            return dnsmasq.log()
                    .lines()
                    .filter(line -> line.matches(".*DHCPACK.*" + mac + ".*"))
                    .count();
        }

        /// `doctor` may find something to say of the machine that runs the tests.
        void command(String line) {
            int worst = line.contains(" doctor") ? 2 : 0;
            boolean installs = line.matches("sudo .* install .*");
            if (installs) {
                stopDaemon();
            }
            try (Job job = start(line)) {
                assertThat(job.awaitExit(LONG)).as(line + "\n" + job.output()).isBetween(0, worst);
            }
            if (installs) {
                daemon("sudo switchd"); // as systemd does
            }
        }

        private void stopDaemon() {
            if (daemon != null) {
                assertThat(daemon.terminate(LONG)).as(daemon.output()).isZero();
                daemon = null;
            }
        }

        @Override
        public void close() {
            stopDaemon();
            sandbox.close();
        }
    }
}
