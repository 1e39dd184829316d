package switchd.daemon;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.core.MacAddress;
import switchd.core.MacPolicy;
import switchd.core.UsageException;
import switchd.daemon.host.Writer;

/// [PortSpec] and [DaemonSpec]: what is refused before the kernel is asked.
final class SpecTest {
    private static final String NETWORK = "lan";
    private static final MacPolicy AUTO = new MacPolicy.Auto();

    private static DaemonSpec daemon(@Nullable Integer mtu, PortSpec... ports) {
        NetworkSpec network = new NetworkSpec(NETWORK, new NetworkSpec.Isolated(), mtu);
        return DaemonSpec.of(network, List.of(ports), Writer.AUTO);
    }

    private static PortSpec port(String name, MacPolicy policy) {
        return PortSpec.of(name, NETWORK, policy);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-",
                "-a",
                ".",
                "..",
                "a.b",
                "a b",
                "a/b",
                "ä",
                "a\n",
                "012345678901234567890123456789012"
            })
    void aNameThatIsNoneIsRefused(String name) {
        assertThatThrownBy(() -> port(name, AUTO).validated())
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("--name: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "vm0", "Web-1", "01234567890123456789012345678901"})
    void aNameOfLettersDigitsAndDashesWillDo(String name) {
        assertThatCode(() -> port(name, AUTO).validated()).doesNotThrowAnyException();
    }

    @ParameterizedTest(name = "{index}")
    @ValueSource(
            strings = {
                "",
                "net.sock",
                "./net.sock",
                "/tmp/",
                "/",
                "/a\0/../b",
                "/a\u001b[31m",
                "/a\u009b"
            })
    void aSocketIsAnAbsolutePathOfAFile(String socket) {
        assertThatThrownBy(() -> port("a", AUTO).at(socket).validated())
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith("--socket: ");
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 67, 65_536})
    void anMtuThatNoIpv4HostTakesIsRefused(int mtu) {
        assertThatThrownBy(() -> daemon(mtu, port("a", AUTO)).validated())
                .isInstanceOf(UsageException.class)
                .hasMessage("--mtu: 68 to 65535, not " + mtu);
    }

    @ParameterizedTest
    @ValueSource(ints = {68, 1500, 65_535})
    void anyOtherMtuWillDo(int mtu) {
        assertThatCode(() -> daemon(mtu, port("a", AUTO)).validated()).doesNotThrowAnyException();
    }

    @Test
    void portsDifferInName() {
        assertThatThrownBy(() -> daemon(null, port("a", AUTO), port("a", AUTO)).validated())
                .hasMessage("--name: two ports are called a");
    }

    @Test
    void portsDifferInSocket() {
        PortSpec one = port("a", AUTO).at("/s/net.sock");
        PortSpec other = port("b", AUTO).at("/s/net.sock");

        assertThatThrownBy(() -> daemon(null, one, other).validated())
                .hasMessage("--socket: two ports are to use /s/net.sock");
    }

    @Test
    void portsDifferInAddressWhereOneIsGiven() {
        MacPolicy fixed = new MacPolicy.Fixed(MacAddress.parse("02:00:00:00:00:01"));

        assertThatThrownBy(() -> daemon(null, port("a", fixed), port("b", fixed)).validated())
                .hasMessage("--mac: two ports have the address 02:00:00:00:00:01");
        assertThatCode(() -> daemon(null, port("a", AUTO), port("b", AUTO)).validated())
                .doesNotThrowAnyException();
    }

    @Test
    void oneBadPortIsEnough() {
        assertThatThrownBy(() -> daemon(null, port("a", AUTO), port("/", AUTO)).validated())
                .isInstanceOf(UsageException.class);
    }
}
