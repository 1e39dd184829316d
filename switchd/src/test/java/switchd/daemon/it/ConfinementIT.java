package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;
import switchd.launchd.SystemdUnits;
import switchd.linux.Capability;

/// What a daemon that root started by hand has left of root's rights.
@NeedsLab({"setpriv"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
final class ConfinementIT {
    private static final int NOBODY = 65_534;
    private static final String THREAD_NAME = "Name";

    private final Lab lab = Lab.bridged();

    @AfterAll
    void removeLab() {
        lab.close();
    }

    @Test
    void itsThreadsHaveTheListedCapabilitiesAndNoOthers() throws Exception {
        String port = lab.workspace().file("port/net.sock").toString();
        try (DaemonProcess daemon =
                DaemonProcess.start(
                        lab,
                        "--control",
                        lab.workspace().file("control.sock").toString(),
                        "--metrics",
                        "127.0.0.1:0",
                        "--bridge",
                        Lab.BRIDGE,
                        "--socket",
                        port)) {
            List<Map<String, String>> own =
                    threads(daemon.pid()).stream()
                            .filter(thread ->
                                    thread.getOrDefault(THREAD_NAME, "").startsWith("switchd-"))
                            // has fewer, and may not have ended yet
                            .filter(thread -> !"switchd-keep".equals(thread.get(THREAD_NAME)))
                            .toList();
            assertThat(own)
                    .extracting(thread -> thread.get(THREAD_NAME))
                    .contains("switchd-loop", "switchd-control", "switchd-metrics");
            for (String set : List.of("CapEff", "CapPrm", "CapBnd")) {
                assertThat(own)
                        .allSatisfy(thread ->
                                assertThat(thread).containsEntry(set, "%016x".formatted(listed())));
            }
            assertThat(own)
                    .allSatisfy(thread ->
                            assertThat(thread)
                                    .containsEntry("NoNewPrivs", "1")
                                    .containsEntry("CapInh", "%016x".formatted(0))
                                    .containsEntry("CapAmb", "%016x".formatted(0)));
            daemon.stop();
        }
    }

    @Test
    void noThreadOfALaunchedDaemonHasOtherCapabilities() throws Exception {
        Job daemon =
                Launcher.install(lab)
                        .start(
                                "--control",
                                "none",
                                "--bridge",
                                Lab.BRIDGE,
                                "--socket",
                                lab.workspace().file("launched/net.sock").toString());
        daemon.awaitOutput("^\\{.*\\}$", Await.SHORT.multipliedBy(3));
        List<Map<String, String>> all = threads(daemon.pid());
        assertThat(all).hasSizeGreaterThan(5);
        for (String set : List.of("CapEff", "CapPrm", "CapBnd")) {
            assertThat(all)
                    .allSatisfy(thread ->
                            assertThat(thread).containsEntry(set, "%016x".formatted(listed())));
        }
        assertThat(all).allSatisfy(thread -> assertThat(thread).containsEntry("NoNewPrivs", "1"));
        lab.host().run("kill", Long.toString(daemon.pid()));
        assertThat(daemon.awaitExit(Await.SHORT)).isZero();
    }

    @Test
    void rootsPortsAreNotMadeInDirectoriesOfOthers() throws Exception {
        Path home = Files.createDirectory(lab.workspace().file("home"));
        Files.setAttribute(home, "unix:uid", NOBODY);
        Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
        for (String socket : List.of("net.sock", "port/net.sock")) {
            DaemonProcess.Ended ended =
                    DaemonProcess.run(
                            lab,
                            "--control",
                            "none",
                            "--isolated",
                            "--socket",
                            home.resolve(socket).toString());
            assertThat(ended.status()).as(ended.err()).isEqualTo(77);
            assertThat(ended.err()).contains("--owner").hasLineCount(1);
        }
        assertThat(home).isEmptyDirectory();
    }

    @Test
    void theUnitListsTheSame() {
        assertThat(SystemdUnits.CAPABILITIES)
                .isEqualTo(Stream.of(Capability.values()).map(Enum::name).toList());
    }

    private static long listed() throws IOException {
        String header = Files.readString(Path.of("/usr/include/linux/capability.h"));
        long all = 0;
        for (String name : SystemdUnits.CAPABILITIES) {
            int at = header.indexOf("#define " + name + " ");
            String line = header.substring(at).lines().findFirst().orElseThrow();
            all |= 1L << Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1).strip());
        }
        return all;
    }

    /// The status of every thread, by its keys.
    private static List<Map<String, String>> threads(long pid) throws IOException {
        List<Map<String, String>> found = new ArrayList<>();
        try (DirectoryStream<Path> tasks =
                Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path task : tasks) {
                try {
                    found.add(status(task));
                } catch (UncheckedIOException _) {
                    // It has ended since: compiler threads do.
                }
            }
        }
        return found;
    }

    private static Map<String, String> status(Path task) {
        try (Stream<String> lines = Files.lines(task.resolve("status"))) {
            return lines.map(line -> line.split(":", 2))
                    .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1].strip()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
