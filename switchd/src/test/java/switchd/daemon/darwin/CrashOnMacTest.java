package switchd.daemon.darwin;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.daemon.lab.Frames.sized;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import switchd.core.InterfaceName;
import switchd.daemon.Daemon;
import switchd.daemon.NetworkSpec;
import switchd.daemon.host.Writer;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.Profile;

/// What a daemon that was killed leaves, and what the next one makes of it.
@Timeout(30)
final class CrashOnMacTest {
    private static final String ONE = "02:00:00:00:00:01";
    private static final String STATION = "02:00:00:00:00:99";

    private static InterfaceName name(String name) {
        return new InterfaceName(name);
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void theNextDaemonSweepsAndServes(Profile profile) throws Exception {
        try (Mac mac = new Mac(profile)) {
            // ZeroTier's, and one of an unknown program.
            mac.ifconfig().create("feth100");
            mac.ifconfig().create("feth5");
            mac.bridged(Writer.AUTO, Mac.port("one", ONE), Mac.port("two", "auto"));
            assertThat(mac.added()).contains(name("feth0"), name("feth1"), name("feth3"));
            mac.crash();
            assertThat(mac.added()).contains(name("feth0"), name("feth1"), name("feth3"));

            try (Daemon next = mac.bridged(Writer.AUTO, Mac.port("one", ONE));
                    MacVm one = mac.vm("one")) {
                assertThat(mac.added())
                        .containsExactlyInAnyOrder(
                                name("feth0"), name("feth1"), name("feth5"), name("feth100"));
                byte[] frame = sized(STATION, ONE, 60);
                one.send(frame);
                mac.awaitOnWire(frame);
                assertThat(next.status().ports()).hasSize(1);
            }
            assertThat(mac.added()).containsExactlyInAnyOrder(name("feth5"), name("feth100"));
            assertThat(mac.bridge.hasMember(name("en0"))).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void aBridgeThatItMadeIsSweptToo(Profile profile) throws Exception {
        try (Mac mac = new Mac(profile)) {
            NetworkSpec.Kind made = new NetworkSpec.Bridge(name("bridge7"), true);
            mac.start(made, Writer.AUTO, Mac.port("one", ONE));
            mac.crash();
            assertThat(mac.added()).contains(name("bridge7"));

            mac.bridged(Writer.AUTO, Mac.port("one", ONE)).close();
            assertThat(mac.added()).isEmpty();
        }
    }

    /// The kernel removes what is swept later than it says, and keeps its name busy until then.
    @Test
    void aBridgeThatItMadeIsMadeAnew() throws Exception {
        try (Mac mac = new Mac(Profile.MACOS15)) {
            NetworkSpec.Kind made = new NetworkSpec.Bridge(name("bridge7"), true);
            mac.start(made, Writer.AUTO, Mac.port("one", ONE));
            mac.crash();
            mac.kernel.holdDetacher();
            FakeXnu next = mac.process;
            Thread detacher =
                    Thread.ofPlatform()
                            .start(() -> {
                                while (next.calls().count("SIOCIFCREATE2") < 2) {
                                    Thread.onSpinWait();
                                }
                                mac.kernel.runDetacher();
                            });
            try (Daemon daemon = mac.start(made, Writer.AUTO, Mac.port("one", ONE))) {
                assertThat(daemon.status().ports()).hasSize(1);
                assertThat(mac.added()).contains(name("bridge7"));
            }
            detacher.join();
        }
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void aDaemonThatLivesKeepsItsOwn(Profile profile) throws Exception {
        try (Mac mac = new Mac(profile);
                Daemon first = mac.bridged(Writer.AUTO, Mac.port("one", ONE))) {
            List<InterfaceName> own = mac.added();
            mac.process = mac.kernel.spawn(0);
            try (Daemon second = mac.bridged(Writer.AUTO, Mac.port("two", "auto"))) {
                assertThat(mac.added()).hasSize(4).containsAll(own);
                assertThat(second.status().ports()).hasSize(1);
            }
            assertThat(mac.added()).isEqualTo(own);
            assertThat(first.status().ports()).hasSize(1);
        }
    }
}
