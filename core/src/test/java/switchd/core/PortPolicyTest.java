package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static switchd.core.DropCause.FOREIGN_SOURCE;
import static switchd.core.DropCause.OVERSIZE;
import static switchd.core.DropCause.OWN_ECHO;
import static switchd.core.DropCause.RUNT;
import static switchd.core.testkit.Frames.BROADCAST;
import static switchd.core.testkit.Frames.mac;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.core.testkit.Frames;

final class PortPolicyTest {
    private static final int MTU = 1500;
    private static final MacAddress MULTICAST = MacAddress.parse("33:33:00:00:00:01");

    private final PortPolicy fixed = policy(mac(1).toString());
    private final PortPolicy auto = policy("auto");
    private final PortPolicy any = policy("any");

    @Test
    void aFixedPortLetsOnlyItsOwnAddressOut() {
        assertThat(fromVm(fixed, mac(1))).isNull();
        assertThat(fromVm(fixed, mac(2))).isEqualTo(FOREIGN_SOURCE);
        assertThat(fixed.vmAddress()).isEqualTo(mac(1));
        assertThat(fixed.reception()).isEqualTo(new Reception.Vm(mac(1)));
    }

    @Test
    void aFixedPortKeepsItsAddressWhenTheVmGoes() {
        fixed.forget();
        assertThat(fixed.vmAddress()).isEqualTo(mac(1));
        assertThat(fromVm(fixed, mac(2))).isEqualTo(FOREIGN_SOURCE);
    }

    @Test
    void anAutoPortLearnsTheFirstSource() {
        assertThat(auto.vmAddress()).isNull();
        assertThat(auto.knowsVm()).isFalse();
        assertThat(auto.reception()).isEqualTo(new Reception.Groups());
        assertThat(fromVm(auto, mac(7))).isNull();
        assertThat(auto.knowsVm()).isTrue();
        assertThat(auto.vmAddress()).isEqualTo(mac(7));
        assertThat(auto.reception()).isEqualTo(new Reception.Vm(mac(7)));
        assertThat(fromVm(auto, mac(8))).isEqualTo(FOREIGN_SOURCE);
        assertThat(fromVm(auto, mac(7))).isNull();
    }

    @Test
    void noVmIsZero() {
        assertThat(fromVm(auto, new MacAddress(0))).isEqualTo(FOREIGN_SOURCE);
        assertThat(auto.knowsVm()).isFalse();
        assertThat(fromVm(any, new MacAddress(0))).isEqualTo(FOREIGN_SOURCE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MacPolicy.Fixed(new MacAddress(0)));
    }

    @Test
    void anAutoPortForgetsWhatItLearned() {
        fromVm(auto, mac(7));
        auto.forget();
        assertThat(auto.vmAddress()).isNull();
        assertThat(fromVm(auto, mac(8))).isNull();
        assertThat(auto.vmAddress()).isEqualTo(mac(8));
    }

    @Test
    void anAutoPortLearnsNothingFromAFrameThatIsDropped() {
        assertThat(fromVm(auto, mac(7), MTU + 19)).isEqualTo(OVERSIZE);
        assertThat(fromVm(auto, MULTICAST)).isEqualTo(FOREIGN_SOURCE);
        assertThat(auto.vmAddress()).isNull();
    }

    @Test
    void anAnyPortLetsEveryVmAddressOutAndLearnsNone() {
        assertThat(fromVm(any, mac(1))).isNull();
        assertThat(fromVm(any, mac(2))).isNull();
        assertThat(any.vmAddress()).isNull();
        assertThat(any.reception()).isEqualTo(new Reception.Everything());
    }

    @ParameterizedTest
    @ValueSource(strings = {"52:54:00:00:00:01", "auto", "any"})
    void noPortLetsAGroupSourceOut(String macPolicy) {
        PortPolicy policy = policy(macPolicy);
        assertThat(fromVm(policy, BROADCAST)).isEqualTo(FOREIGN_SOURCE);
        assertThat(fromVm(policy, MULTICAST)).isEqualTo(FOREIGN_SOURCE);
    }

    @ParameterizedTest
    @CsvSource({"0, RUNT", "13, RUNT", "14,", "60,", "1518,", "1519, OVERSIZE", "1600, OVERSIZE"})
    void onlyALawfulLengthPassesEitherWay(int length, @Nullable DropCause cause) {
        assertThat(fromVm(fixed, mac(1), length)).isEqualTo(cause);
        assertThat(fromVm(any, mac(1), length)).isEqualTo(cause);
        assertThat(fromLan(fixed, mac(9), length)).isEqualTo(cause);
    }

    @Test
    void theLengthIsMeasuredAgainstTheNetworksMtu() {
        PortPolicy jumbo = new PortPolicy(new MacPolicy.Any(), 9000);
        FrameBatch frames = FrameBatch.view(3);
        FrameBatch longest = Frames.batch(9000, Frames.frame(mac(2), mac(1), 1, 9018));
        frames.over(longest.memory());
        frames.add(longest.offset(0), 9018);
        frames.add(longest.offset(0), 9019);
        frames.add(longest.offset(0), 13);
        assertThat(jumbo.judgeFromVm(frames, 0)).isNull();
        assertThat(jumbo.judgeFromVm(frames, 1)).isEqualTo(OVERSIZE);
        assertThat(jumbo.judgeFromVm(frames, 2)).isEqualTo(RUNT);
    }

    @Test
    void aFrameFromTheVmsOwnAddressIsNoFrameOfTheLan() {
        assertThat(fromLan(fixed, mac(1), Frames.LENGTH)).isEqualTo(OWN_ECHO);
        assertThat(fromLan(fixed, mac(2), Frames.LENGTH)).isNull();
        assertThat(fromLan(auto, mac(1), Frames.LENGTH)).isNull();
        fromVm(auto, mac(1));
        assertThat(fromLan(auto, mac(1), Frames.LENGTH)).isEqualTo(OWN_ECHO);
        fromVm(any, mac(1));
        assertThat(fromLan(any, mac(1), Frames.LENGTH)).isNull();
    }

    private static PortPolicy policy(String macPolicy) {
        return new PortPolicy(MacPolicy.parse(macPolicy), MTU);
    }

    private static @Nullable DropCause fromVm(PortPolicy policy, MacAddress source) {
        return fromVm(policy, source, Frames.LENGTH);
    }

    private static @Nullable DropCause fromVm(PortPolicy policy, MacAddress source, int length) {
        return policy.judgeFromVm(batch(source, length), 0);
    }

    private static @Nullable DropCause fromLan(PortPolicy policy, MacAddress source, int length) {
        return policy.judgeFromLan(batch(source, length), 0);
    }

    private static FrameBatch batch(MacAddress source, int length) {
        return Frames.batch(MTU, Frames.frame(mac(0xffff), source, 1, length));
    }
}
