package switchd.daemon.darwin;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.daemon.lab.Frames.BROADCAST;
import static switchd.daemon.lab.Frames.sized;
import static switchd.daemon.lab.Frames.tagged;

import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import switchd.core.DropCause;
import switchd.core.VlanPolicy;
import switchd.daemon.GuardSpec;
import switchd.daemon.host.Writer;
import switchd.darwin.testkit.Profile;

/// VLANs and isolation in a bridge of a macOS kernel in memory.
@Timeout(30)
final class GuardsOnMacTest {
    private static final String ONE = "02:00:00:00:00:01";
    private static final String TWO = "02:00:00:00:00:02";
    private static final String STATION = "02:00:00:00:00:99";

    @ParameterizedTest
    @EnumSource(Profile.class)
    void anIsolatedPortReachesTheLanOnly(Profile profile) throws Exception {
        try (Mac mac = new Mac(profile)) {
            mac.bridged(
                    Writer.AUTO,
                    Mac.port("one", ONE).guardedBy(GuardSpec.ISOLATED),
                    Mac.port("two", TWO));
            try (MacVm one = mac.vm("one");
                    MacVm two = mac.vm("two")) {
                byte[] hello = sized(BROADCAST, ONE, 60);
                one.send(hello);
                mac.awaitOnWire(hello);
                one.send(sized(TWO, ONE, 60));
                byte[] unknown = sized("02:00:00:00:00:55", ONE, 60);
                one.send(unknown);
                mac.awaitOnWire(unknown);
                byte[] last = sized(BROADCAST, STATION, 60);
                mac.en0.deliver(last);
                assertThat(two.await(1)).containsExactly(last);
                assertThat(one.await(1)).containsExactly(last);
                assertThat(mac.traffic("one").toLan().drops(DropCause.ISOLATED)).isEqualTo(1);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void vlansAreTaggedOnTheLan(Profile profile) throws Exception {
        try (Mac mac = new Mac(profile)) {
            mac.bridged(
                    Writer.AUTO,
                    Mac.port("one", ONE).guardedBy(GuardSpec.of(new VlanPolicy.Access(20))),
                    Mac.port("two", TWO)
                            .guardedBy(GuardSpec.of(new VlanPolicy.Trunk(List.of(20, 30)))));
            try (MacVm one = mac.vm("one");
                    MacVm two = mac.vm("two")) {
                byte[] out = sized(STATION, ONE, 1514);
                one.send(out);
                mac.awaitOnWire(tagged(out, 20));
                byte[] in = sized(ONE, STATION, 1000); // macOS 11 drops long ones with a tag
                mac.en0.deliver(in);
                mac.en0.deliver(tagged(in, 30));
                mac.en0.deliver(tagged(in, 20));
                assertThat(one.await(1)).containsExactly(in);
                assertThat(mac.traffic("one").toVm().drops(DropCause.FOREIGN_VLAN)).isEqualTo(2);
                byte[] across = sized(TWO, ONE, 1514);
                one.send(across);
                two.await(tagged(across, 20));
            }
        }
    }
}
