package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// How the command says what is wrong, and with which exit status.
@NeedsLab
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
final class ComplaintsIT {
    private final Lab lab = Lab.bridged();

    @BeforeAll
    void addUnfitInterfaces() {
        lab.host().run("ip link add br9 type bridge".split(" "));
        lab.host().run("ip link add br8 mtu 9000 type bridge".split(" "));
        lab.host().run("ip link set br8 up".split(" "));
        lab.host().run("ip link add nic9 type veth peer name nic8".split(" "));
    }

    @AfterAll
    void removeLab() {
        lab.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --bridge br7                   | there is no bridge br7        | ip link add br7 type bridge
                    --bridge br7                   | there is no bridge br7        | br0
                    --bridge lan0                  | lan0 is no bridge             | --interface lan0
                    --bridge br9                   | br9 is down                   | ip link set br9 up
                    --bridge br0 --mtu 9000        | br0 has MTU 1500              | --mtu 1500
                    --bridge br8 --mtu 1500        | br8 has MTU 9000              | --mtu 9000
                    --interface nic7               | there is no interface nic7    | lan0
                    --interface nic9               | nic9 is down                  | ip link set nic9 up
                    --interface lo                 | lo carries no Ethernet        | lan0
                    --interface lan0 --mtu 1280    | lan0 has MTU 1500             | --mtu 1500
                    --isolated --socket /proc/x/y  | cannot make                   | directories above
                    --isolated --socket /dev/null  | /dev/null is there            | --socket
                    --isolated --socket /dev/null/x | /dev/null is not a directory | --socket
                    """)
    void anUnfitHostIsToldWithTheCure(String options, String trouble, String cure) {
        List<String> all = new ArrayList<>(List.of(options.split(" +")));
        if (!all.contains("--socket")) {
            all.addAll(List.of("--socket", lab.workspace().file("unfit/net.sock").toString()));
        }
        List<String> before = lab.host().interfaces();

        DaemonProcess.Ended ended = DaemonProcess.run(lab, all.toArray(String[]::new));

        assertThat(ended.status()).as(ended.err()).isEqualTo(69);
        assertThat(ended.err()).startsWith("switchd: ").contains(trouble, cure).hasLineCount(1);
        assertThat(ended.out()).isEmpty();
        assertThat(lab.host().interfaces()).isEqualTo(before);
        assertThat(lab.workspace().file("unfit")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --bridge a-name-far-too-long | --bridge: an interface name has at most 15
                    --isolated --mac nonsense    | --mac: auto, any or an address
                    --isolated --owner no-such-1 | no-such-1
                    --isolated --colour          | --colour
                    """)
    void aWrongCommandLineIsToldOnStderr(String options, String complaint) {
        DaemonProcess.Ended ended = DaemonProcess.run(lab, options.split(" +"));

        assertThat(ended.status()).as(ended.err()).isEqualTo(64);
        assertThat(ended.err()).contains(complaint);
        assertThat(ended.out()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --bridge br7 --log-format json     | 69 | there is no bridge br7
                    --log-format=json --isolated --mac x | 64 | --mac: auto, any or an address
                    --isolated --colour --log-format json | 64 | --colour
                    --mtu many --log-format json       | 64 | --mtu
                    """)
    void withALogOfJsonThatIsAnObject(String options, int status, String complaint) {
        DaemonProcess.Ended ended = DaemonProcess.run(lab, options.split(" +"));

        assertThat(ended.status()).as(ended.err()).isEqualTo(status);
        assertThat(ended.err()).hasLineCount(1).endsWith("}\n");
        JsonNode line = JsonMapper.shared().readTree(ended.err());
        assertThat(line.path("level").asString()).isEqualTo("ERROR");
        assertThat(line.path("message").asString()).contains(complaint);
    }

    @Test
    void helpAndVersionGoToStdout() {
        DaemonProcess.Ended help = DaemonProcess.run(lab, "--help");
        DaemonProcess.Ended version = DaemonProcess.run(lab, "--version");

        assertThat(help.status()).isZero();
        assertThat(help.out()).startsWith("Usage: switchd");
        assertThat(help.err()).isEmpty();
        assertThat(version.status()).isZero();
        assertThat(version.out()).startsWith("switchd ").hasLineCount(1);
    }
}
