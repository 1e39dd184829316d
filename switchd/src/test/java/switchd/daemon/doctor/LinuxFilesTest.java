package switchd.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import switchd.core.InterfaceKind;
import switchd.core.MacAddress;
import switchd.daemon.doctor.Finding.Level;

/// What is read of Linux's files, on files made for it.
final class LinuxFilesTest {
    @TempDir private Path root = Path.of("");
    private LinuxFiles files = LinuxFiles.ofHost();

    @BeforeEach
    void open() {
        files = new LinuxFiles(root);
    }

    private void write(String path, String text) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void valuesAreReadOrAreNotThere() throws IOException {
        write("proc/sys/net/core/rmem_max", "212992\n");
        write("proc/sys/net/odd", "text\n");
        assertThat(files.number("/proc/sys/net/core/rmem_max")).hasValue(212_992);
        assertThat(files.number("/proc/sys/net/odd")).isEmpty();
        assertThat(files.number("/proc/sys/net/none")).isEmpty();
        assertThat(files.read("/proc")).isEmpty();
        assertThat(files.list("/proc/sys/net")).containsExactly("core", "odd");
        assertThat(files.list("/none")).isEmpty();
        assertThat(files.exists("/proc/sys")).isTrue();
        assertThat(files.exists("/none")).isFalse();
    }

    @Test
    void theHoldersOfTapsAreFound() throws IOException {
        write("proc/12/fdinfo/3", "pos:\t0\nflags:\t0104002\niff:\tswtap0\n");
        Files.createDirectories(root.resolve("proc/12/fd"));
        Files.createSymbolicLink(root.resolve("proc/12/fd/3"), Path.of("/dev/net/tun"));
        Files.createSymbolicLink(root.resolve("proc/12/fd/4"), Path.of("/dev/null"));
        write("proc/13/fdinfo/3", "pos:\t0\n");
        Files.createDirectories(root.resolve("proc/13/fd"));
        Files.createSymbolicLink(root.resolve("proc/13/fd/3"), Path.of("/dev/net/tun"));
        assertThat(TapOwners.of(files)).containsOnlyKeys("swtap0").containsEntry("swtap0", 12);
    }

    @Test
    void whatABridgeHasLearnedBehindANicIsSeen() throws IOException {
        HostInterface nic = Verdicts.member("eth0", InterfaceKind.ETHERNET, 1500, true);
        HostInterface tap = Verdicts.member("swtap0", InterfaceKind.TAP, 1500, true);
        write("sys/class/net/eth0/brport/port_no", "0x1\n");
        write("sys/class/net/swtap0/brport/port_no", "0x2\n");
        byte[] table = new byte[48];
        entry(table, 0, "52:54:00:00:00:01", 1, 0);
        entry(table, 16, "52:54:00:00:00:02", 2, 0); // a VM
        entry(table, 32, "52:54:00:00:00:03", 1, 1); // the NIC's own
        Files.createDirectories(root.resolve("sys/class/net/br0"));
        Files.write(root.resolve("sys/class/net/br0/brforward"), table);
        assertThat(Neighbours.behind(files, Verdicts.BR0, List.of(nic, tap)))
                .containsExactly(new Facts.Sighting(MacAddress.parse("52:54:00:00:00:01"), "eth0"));
    }

    private static void entry(byte[] table, int at, String mac, int port, int local) {
        long value = MacAddress.parse(mac).value();
        for (int i = 0; i < 6; i++) {
            table[at + i] = (byte) (value >>> (40 - 8 * i));
        }
        table[at + 6] = (byte) port;
        table[at + 7] = (byte) local;
    }

    @Test
    void neighboursBeyondBridgesAreSeen() throws IOException {
        write(
                "proc/net/arp",
                """
                IP address       HW type     Flags       HW address            Mask     Device
                10.0.0.2         0x1         0x2         52:54:00:00:00:01     *        eth1
                10.0.0.3         0x1         0x2         52:54:00:00:00:02     *        br0
                10.0.0.4         0x1         0x0         00:00:00:00:00:00     *        eth1
                10.0.0.5         0x1         0x0         nonsense              *        eth1
                """);
        assertThat(
                        Neighbours.inArpTable(
                                files,
                                List.of(
                                        Verdicts.bridge(1500, true),
                                        Verdicts.alone(
                                                "eth1",
                                                InterfaceKind.ETHERNET,
                                                true,
                                                "02:00:00:00:00:01"))))
                .containsExactly(new Facts.Sighting(MacAddress.parse("52:54:00:00:00:01"), "eth1"));
    }

    @Test
    void systemdIsReadByItsFiles() throws IOException {
        assertThat(new SystemdCheck(files).run()).isEmpty();
        Files.createDirectories(root.resolve("run/systemd/system"));
        assertThat(new SystemdCheck(files).run())
                .extracting(Finding::level)
                .containsExactly(Level.INFO);
        write("etc/systemd/system/switchd.service", "[Service]\n");
        write("etc/systemd/system/multi-user.target.wants/switchd.service", "[Service]\n");
        assertThat(new SystemdCheck(files).run())
                .extracting(Finding::level)
                .containsExactly(Level.WARN);
        write("sys/fs/cgroup/system.slice/switchd.service/cgroup.procs", "42\n43\n");
        assertThat(new SystemdCheck(files).run())
                .singleElement()
                .matches(found -> found.level() == Level.PASS && found.text().contains("42"));
    }

    @Test
    void filesThatTakeOurTapsAreNamed() throws IOException {
        Files.createDirectories(root.resolve("run/systemd/netif"));
        write("etc/systemd/network/10-all.network", "[Match]\nName=*\n");
        write("etc/systemd/network/20-nic.network", "[Match]\nName=en*\n");
        assertThat(new ManagerCheck(files).run())
                .singleElement()
                .extracting(Finding::text)
                .asString()
                .contains("10-all.network");
        Files.createDirectories(root.resolve("run/NetworkManager"));
        assertThat(new ManagerCheck(files).run()).hasSize(2);
        write("etc/NetworkManager/conf.d/a.conf", "unmanaged-devices=interface-name:swtap*\n");
        assertThat(new ManagerCheck(files).run()).hasSize(1);
    }

    @Test
    void jobsOfLaunchdAreFound() throws IOException {
        assertThat(new LaunchdCheck(files, false).run())
                .singleElement()
                .extracting(Finding::text)
                .asString()
                .startsWith("no launchd job");
        write("Library/LaunchDaemons/io.switchd.plist", "");
        write("Library/LaunchDaemons/com.other.plist", "");
        assertThat(new LaunchdCheck(files, true).run())
                .singleElement()
                .extracting(Finding::subject)
                .isEqualTo("io.switchd");
    }
}
