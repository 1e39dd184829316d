package switchd.daemon.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.core.HostException;
import switchd.core.Kernel;
import switchd.core.Undo;

/// Plans for both systems, and files that change, in a folder of the test's user.
class PlanTest {
    private static final String CONFIG = "/usr/local/etc/switchd/switchd.json";

    @TempDir private Path temporary;

    private Path root;
    private Path image;
    private Path jdk;
    private int uid;
    private int gid;

    @BeforeEach
    void makeFolders() throws IOException {
        Path real = temporary.toRealPath();
        root = Files.createDirectory(real.resolve("root"));
        image = real.resolve("image");
        jdk = real.resolve("jdk");
        Files.createDirectories(image.resolve("lib"));
        Files.createDirectories(image.resolve("share/man/man8"));
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(image.resolve("lib/switchd.jar"), "jar");
        Files.writeString(image.resolve("share/man/man8/switchd.8"), "manual");
        Path java = Files.writeString(jdk.resolve("bin/java"), "java");
        Files.setAttribute(java, "unix:mode", 0755);
        Files.createSymbolicLink(jdk.resolve("bin/java2"), Path.of("java"));
        uid = (Integer) Files.getAttribute(root, "unix:uid");
        gid = (Integer) Files.getAttribute(root, "unix:gid");
    }

    private Place place(Kernel kernel) throws Exception {
        return new Place(
                root,
                kernel,
                new RootOnly(uid, Objects.requireNonNull(root.getParent())),
                uid,
                gid);
    }

    private PlanBuilder macPlan() throws Exception {
        Place place = place(Kernel.DARWIN);
        PlanBuilder plan = new PlanBuilder(place, place.layout());
        var wish =
                new InstallPlan.Wish(
                        "/opt/switchd", new Payload(image, jdk), true, CONFIG, "{\"ports\":[]}");
        String launcher = plan.program(wish);
        plan.config(wish);
        plan.add(place.manager().files(List.of(launcher, "--config", CONFIG), "/opt/switchd"));
        plan.add(place.manager().start(false));
        return plan;
    }

    @Test
    void macOsGetsAJobThatLaunchdLoads() throws Exception {
        InstallPlan plan = macPlan().build();

        assertThat(plan.steps().stream().map(StepText::line))
                .contains(
                        "write  /Library/LaunchDaemons/switchd.daemon.plist  0644 root",
                        "make   /Library/Logs/switchd  0755 root",
                        "write  /usr/local/etc/switchd/switchd.json  0644 root",
                        "write  /var/db/switchd/installed.json  0600 root",
                        "link   /usr/local/bin/switchd -> /opt/switchd/bin/switchd",
                        "link   /usr/local/share/man/man8/switchd.8 ->"
                                + " /opt/switchd/share/man/man8/switchd.8")
                .endsWith(
                        "run    /bin/launchctl enable system/switchd.daemon",
                        "run    /bin/launchctl bootstrap system"
                                + " /Library/LaunchDaemons/switchd.daemon.plist");
        assertThat(plan.steps())
                .filteredOn(step -> StepText.line(step).contains(".plist  "))
                .singleElement()
                .extracting(StepText::full)
                .asString()
                .contains(
                        "<string>/opt/switchd/bin/switchd</string>",
                        "<string>/var/run/switchd.sock</string>",
                        "<integer>432</integer>");
    }

    @Test
    void aRunningJobIsEndedBeforeItIsLoadedAgain() throws Exception {
        assertThat(place(Kernel.DARWIN).manager().start(true).stream().map(StepText::line))
                .containsExactly(
                        "run    /bin/launchctl bootout system/switchd.daemon",
                        "wait   until this fails: /bin/launchctl print system/switchd.daemon",
                        "run    /bin/launchctl enable system/switchd.daemon",
                        "run    /bin/launchctl bootstrap system"
                                + " /Library/LaunchDaemons/switchd.daemon.plist");
    }

    @Test
    void aJdkThatOthersMayChangeIsCopiedAsWell() throws Exception {
        Files.setAttribute(jdk, "unix:mode", 0775);

        InstallPlan plan = macPlan().build();

        assertThat(plan.steps().stream().map(StepText::line))
                .contains(
                        "copy   /opt/switchd/jdk/bin/java  0755 root  from " + jdk + "/bin/java",
                        "link   /opt/switchd/jdk/bin/java2 -> java");
        assertThat(plan.steps().stream().map(StepText::full))
                .anyMatch(text -> text.contains("launch '/opt/switchd/jdk/bin/java' '/opt/"));
        assertThat(plan.notices()).singleElement().asString().contains(jdk.toString());
    }

    @Test
    void aLinkOutOfAFolderIsNotCopied() throws Exception {
        Files.createSymbolicLink(image.resolve("lib/x.jar"), Path.of("../../secret"));
        assertThatThrownBy(this::macPlan)
                .isInstanceOf(HostException.class)
                .hasMessageContaining("../../secret");
    }

    @Test
    void theLaunchersWordsAreQuoted() {
        assertThat(Launcher.text("/a b/it's/java", "/lib"))
                .endsWith("launch '/a b/it'\\''s/java' '/lib' \"$@\"\n");
    }

    @Test
    void everyChangeIsTakenBack() throws Exception {
        Disk disk = place(Kernel.LINUX).disk();
        Files.writeString(root.resolve("file"), "old");
        Files.setAttribute(root.resolve("file"), "unix:mode", 0640);
        Files.createSymbolicLink(root.resolve("link"), Path.of("old"));
        try (Undo undo = new Undo()) {
            disk.makeDirectory("/folder", 0755, undo);
            disk.write("/folder/inner", 0644, new byte[3], undo);
            disk.write("/file", 0600, "new".getBytes(UTF_8), undo);
            disk.link("/link", "new", undo);
            disk.copy(image.resolve("lib/switchd.jar"), "/copy", 0644, undo);
            assertThat(root.resolve("file")).hasContent("new");
            assertThat(Files.getAttribute(root.resolve("file"), "unix:mode")).isEqualTo(0100600);
            assertThat(Files.readSymbolicLink(root.resolve("link"))).hasToString("new");
        }
        assertThat(root.resolve("file")).hasContent("old");
        assertThat(Files.getAttribute(root.resolve("file"), "unix:mode")).isEqualTo(0100640);
        assertThat(Files.readSymbolicLink(root.resolve("link"))).hasToString("old");
        try (var left = Files.list(root)) {
            assertThat(left.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("file", "link");
        }
    }

    @Test
    void aManifestIsReadBackAsItWas() throws Exception {
        Manifest manifest =
                new Manifest(
                        "/control",
                        List.of(
                                new Manifest.Entry(Manifest.Kind.DIRECTORY, "/a \"b\""),
                                new Manifest.Entry(Manifest.Kind.LINK, "/l", "target")));
        Path file = Files.writeString(root.resolve("m"), manifest.json());
        RootOnly rights = new RootOnly(uid, root);
        assertThat(Manifest.read(file, rights)).isEqualTo(manifest);
        Files.writeString(file, manifest.json().substring(5));
        assertThatThrownBy(() -> Manifest.read(file, rights))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("damaged");
        Files.writeString(
                file, "{\"schema\":\"other/1\",\"version\":\"9\",\"control\":\"\",\"entries\":[]}");
        assertThatThrownBy(() -> Manifest.read(file, rights))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("(9)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{\"schema\":\"switchd.installed/1\"}",
                "{\"schema\":\"switchd.installed/1\",\"version\":\"1\",\"control\":\"\",\"entries\":[null]}",
                "{\"schema\":\"switchd.installed/1\",\"version\":\"1\",\"control\":\"\",\"entries\":[{\"kind\":\"FILE\"}]}"
            })
    void aManifestWithHolesIsDamaged(String text) throws Exception {
        Path file = Files.writeString(root.resolve("m"), text);
        assertThatThrownBy(() -> Manifest.read(file, new RootOnly(uid, root)))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("damaged");
    }
}
