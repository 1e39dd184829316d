package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Dnsmasq;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;

/// What `switchd run` becomes: the command as it would have been without it, with one descriptor
/// more.
@NeedsLab({"qemu-system-x86_64", "perl", "setpriv"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
final class RunIT {
    private static final String MAC = "02:00:00:00:1a:01";
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid", "nobody", "--regid", "65534", "--clear-groups");

    /// What a program finds when it starts: first what a shell would change, in Perl, which then
    /// becomes its arguments. Signals above 31 are left out: the C library keeps two for itself.
    private static final String LOOK =
            "$| = 1; open(F, '/proc/self/status'); for (<F>) {"
                    + " print \"ignored: $1\\n\" if /^SigIgn:.*(\\S{7})$/;"
                    + " print if /^(SigBlk|Uid|Gid|Groups|NoNewPrivs)/ }"
                    + " close F; exec @ARGV";

    /// The rest, but for the descriptor that is its argument.
    private static final String LOOK_ON =
            "pwd; umask; ulimit -Sn; ulimit -Hn; ulimit -c; env -0 | sort -z | tr '\\0' '\\n';"
                    // Not into a pipe, which the shell itself has open for a moment.
                    + " ls --ignore=\"$1\" /proc/$$/fd; cat";

    /// What a JVM would change, and variables that it would obey.
    private static final String SETTINGS =
            "trap '' PIPE QUIT HUP USR1 USR2 XFSZ; ulimit -Sn 777; umask 027; cd /usr;"
                    + " exec 7</dev/null 9>/dev/null;"
                    + " exec env JAVA_HOME=/nowhere JAVA_TOOL_OPTIONS=-Xint JDK_JAVA_OPTIONS=-Dx=' y'"
                    + " _JAVA_OPTIONS= CLASSPATH=/x CDPATH=/usr LD_LIBRARY_PATH=/nowhere GCONV_PATH= MAVEN_OPTS=-ea DYLD_X=$'1\\n2' \"$@\"";

    private final Lab lab = Lab.bridged();
    private Launcher launcher;
    private DaemonProcess daemon;
    private String control;

    @SuppressWarnings("NullAway.Init")
    RunIT() {}

    @BeforeAll
    void start() {
        launcher = Launcher.install(lab);
        control = lab.workspace().file("control.sock").toString();
        daemon =
                DaemonProcess.start(
                        lab,
                        "--control",
                        control,
                        "--bridge",
                        Lab.BRIDGE,
                        "--name",
                        "web",
                        "--socket",
                        lab.workspace().file("web/net.sock").toString());
    }

    @AfterAll
    void stop() {
        try (lab) {
            if (daemon != null) {
                daemon.stop();
            }
        }
    }

    private String[] words(String... words) {
        return Stream.concat(Stream.of("run", "--control", control), Stream.of(words))
                .toArray(String[]::new);
    }

    private String[] onWeb(String... words) {
        return words(
                Stream.concat(Stream.of("--port", "web", "--"), Stream.of(words))
                        .toArray(String[]::new));
    }

    @Test
    void theProcessAndItsStatusAreTheCommands() {
        Job job =
                launcher.start(
                        onWeb("sh", "-c", "echo \"$$ [$1] [$2]\"; exit 7", "sh", "{fd}", "*"));
        assertThat(job.awaitExit(LONG)).as(job.output()).isEqualTo(7);
        assertThat(job.output()).matches(job.pid() + " \\[\\d+] \\[\\*]\n");
    }

    @Test
    void everythingElseIsAsWithoutIt() {
        List<String> look = List.of("perl", "-e", LOOK, "sh", "-c", LOOK_ON, "look");
        String expected = look(List.of(), look, "none");
        List<String> run = new ArrayList<>(List.of(launcher.command()));
        run.addAll(List.of(words("--port", "web", "--")));
        assertThat(expected).contains("777", "JAVA_TOOL_OPTIONS=-Xint", "0027", "\n7\n", "\n9\n");
        assertThat(look(run, look, "{fd}")).isEqualTo(expected);
    }

    private String look(List<String> by, List<String> look, String descriptor) {
        List<String> all = new ArrayList<>(List.of("bash", "-c", SETTINGS, "bash"));
        all.addAll(by);
        all.addAll(look);
        all.add(descriptor);
        String path = Path.of(System.getProperty("java.home"), "bin") + ":/usr/bin:/bin";
        Job job = lab.host().start(all, Map.of("PATH", path, "WITH_UMLAUT", "ü"));
        job.write("what the terminal says\n");
        job.closeInput();
        assertThat(job.awaitExit(LONG)).as(job.output()).isZero();
        return job.output();
    }

    @Test
    void theCheckoutsLauncherRunsNothingThatTheEnvironmentNames() {
        Traps traps = Traps.lay(lab.workspace().file("traps"));
        DaemonProcess.Ended ended = launcher.run(traps.words(), "--version");
        assertThat(ended.status()).as(ended.err()).isZero();
        assertThat(ended.out()).startsWith("switchd ");
        assertThat(traps.sprung()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT", "QUIT", "HUP", "USR2", "PIPE"})
    void signalsReachTheCommand(String signal) {
        String perl =
                "$| = 1; $SIG{%s} = sub { print \"caught $_[0]\\n\"; exit 42 }; print \"up\\n\"; sleep"
                        .formatted(signal);
        Job job = launcher.start(onWeb("perl", "-e", perl, "{fd}"));
        job.awaitOutput("^up$", LONG);
        lab.host().run("kill", "-" + signal, Long.toString(job.pid()));
        assertThat(job.awaitExit(LONG)).as(job.output()).isEqualTo(42);
        assertThat(job.output()).endsWith("caught " + signal + "\n");
    }

    @ParameterizedTest
    @CsvSource({"TERM, 143", "INT, 130", "QUIT, 131", "PIPE, 141", "KILL, 137"})
    void withoutAHandlerSignalsEndIt(String signal, int status) {
        Job job = launcher.start(onWeb("perl", "-e", "$| = 1; print \"up\\n\"; sleep", "{fd}"));
        job.awaitOutput("^up$", LONG);
        lab.host().run("kill", "-" + signal, Long.toString(job.pid()));
        assertThat(job.awaitExit(LONG)).isEqualTo(status);
    }

    @Test
    void itStopsAndGoesOnAsAnyProcess() {
        Job job = launcher.start(onWeb("perl", "-e", "$| = 1; print \"up\\n\"; sleep", "{fd}"));
        job.awaitOutput("^up$", LONG);
        String pid = Long.toString(job.pid());
        lab.host().run("kill", "-STOP", pid);
        Await.until("stopped", Await.SHORT, () -> state(pid).equals("T"));
        lab.host().run("kill", "-CONT", pid);
        Await.until("asleep again", Await.SHORT, () -> state(pid).equals("S"));
        job.close();
    }

    private static String state(String pid) {
        try {
            String stat = Files.readString(Path.of("/proc", pid, "stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).substring(0, 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aScriptThatIsGivenTheDescriptorTalksToTheLan() {
        String perl =
                "open(my $port, '+<&=', $ARGV[0]) or die; syswrite($port, pack('H*', $ARGV[1]));"
                        + " while (sysread($port, my $frame, 65536)) {"
                        + " my $hex = unpack('H*', $frame);"
                        + " if ($hex =~ /^.{24}0806.{12}0002/) { print \"$hex\\n\"; exit } }";
        byte[] question = Frames.arpRequest(MAC, "10.77.0.61", Lab.LAN_ADDRESS);
        Job job =
                launcher.start(
                        onWeb("perl", "-e", perl, "{fd}", HexFormat.of().formatHex(question)));
        assertThat(job.awaitExit(LONG)).as(job.output()).isZero();
        assertThat(
                        Frames.isArpReply(
                                HexFormat.of().parseHex(job.output().strip()), Lab.LAN_ADDRESS))
                .isTrue();
    }

    @Test
    void aGuestOfQemuGetsALeaseAndItsPortGoesWithIt() {
        Dnsmasq dnsmasq = Dnsmasq.start(lab);
        String guestMac = "02:00:00:00:1a:02";
        String qemu =
                "qemu-system-x86_64 -M pc,graphics=off -accel tcg,thread=multi -m 64 -nodefaults"
                        + " -display none -monitor none -no-reboot -serial stdio -boot n"
                        + " -netdev dgram,id=n0,local.type=fd,local.str={fd}"
                        + " -device virtio-net-pci,netdev=n0,mac="
                        + guestMac;
        String options = "--bridge " + Lab.BRIDGE + " --name guest --mac " + guestMac + " -- ";
        Job job = launcher.start(words((options + qemu).split(" ")));
        dnsmasq.awaitLease(guestMac, LONG);
        assertThat(ports()).contains("web", "guest");
        job.kill();
        Await.until("the port is gone", Await.SHORT, () -> !ports().contains("guest"));
        assertThat(ports()).contains("web");
    }

    private String ports() {
        return launcher.output("port", "ls", "--control", control);
    }

    @ParameterizedTest
    @CsvSource({
        "no-such-program,  127, there is no such program",
        "/no/such/program, 127, there is no such program",
        "/etc/passwd,      126, it cannot be run",
        "/,                126, it cannot be run"
    })
    void whatCannotBeRunGivesThePortBack(String program, int status, String cure) {
        DaemonProcess.Ended ended = launcher.run(onWeb(program, "{fd}"));
        assertThat(ended.status()).as(ended.err()).isEqualTo(status);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
                .hasLineCount(1)
                .startsWith("switchd: run: " + program)
                .contains(cure);
        assertThat(launcher.run(onWeb("true", "{fd}")).status()).isZero();
    }

    @Test
    void whatMakesNoSenseIsToldBeforeAnythingIsDone() {
        DaemonProcess.Ended noPlace = launcher.run(onWeb("true"));
        assertThat(noPlace.status()).isEqualTo(64);
        assertThat(noPlace.err()).contains("{fd}").hasLineCount(1);

        DaemonProcess.Ended noPort = launcher.run(words("--port", "wep", "--", "true", "{fd}"));
        assertThat(noPort.status()).as(noPort.err()).isEqualTo(64);
        assertThat(noPort.err()).contains("did you mean \"web\"?").hasLineCount(1);

        DaemonProcess.Ended both =
                launcher.run(words("--port", "web", "--mac", MAC, "--", "true", "{fd}"));
        assertThat(both.status()).isEqualTo(64);
    }

    @Test
    void aPortInUseIsNotTaken() {
        Job first = launcher.start(onWeb("perl", "-e", "$| = 1; print \"up\\n\"; sleep", "{fd}"));
        first.awaitOutput("^up$", LONG);
        DaemonProcess.Ended second = launcher.run(onWeb("true", "{fd}"));
        assertThat(second.status()).as(second.err()).isIn(64, 69);
        assertThat(second.err()).contains("web", Long.toString(first.pid())).hasLineCount(1);
        first.close();
    }

    @Test
    void anotherUserIsNotLetIn() {
        DaemonProcess.Ended ended = launcher.run(AS_NOBODY, onWeb("true", "{fd}"));
        assertThat(ended.status()).as(ended.err()).isEqualTo(77);
        assertThat(ended.err()).hasLineCount(1).contains("sudo");
    }

    @Test
    void withoutADaemonItSaysHowToStartOne() {
        String nowhere = lab.workspace().file("nowhere.sock").toString();
        DaemonProcess.Ended ended =
                launcher.run("run", "--control", nowhere, "--port", "web", "--", "true", "{fd}");
        assertThat(ended.status()).isEqualTo(69);
        assertThat(ended.err()).contains(nowhere, "sudo switchd").hasLineCount(1);
        assertThat(Files.exists(Path.of(nowhere))).isFalse();
    }
}
