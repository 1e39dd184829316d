package switchd.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.linux.TestFrames.frame;
import static switchd.linux.TestFrames.until;
import static switchd.linux.TestLan.BROADCAST;
import static switchd.linux.TestLan.VM;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.MacAddress;
import switchd.core.Reception;
import switchd.core.Uplink;
import switchd.posix.testkit.NeedsRoot;

/// What an uplink of either kind lets in.
@NeedsRoot
@Timeout(30)
abstract class UplinkContract extends UplinkFixture {
    UplinkContract(boolean bridged) {
        super(bridged);
    }

    @Test
    void theFilterKeepsOutWhatIsNotForTheVm() throws Exception {
        withUplink((lan, uplink) -> {
            lan.sendsTo(VM, "own");
            lan.sendsTo("52:55:00:12:34:56", "the low octets under another OUI");
            lan.sendsTo("02:00:00:00:00:09", "foreign");
            lan.sendsTo("00:01:01:01:01:01", "no group");
            lan.sendsTo("01:00:ff:ff:ff:ff", "group");
            lan.sendsTo("33:33:00:00:00:01", "neighbours");
            lan.sends(frame(BROADCAST, VM, "own echo"));
            lan.sendsTo(BROADCAST, "end");
            // A bridge sends no frame where it came from: on a TAP such a frame is somebody else's.
            List<String> wanted = new ArrayList<>(List.of("own", "group", "neighbours", "end"));
            if (bridged()) {
                wanted.add(3, "own echo");
            }
            assertThat(until(lan.linux, uplink, "end")).isEqualTo(wanted);
        });
    }

    @Test
    void nothingComesBeforeItIsSaidWhatIsWanted() throws Exception {
        TestLan.run(
                bridged(),
                lan -> {
                    try (Uplink uplink = open(lan)) {
                        lan.sendsTo(BROADCAST, "early");
                        uplink.accept(new Reception.Groups());
                        lan.sendsTo(VM, "unicast");
                        lan.sendsTo(BROADCAST, "end");
                        assertThat(until(lan.linux, uplink, "end")).containsExactly("end");

                        uplink.accept(new Reception.Everything());
                        lan.sendsTo("02:00:00:00:00:09", "foreign");
                        lan.sendsTo(VM, "end");
                        assertThat(until(lan.linux, uplink, "end"))
                                .containsExactly("foreign", "end");
                    }
                });
    }

    @Test
    void whatWaitsForOneVmDoesNotReachTheNext() throws Exception {
        withUplink((lan, uplink) -> {
            lan.sendsTo(VM, "for the first VM");
            uplink.accept(new Reception.Groups());
            lan.sendsTo(BROADCAST, "kept");
            uplink.accept(new Reception.Vm(MacAddress.parse("52:54:00:00:00:02")));
            lan.sendsTo(BROADCAST, "end");
            assertThat(until(lan.linux, uplink, "end")).containsExactly("kept", "end");
        });
    }
}
