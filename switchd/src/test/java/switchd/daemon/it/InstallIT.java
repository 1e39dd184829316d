package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Command;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.NeedsLab;

/// `switchd install` and `uninstall` on a real disk, with real groups, and a `systemctl` that only
/// takes notes.
@NeedsLab({"unshare", "nsenter", "systemd-sysusers", "systemd-analyze"})
@Timeout(180)
final class InstallIT {
    private static final String SERVICE = "/etc/systemd/system/switchd.service";
    private static final String CONFIG = "/etc/switchd/switchd.json";

    private final Sandbox sandbox = Sandbox.create();

    @AfterEach
    void removeSandbox() {
        sandbox.close();
    }

    private Command install(String... more) {
        List<String> words = new ArrayList<>();
        words.addAll(List.of("install", "--no-cache", "--prefix", "/opt/switchd"));
        words.addAll(List.of(more));
        return sandbox.switchd(words.toArray(String[]::new));
    }

    @Test
    void whatIsInstalledIsRootsAloneAndUninstallLeavesNothing() {
        List<String> before = sandbox.files();

        install().orFail("install");

        assertThat(sandbox.files())
                .contains(
                        "d 755 root:root /opt/switchd",
                        "d 755 root:root /opt/switchd/lib",
                        "f 644 root:root " + SERVICE,
                        "f 644 root:root /etc/systemd/system/switchd.socket",
                        "f 644 root:root /etc/sysusers.d/switchd.conf",
                        "f 644 root:root " + CONFIG,
                        "f 755 root:root /opt/switchd/bin/switchd",
                        "f 600 root:root /var/lib/switchd/installed.json",
                        "l root:root /usr/local/bin/switchd -> /opt/switchd/bin/switchd")
                .anyMatch(file -> file.matches("f 644 root:root /opt/switchd/lib/switchd-.*jar"))
                .noneMatch(file -> file.contains(".switchd-old") || file.contains(".switchd-new"));
        assertThat(sandbox.asked())
                .containsExactly(
                        "is-active --quiet switchd.service",
                        "daemon-reload",
                        "enable switchd.socket switchd.service",
                        "start switchd.socket switchd.service");
        assertThat(sandbox.run("getent", "group", "switchd")).startsWith("switchd:");
        assertThat(sandbox.run("/usr/local/bin/switchd", "--version")).startsWith("switchd ");
        // As systemd makes it.
        sandbox.run("mkdir", "/run/switchd");
        try (Job keeper = keeper("/run/switchd/control.sock.keep")) {
            String end = "end    the process that holds VMs' sockets";
            assertThat(sandbox.switchd("uninstall", "--dry-run").orFail("uninstall")).contains(end);
            assertThat(keeper.isAlive()).isTrue();
            assertThat(sandbox.asked()).containsExactly("is-active --quiet switchd.service");

            String told = sandbox.switchd("uninstall").orFail("uninstall");

            assertThat(told)
                    .contains(end, "remove " + SERVICE, "remove /opt/switchd", "Uninstalled.");
            assertThat(keeper.awaitExit(Duration.ofSeconds(20))).isZero();
        }
        assertThat(sandbox.asked())
                .containsExactly(
                        "is-active --quiet switchd.service",
                        "disable --now switchd.service switchd.socket",
                        "daemon-reload");
        assertOnlyBackupsDiffer(before);
        assertThat(sandbox.tried("getent", "group", "switchd").exit()).isEqualTo(2);
    }

    /// A process that holds VMs' sockets, as a daemon leaves it.
    private Job keeper(String path) {
        Job keeper =
                sandbox.started(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=switchd.posix",
                        "-p",
                        DaemonProcess.image().toString(),
                        "-m",
                        "switchd.attach/switchd.attach.keeper.Keeper",
                        path,
                        "600");
        Await.until(
                "the keeper",
                Duration.ofSeconds(20),
                () -> sandbox.tried("test", "-S", path).exit() == 0);
        return keeper;
    }

    /// But for the last state of the files of groups, which the tools for groups keep themselves.
    private void assertOnlyBackupsDiffer(List<String> before) {
        List<String> now = new ArrayList<>(sandbox.files());
        List<String> gone = new ArrayList<>(before);
        gone.removeAll(now);
        now.removeAll(before);
        assertThat(gone).isEmpty();
        assertThat(now).allMatch(file -> file.matches(".* /etc/(group-|gshadow-|\\.pwd\\.lock)"));
    }

    @Test
    void aDryRunPrintsEverythingAndChangesNothing() {
        List<String> before = sandbox.files();

        String told = install("--dry-run").orFail("install");

        assertThat(sandbox.files()).isEqualTo(before);
        assertThat(told)
                .contains("write  " + SERVICE + "  0644 root", "    | Type=notify")
                .contains("write  " + CONFIG, "\"kind\": \"isolated\"")
                .contains("run    /usr/bin/systemctl daemon-reload")
                .contains("copy   /opt/switchd/lib/switchd-", "Nothing was changed");
        assertThat(sandbox.asked()).containsExactly("is-active --quiet switchd.service");

        install().orFail("install");
        List<String> installed = sandbox.files();
        String removal = sandbox.switchd("uninstall", "--dry-run").orFail("uninstall");
        assertThat(removal).contains("remove " + SERVICE, "remove the group switchd");
        assertThat(sandbox.files()).isEqualTo(installed);
    }

    @Test
    void aPlaceThatOthersMayChangeIsRefused() {
        sandbox.shell(
                "mkdir -p /opt/home && cp -r '"
                        + DaemonProcess.image()
                        + "' /opt/home/lib && chown 1000 /opt/home");
        List<String> before = sandbox.files();

        Command refused = sandbox.switchd(Path.of("/opt/home/lib"), "install", "--dry-run");

        assertThat(refused.exit()).isEqualTo(69);
        assertThat(refused.output())
                .contains("/opt/home belongs to user 1000 and has mode 0755")
                .contains("--prefix /opt/switchd")
                .hasLineCount(1);

        sandbox.shell("chown 0 /opt/home; chmod g+w /opt/home/lib/switchd-*.jar");
        refused = sandbox.switchd(Path.of("/opt/home/lib"), "install");
        assertThat(refused.exit()).isEqualTo(69);
        assertThat(refused.output()).containsPattern("lib/switchd-.*jar .* mode 0664");
        sandbox.shell("chown 1000 /opt/home; chmod g-w /opt/home/lib/*");
        assertThat(sandbox.files()).isEqualTo(before);
        assertThat(sandbox.asked()).isEmpty();
    }

    @Test
    void aPrefixThatOthersMayChangeIsRefused() {
        sandbox.shell("mkdir /opt/open && chmod 777 /opt/open");
        Command refused = sandbox.switchd("install", "--prefix", "/opt/open/switchd");
        assertThat(refused.exit()).isEqualTo(69);
        assertThat(refused.output()).contains("/opt/open belongs to user 0 and has mode 0777");
    }

    @Test
    void aProgramThatOnlyRootMayChangeRunsFromWhereItIs() {
        sandbox.shell("mkdir /opt/own && cp -r '" + DaemonProcess.image() + "' /opt/own/lib");

        assertThat(sandbox.switchd(Path.of("/opt/own/lib"), "install").orFail("install"))
                .contains("run    /opt/own/bin/switchd cache\n")
                .doesNotContain("note ");

        assertThat(sandbox.files()).contains("f 644 root:root /opt/own/switchd.aot");
        assertThat(sandbox.run("cat", SERVICE)).contains("ExecStart=/opt/own/bin/switchd --config");
        assertThat(sandbox.run("/opt/own/bin/switchd", "--version")).startsWith("switchd ");
        assertNothingOfTheEnvironmentIsRun("/opt/own/bin/switchd");
        sandbox.switchd("uninstall").orFail("uninstall");
        assertThat(sandbox.shell("ls /opt/own")).isEqualTo("lib\n");
    }

    @Test
    void whatAPackageHasBroughtIsLeftToIt() {
        String folder = "/usr/lib/systemd/system";
        sandbox.shell(
                "mkdir /mnt/units && touch /mnt/units/switchd.service"
                        + " && mount --bind /mnt/units "
                        + folder);
        List<String> before = sandbox.files();

        Command refused = install();
        assertThat(refused.exit()).isEqualTo(69);
        assertThat(refused.output())
                .contains(folder + "/switchd.service", "systemctl enable --now switchd")
                .hasLineCount(1);
        Command kept = sandbox.switchd("uninstall");
        assertThat(kept.exit()).isEqualTo(69);
        assertThat(kept.output()).contains("apt-get purge switchd").hasLineCount(1);
        assertThat(sandbox.files()).isEqualTo(before);
    }

    private void assertNothingOfTheEnvironmentIsRun(String launcher) {
        Traps traps = Traps.lay(sandbox.shared("traps"));
        List<String> words = new ArrayList<>(traps.words());
        words.add("PATH=" + traps.programs(sandbox.shared("programs")));
        words.addAll(List.of(launcher, "--version"));
        assertThat(sandbox.run(words.toArray(String[]::new))).startsWith("switchd ");
        assertThat(traps.sprung()).isEmpty();
        // They would have left their marks.
        words.set(words.size() - 2, System.getProperty("java.home") + "/bin/java");
        sandbox.run(words.toArray(String[]::new));
        assertThat(traps.sprung()).contains("JAVA_TOOL_OPTIONS", "LD_AUDIT", "LD_PRELOAD");
    }

    @Test
    void whatFailsIsToldAndAllIsTakenBack() {
        List<String> before = sandbox.files();
        sandbox.shell("echo start >/mnt/fails");

        Command failed = install();

        assertThat(failed.exit()).isEqualTo(69);
        assertThat(failed.output())
                .contains(
                        "`/usr/bin/systemctl start switchd.socket switchd.service` failed with exit"
                                + " status 1: Job for switchd.service failed.");
        assertOnlyBackupsDiffer(before);
        assertThat(sandbox.tried("getent", "group", "switchd").exit()).isEqualTo(2);
        assertThat(sandbox.asked())
                .endsWith(
                        "start switchd.socket switchd.service",
                        "stop switchd.service switchd.socket",
                        "disable switchd.socket switchd.service",
                        "daemon-reload");
    }

    @Test
    void installingAgainBringsUpToDateAndAFailureThenRestoresWhatWas() {
        install().orFail("install");
        List<String> installed = sandbox.files();
        sandbox.shell("echo old >>" + SERVICE + "; touch /opt/switchd/lib/old.jar");
        sandbox.shell(
                "sed -i 's#^\\(.*\\)/opt/switchd/bin/switchd\\(.*\\)$#&\\n\\1/opt/switchd/lib/old.jar\\2#'"
                        + " /var/lib/switchd/installed.json");
        sandbox.asked();

        sandbox.shell("echo enable >/mnt/fails");
        assertThat(install().exit()).isEqualTo(69);
        assertThat(sandbox.run("cat", SERVICE)).endsWith("old\n");
        assertThat(sandbox.asked())
                .endsWith("daemon-reload", "start switchd.socket switchd.service");

        sandbox.shell("rm /mnt/fails");
        install().orFail("install again");
        assertThat(sandbox.run("cat", SERVICE)).doesNotContain("old");
        assertThat(sandbox.files()).isEqualTo(installed);
        assertThat(sandbox.asked())
                .endsWith(
                        "stop switchd.service switchd.socket",
                        "start switchd.socket switchd.service");
    }

    /// In the middle of the program, of its next version, and before all else.
    @Test
    void aFullDiskLeavesWhatWas() {
        List<String> before = sandbox.files();
        sandbox.shell("mount -o remount,size=3m /opt");
        assertThat(withoutRoom("/opt/switchd/lib/")).contains("copy   /opt/switchd/lib/");
        assertThat(sandbox.files()).isEqualTo(before);
        sandbox.shell("mount -o remount,size=100m /opt && mount -o remount,size=4k /var/lib");
        sandbox.shell("head -c 4096 /dev/zero >/var/lib/full 2>/dev/null || true");
        withoutRoom("/var/lib/switchd/installed.json");
        sandbox.shell("rm /var/lib/full && mount -o remount,size=1m /var/lib");
        assertThat(sandbox.files()).isEqualTo(before);

        install().orFail("install");
        List<String> installed = sandbox.files();
        String content = content();
        sandbox.asked();
        sandbox.shell("mount -o remount,size=$(($(du -sk /opt | cut -f1) + 2000))k /opt");
        withoutRoom("/opt/switchd/lib/");
        assertThat(sandbox.files()).isEqualTo(installed);
        assertThat(content()).isEqualTo(content);
        assertThat(sandbox.asked()).doesNotContain("stop switchd.service switchd.socket");
    }

    private String withoutRoom(String path) {
        Command failed = install();
        assertThat(failed.exit()).isEqualTo(69);
        assertThat(failed.output())
                .containsPattern(
                        "switchd: cannot (copy .* to|write|make) "
                                + path
                                + ".*: No space left on device: \\d+ KiB are free there, and it takes"
                                + " \\d+: make room, and do it again");
        return failed.output();
    }

    private String content() {
        return sandbox.shell(
                "find /opt /etc/switchd /etc/systemd/system -type f -exec cksum {} + | sort");
    }

    @Test
    void aChangedConfigurationIsKept() {
        install().orFail("install");
        sandbox.shell("echo '// mine' >>" + CONFIG);
        install().orFail("install again");
        assertThat(sandbox.run("cat", CONFIG)).endsWith("// mine\n");

        String said = sandbox.switchd("uninstall", "--dry-run").orFail("uninstall");
        String told = sandbox.switchd("uninstall").orFail("uninstall");
        assertThat(told).contains("keep   " + CONFIG + "  (changed; --purge removes it)");
        assertThat(
                        said.lines()
                                .filter(line -> line.matches("(keep|remove) +/.*"))
                                .sorted()
                                .toList())
                .isEqualTo(
                        told.lines()
                                .filter(line -> line.matches("(keep|remove) +/.*"))
                                .sorted()
                                .toList());
        assertThat(sandbox.files()).contains("f 644 root:root " + CONFIG);

        install().orFail("install a third time");
        sandbox.switchd("uninstall", "--purge").orFail("uninstall");
        // It was there before that installation.
        assertThat(sandbox.files()).contains("f 644 root:root " + CONFIG);
    }

    @Test
    void aChangedConfigurationIsPurgedOnDemand() {
        install().orFail("install");
        sandbox.shell("echo '// mine' >>" + CONFIG);
        sandbox.switchd("uninstall", "--purge").orFail("uninstall");
        assertThat(sandbox.tried("ls", "/etc/switchd").exit()).isNotZero();
    }

    @Test
    void whatOthersHavePutThereIsNotTouched() {
        sandbox.shell("echo mine >" + SERVICE);
        Command refused = install();
        assertThat(refused.exit()).isEqualTo(69);
        assertThat(refused.output()).contains(SERVICE, "did not make it");
        sandbox.shell("rm " + SERVICE + "; echo mine >/usr/local/bin/switchd");

        assertThat(install().orFail("install"))
                .contains("note   /usr/local/bin/switchd is there already");
        sandbox.shell("echo mine >/opt/switchd/notes");
        String kept = "keep   /opt/switchd/  (something else is in it)";
        assertThat(sandbox.switchd("uninstall", "--dry-run").orFail("uninstall"))
                .contains(kept)
                .doesNotContain("remove /opt/switchd/\n");
        assertThat(sandbox.switchd("uninstall").orFail("uninstall")).contains(kept);
        assertThat(sandbox.run("cat", "/opt/switchd/notes", "/usr/local/bin/switchd"))
                .isEqualTo("mine\nmine\n");
    }

    @Test
    void aManifestThatOthersMayHaveWrittenIsNotBelieved() {
        install().orFail("install");
        sandbox.shell("chmod 666 /var/lib/switchd/installed.json");
        Command refused = sandbox.switchd("uninstall");
        assertThat(refused.exit()).isEqualTo(69);
        assertThat(refused.output()).contains("installed.json", "0666");
        assertThat(sandbox.files()).contains("f 644 root:root " + SERVICE);
    }

    @Test
    void nothingInstalledIsToldSo() {
        Command refused = sandbox.switchd("uninstall");
        assertThat(refused.exit()).isEqualTo(69);
        assertThat(refused.output()).contains("nothing is installed").hasLineCount(1);
    }

    @Test
    void aRootOfItsOwnRunsNothing() {
        sandbox.run("mkdir", "/mnt/root");
        sandbox.switchd("install", "--prefix", "/opt/switchd", "--root", "/mnt/root")
                .orFail("install");
        assertThat(sandbox.asked()).isEmpty();
        assertThat(sandbox.shell("find /mnt/root -name 'switchd*' | sort"))
                .contains("/mnt/root" + SERVICE, "/mnt/root/usr/local/bin/switchd");
        sandbox.switchd("uninstall", "--root", "/mnt/root").orFail("uninstall");
        assertThat(sandbox.shell("ls -A /mnt/root")).isEmpty();
    }

    @Test
    void systemdUnderstandsTheUnits() {
        install().orFail("install");
        String said =
                sandbox.shell(
                        "systemd-analyze verify switchd.service switchd.socket 2>&1"
                                + " | grep -i switchd || true");
        assertThat(said.lines().filter(line -> !line.contains("man switchd(8)"))).isEmpty();
        String exposure =
                sandbox.shell(
                        "systemd-analyze security --offline=true --no-pager switchd.service | tail -1");
        assertThat(exposure).contains("Overall exposure level for switchd.service: ");
        double level = Double.parseDouble(exposure.replaceAll(".*: ([0-9.]+) .*\\s*", "$1"));
        assertThat(level).as(exposure).isLessThan(5);
    }
}
