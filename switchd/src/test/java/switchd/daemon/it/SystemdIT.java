package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.lab.SystemdMachine;

/// The service on a machine that a real systemd runs: that what the unit forbids is not what the
/// daemon needs, nobody else can tell.
@NeedsLab({"linux.uml", "perl", "systemd-analyze"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Timeout(600)
final class SystemdIT {
    private final SystemdMachine machine = SystemdMachine.boot(DaemonProcess.image());

    @BeforeAll
    void makeABridgeAndAHome() {
        machine.run("ip link add br0 type bridge && ip link set br0 up");
        machine.run("mkdir /home/me && chown 1000:1000 /home/me");
    }

    @AfterAll
    void switchOff() {
        machine.close();
    }

    private String switchd(String arguments) {
        String java = String.join(" ", DaemonProcess.java(Path.of("/mnt/image/lib")));
        return machine.run(java + " " + arguments);
    }

    private String property(String name) {
        return machine.run("systemctl show --property %s --value switchd".formatted(name)).strip();
    }

    private static final String PORTS =
            """
            {"networks":[{"name":"lan","kind":"bridge","bridge":"br0"}],
             "ports":[{"name":"web","network":"lan","owner":"1000:1000","socket":"/home/me/net.sock"},
                      {"name":"db","network":"lan","owner":"1000:1000"}]}
            """;

    @Test
    @Order(1)
    void installedItRunsWithItsExample() {
        String told = switchd("install --prefix /opt/switchd");
        assertThat(told).contains("Installed.");
        assertThat(property("ActiveState")).isEqualTo("active");
        assertThat(property("StatusText")).isEqualTo("ports: 0");
        assertThat(machine.run("stat -c '%A %U:%G' /run/switchd/control.sock"))
                .startsWith("srw-rw---- root:switchd");
        assertThat(machine.run("/usr/local/bin/switchd config check")).isNotNull();
    }

    @Test
    @Order(2)
    void itDoesItsWorkWithinWhatTheUnitAllows() {
        machine.run("cat >/etc/switchd/switchd.json <<'X'\n" + PORTS + "X");
        machine.run("systemctl restart switchd");

        assertThat(machine.run("stat -c '%A %u' /home/me/net.sock /run/switchd/db/net.sock"))
                .hasLineCount(2)
                .contains("1000");
        machine.run(
                """
                perl -MSocket -e 'socket(my $s, AF_UNIX, SOCK_DGRAM, 0) or die; \
                bind($s, sockaddr_un("/home/me/vm.sock")) or die $!; \
                chown 1000, 1000, "/home/me/vm.sock"; \
                connect($s, sockaddr_un("/home/me/net.sock")) or die $!; \
                send($s, "\\xff" x 6 . "\\x52\\x54\\0\\0\\0\\1\\x08\\x06" . "\\0" x 46, 0) or die $!; \
                for (1 .. 100) { exit 0 if `bridge fdb show` =~ /52:54:00:00:00:01/; \
                select undef, undef, undef, 0.1 } die "the bridge has learned nothing"'
                """);
        String status = machine.run("cat /proc/%s/status".formatted(property("MainPID")));
        assertThat(status).contains("NoNewPrivs:\t1", "Seccomp:\t2");
    }

    @Test
    @Order(3)
    void aReloadIsHeard() {
        machine.run("sed -i 's/\"name\":\"db\"/\"name\":\"sql\"/' /etc/switchd/switchd.json");
        machine.run("systemctl reload switchd");
        machine.run(
                "for i in $(seq 100); do [ -S /run/switchd/sql/net.sock ] && break; sleep 0.1; done;"
                        + " [ -S /run/switchd/sql/net.sock ]");
        assertThat(property("ActiveState")).isEqualTo("active");
    }

    @Test
    @Order(4)
    void whatDiesIsStartedAgain() {
        String before = property("MainPID");
        machine.run("systemctl kill --signal KILL switchd");
        machine.run(
                ("for i in $(seq 300); do [ $(systemctl show -p MainPID --value switchd) != %s ]"
                                + " && systemctl is-active switchd && break; sleep 0.1; done;"
                                + " systemctl is-active switchd")
                        .formatted(before));
        assertThat(property("MainPID")).isNotEqualTo(before).isNotEqualTo("0");
        assertThat(machine.run("ls /home/me")).contains("vm.sock");
    }

    @Test
    @Order(5)
    void systemdFindsLittleToComplainOf() {
        List<String> said =
                machine.run("systemd-analyze security --no-pager switchd.service").lines().toList();
        assertThat(said.getLast())
                .matches(".*exposure level for switchd.service: [0-4]\\.[0-9] .*");
    }

    @Test
    @Order(6)
    void uninstalledItIsGone() {
        switchd("uninstall --purge");
        assertThat(machine.tried("systemctl cat switchd").exit()).isNotZero();
        assertThat(
                        machine.run(
                                "ls /opt; ls -d /etc/switchd /run/switchd /var/lib/switchd 2>&1 || true"))
                .doesNotContain("switchd\n/");
        assertThat(machine.run("ip -o link")).doesNotContain("tap");
    }
}
