package switchd.daemon.darwin;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.daemon.lab.Frames.BROADCAST;
import static switchd.daemon.lab.Frames.sized;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import switchd.core.DropCause;
import switchd.core.InterfaceName;
import switchd.core.PortEvent;
import switchd.core.SwitchdException;
import switchd.daemon.Daemon;
import switchd.daemon.Status;
import switchd.daemon.host.Writer;
import switchd.daemon.lab.Await;
import switchd.darwin.DarwinConstants;
import switchd.darwin.Structs;
import switchd.darwin.testkit.Profile;
import switchd.feth.Bridge;

/// What becomes of a port whose interfaces others remove while nobody sends a frame: no descriptor
/// of the daemon's makes an event then. The VM stays, and a new pair takes the place of the old.
@Timeout(30)
final class UplinkLossOnMacTest {
    private static final String ONE = "02:00:00:00:00:01";
    private static final String TWO = "02:00:00:00:00:02";
    private static final String STATION = "02:00:00:00:00:99";

    /// What is done to the uplink of a port.
    enum Loss {
        OUT_OF_THE_BRIDGE("is no member of bridge1 any more") {
            @Override
            void happen(Mac mac, InterfaceName uplink) throws SwitchdException {
                mac.bridge.remove(uplink);
            }
        },
        BRIDGE_DESTROYED("ENXIO") {
            @Override
            void happen(Mac mac, InterfaceName uplink) throws SwitchdException {
                mac.bridge.close();
            }
        },
        BRIDGE_SIDE_DESTROYED("is no member of bridge1 any more") {
            @Override
            void happen(Mac mac, InterfaceName uplink) throws SwitchdException {
                mac.ifconfig().destroy(uplink);
            }
        },
        BRIDGE_SIDE_SWITCHED_OFF("feth0 is down") {
            @Override
            void happen(Mac mac, InterfaceName uplink) throws SwitchdException {
                mac.switchOff(uplink);
            }
        },
        BRIDGE_SIDE_WITH_ANOTHER_MTU("feth0 has an MTU of 1400 now, bridge1 one of 1500") {
            @Override
            void happen(Mac mac, InterfaceName uplink) throws SwitchdException {
                mac.ifconfig().setMtu(uplink, 1400);
            }
        },
        VM_SIDE_WITH_ANOTHER_MTU("feth1 has an MTU of 1400 now, bridge1 one of 1500") {
            @Override
            void happen(Mac mac, InterfaceName uplink) throws SwitchdException {
                mac.ifconfig().setMtu(VM_SIDE, 1400);
            }
        },
        VM_SIDE_DESTROYED("ENXIO") {
            @Override
            void happen(Mac mac, InterfaceName uplink) throws SwitchdException {
                mac.ifconfig().destroy(VM_SIDE);
            }
        },
        VM_SIDE_MADE_ANEW("feth1 is not connected to feth0 any more", 5) {
            @Override
            void happen(Mac mac, InterfaceName uplink) throws SwitchdException {
                mac.kernel.atomically(() -> mac.replace(VM_SIDE));
            }
        },
        PARTED("feth1 is not connected to feth0 any more") {
            @Override
            void happen(Mac mac, InterfaceName uplink) throws SwitchdException {
                int part = DarwinConstants.IF_FAKE_S_CMD_SET_PEER;
                try (Arena arena = Arena.ofConfined()) {
                    MemorySegment nobody = arena.allocate(Structs.IF_FAKE_REQUEST);
                    mac.ifconfig().setDriver(VM_SIDE, part, nobody, "no peer");
                }
            }
        };

        private static final InterfaceName VM_SIDE = new InterfaceName("feth1");

        private static final int TWO_PAIRS = 4;

        private final String reason;
        private final int left;

        Loss(String reason) {
            this(reason, TWO_PAIRS);
        }

        /// @param left interfaces of the daemon and of others that there are at the end
        Loss(String reason, int left) {
            this.reason = reason;
            this.left = left;
        }

        abstract void happen(Mac mac, InterfaceName uplink) throws SwitchdException;
    }

    private static Stream<Arguments> losses() {
        return Stream.of(Profile.values())
                .flatMap(profile ->
                        Stream.of(Loss.values()).map(loss -> Arguments.of(profile, loss)));
    }

    @ParameterizedTest
    @MethodSource("losses")
    void theVmStaysAndTheUplinkComesBack(Profile profile, Loss loss) throws Exception {
        try (Mac mac = new Mac(profile);
                Daemon daemon =
                        mac.bridged(Writer.AUTO, Mac.port("one", ONE), Mac.port("two", TWO));
                MacVm one = mac.vm("one");
                MacVm two = mac.vm("two")) {
            mac.await(PortEvent.Attached.class, 2);
            String uplink = daemon.status().ports().getFirst().uplink();
            assertThat(uplink).isEqualTo("feth0");

            loss.happen(mac, new InterfaceName(uplink));

            PortEvent.UplinkLost lost =
                    mac.await(PortEvent.UplinkLost.class, 1).stream()
                            .filter(event -> event.port().equals("one"))
                            .findFirst()
                            .orElseThrow();
            assertThat(lost.text()).contains(uplink).contains(loss.reason);
            int all = 1;
            if (loss == Loss.BRIDGE_DESTROYED) {
                all = 2;
                mac.await(PortEvent.UplinkLost.class, all);
                onlyPortsReachOneAnother(mac, one, two);
                aBridgeIsMadeAgain(mac, daemon);
            }
            mac.await(PortEvent.UplinkBack.class, all);
            byte[] out = sized(STATION, ONE, 80);
            one.send(out);
            mac.awaitOnWire(out);
            byte[] in = sized(ONE, STATION, 80);
            mac.en0.deliver(in);
            one.await(in);
            assertThat(mac.state("one")).isEqualTo(Status.State.ATTACHED);
            assertThat(mac.events(PortEvent.Detached.class)).isEmpty();
            assertThat(mac.events(PortEvent.UplinkLost.class)).hasSize(all);
            assertThat(daemon.status().networks().getFirst().repairs()).isEqualTo(all);
            assertThat(mac.added()).as("two pairs, and what others have made").hasSize(loss.left);
        }
    }

    private static void onlyPortsReachOneAnother(Mac mac, MacVm one, MacVm two) throws Exception {
        assertThat(mac.state("one")).isEqualTo(Status.State.UPLINK_LOST);
        one.send(sized(STATION, ONE, 60));
        one.send(sized(BROADCAST, ONE, 60));
        byte[] across = sized(TWO, ONE, 70);
        one.send(across);
        two.await(across);
        assertThat(mac.traffic("one").toLan().drops(DropCause.UPLINK_LOST)).isEqualTo(2);
    }

    /// With its member later: our feths must not be the first.
    private static void aBridgeIsMadeAgain(Mac mac, Daemon daemon) throws Exception {
        awaitReason(daemon, "there is no bridge bridge1");
        Bridge again = mac.makeBridge();
        awaitReason(daemon, "bridge1 has no members yet");
        assertThat(again.members()).isEmpty();
        again.add(new InterfaceName("en0"));
    }

    private static void awaitReason(Daemon daemon, String part) {
        Await.until(
                part,
                Await.SHORT,
                () -> {
                    try {
                        String reason = daemon.status().ports().getFirst().reason();
                        return reason != null && reason.contains(part);
                    } catch (SwitchdException e) {
                        throw new AssertionError(e);
                    }
                });
    }
}
