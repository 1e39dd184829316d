package switchd.daemon.darwin;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.daemon.lab.Frames.BROADCAST;
import static switchd.daemon.lab.Frames.sized;
import static switchd.daemon.lab.Frames.tagged;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import switchd.core.Counters;
import switchd.core.DropCause;
import switchd.core.PortEvent;
import switchd.daemon.Daemon;
import switchd.daemon.Status;
import switchd.daemon.host.Writer;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.Ip4;
import switchd.daemon.lab.Station;
import switchd.darwin.testkit.Profile;

/// The whole daemon on a macOS kernel in memory: two ports in a bridge.
@Timeout(30)
final class DaemonOnMacTest {
    private static final String ONE = "02:00:00:00:00:01";
    private static final String TWO = "02:00:00:00:00:02";
    private static final String STATION = "02:00:00:00:00:99";
    private static final String OTHER = "02:00:00:00:00:77";
    private static final String ALL_NODES = "33:33:00:00:00:01";
    private static final String MDNS = "01:00:5e:00:00:fb";

    @ParameterizedTest
    @EnumSource(Profile.class)
    void framesPassBothWaysAndBetweenVms(Profile profile) throws Exception {
        run(
                profile,
                Writer.AUTO,
                (mac, one, two) -> {
                    for (byte[] frame :
                            List.of(
                                    sized(STATION, ONE, 14),
                                    sized(STATION, ONE, 60),
                                    sized(STATION, ONE, 1514),
                                    sized(MDNS, ONE, 90))) {
                        one.send(frame);
                        mac.awaitOnWire(frame);
                    }
                    for (byte[] frame :
                            List.of(
                                    sized(ONE, STATION, 14),
                                    sized(ONE, STATION, 1514),
                                    sized(BROADCAST, STATION, 60),
                                    sized(ALL_NODES, STATION, 86),
                                    sized(MDNS, STATION, 90))) {
                        mac.en0.deliver(frame);
                        one.await(frame);
                    }
                    byte[] across = sized(TWO, ONE, 100);
                    one.send(across);
                    two.await(across);
                    byte[] toAll = sized(ALL_NODES, TWO, 86);
                    two.send(toAll);
                    one.await(toAll);
                    mac.awaitOnWire(toAll);
                });
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void eachWriterMovesFrames(Profile profile) throws Exception {
        for (Writer writer : List.of(Writer.NDRV, Writer.BPF)) {
            run(
                    profile,
                    writer,
                    (mac, one, two) -> {
                        byte[] frame = sized(STATION, ONE, 1514);
                        one.send(frame);
                        mac.awaitOnWire(frame);
                    });
        }
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void theHostAnswers(Profile profile) throws Exception {
        run(
                profile,
                Writer.AUTO,
                (mac, one, two) -> {
                    mac.kernel.address("bridge1", new byte[] {10, 0, 0, 1});
                    one.send(Frames.arpRequest(ONE, "10.0.0.2", "10.0.0.1"));
                    byte[][] reply = new byte[1][];
                    Await.until(
                            "an ARP reply",
                            Await.SHORT,
                            () ->
                                    one.receive().stream()
                                            .filter(f -> Frames.isArpReply(f, "10.0.0.1"))
                                            .peek(f -> reply[0] = f)
                                            .findFirst()
                                            .isPresent());
                    Station host = new Station(Frames.source(reply[0]), "10.0.0.1");
                    one.send(Ip4.echoRequest(new Station(ONE, "10.0.0.2"), host, 7, 1));
                    Await.until(
                            "an echo reply",
                            Await.SHORT,
                            () ->
                                    one.receive().stream()
                                            .anyMatch(f -> Ip4.isEchoReply(f, "10.0.0.1", 7, 1)));
                });
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void whatMustNotPassIsCountedAndReachesNoKernel(Profile profile) throws Exception {
        for (Writer writer : List.of(Writer.NDRV, Writer.BPF)) {
            run(
                    profile,
                    writer,
                    (mac, one, two) -> {
                        // The kernel in memory panics at a frame without a whole header.
                        for (int length = 1; length < 14; length++) {
                            one.send(new byte[length]);
                        }
                        one.send(sized(STATION, ONE, 1519));
                        one.send(sized(STATION, ONE, 9000));
                        one.send(sized(STATION, OTHER, 60));
                        one.send(sized(STATION, ALL_NODES, 60));
                        one.send(sized(ONE, ONE, 60));
                        byte[] last = sized(STATION, ONE, 61);
                        one.send(last);
                        mac.awaitOnWire(last);
                        Counters toLan = mac.traffic("one").toLan();
                        assertThat(toLan.drops(DropCause.RUNT)).isEqualTo(13);
                        assertThat(toLan.drops(DropCause.OVERSIZE)).isEqualTo(2);
                        assertThat(toLan.drops(DropCause.FOREIGN_SOURCE)).isEqualTo(2);
                        assertThat(toLan.drops(DropCause.OWN_ECHO)).isEqualTo(1);
                        assertThat(mac.events(PortEvent.ForeignSource.class)).hasSize(1);
                    });
        }
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void whatIsForOthersIsNotRead(Profile profile) throws Exception {
        run(
                profile,
                Writer.AUTO,
                (mac, one, two) -> {
                    mac.en0.deliver(sized(OTHER, STATION, 60));
                    mac.en0.deliver(sized("01:00:ff:ff:ff:ff", STATION, 60));
                    mac.en0.deliver(sized("06:00:00:00:00:01", STATION, 60));
                    byte[] last = sized(ONE, STATION, 62);
                    mac.en0.deliver(last);
                    List<byte[]> frames = one.await(2);
                    assertThat(frames.get(0)).isEqualTo(sized("01:00:ff:ff:ff:ff", STATION, 60));
                    assertThat(frames.get(1)).isEqualTo(last);
                });
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void aTaggedFrameOfFullLengthPasses(Profile profile) throws Exception {
        run(
                profile,
                Writer.NDRV,
                (mac, one, two) -> {
                    byte[] frame = tagged(sized(STATION, ONE, 1514), 20);
                    one.send(frame);
                    mac.awaitOnWire(frame);
                });
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void aVmThatLeavesIsNoticedAndComesAgain(Profile profile) throws Exception {
        run(
                profile,
                Writer.AUTO,
                (mac, one, two) -> {
                    one.kill();
                    mac.await(PortEvent.Detached.class, 1);
                    assertThat(mac.state("one")).isEqualTo(Status.State.LISTENING);
                    try (MacVm again = mac.vm("one")) {
                        byte[] frame = sized(STATION, ONE, 60);
                        again.send(frame);
                        mac.awaitOnWire(frame);
                        byte[] back = sized(ONE, STATION, 60);
                        mac.en0.deliver(back);
                        again.await(back);
                    }
                });
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void aVmThatReadsNothingHoldsUpNobody(Profile profile) throws Exception {
        run(
                profile,
                Writer.AUTO,
                (mac, one, two) -> {
                    byte[] flood = sized(TWO, STATION, 1514);
                    byte[] question = sized(ONE, STATION, 60);
                    // 4 MiB and what switchd holds are some 3,000 frames.
                    for (int i = 0; i < 6_000; i++) {
                        mac.en0.deliver(flood);
                        if (i % 100 == 0) {
                            mac.en0.deliver(question);
                            one.await(1);
                        }
                    }
                    Await.until(
                            "drops",
                            Await.SHORT,
                            () -> mac.traffic("two").toVm().drops(DropCause.VM_FULL) > 0);
                    assertThat(mac.traffic("one").toVm().drops()).isZero();
                    two.receive();
                    byte[] next = sized(TWO, STATION, 99);
                    Await.until(
                            "a frame after the drought",
                            Await.SHORT,
                            () -> {
                                mac.en0.deliver(next);
                                return two.receive().stream().anyMatch(f -> Arrays.equals(f, next));
                            });
                });
    }

    /// What is done with two VMs that are there.
    @FunctionalInterface
    private interface Scene {
        void play(Mac mac, MacVm one, MacVm two) throws Exception;
    }

    private static void run(Profile profile, Writer writer, Scene scene) throws Exception {
        try (Mac mac = new Mac(profile)) {
            try (Daemon daemon =
                            mac.bridged(writer, Mac.port("one", ONE), Mac.port("two", "auto"));
                    MacVm one = mac.vm("one");
                    MacVm two = mac.vm("two")) {
                byte[] hello = sized(BROADCAST, TWO, 60);
                mac.await(PortEvent.Attached.class, 2);
                two.send(hello);
                mac.awaitOnWire(hello);
                one.await(hello);
                scene.play(mac, one, two);
                assertThat(daemon.status().ports()).hasSize(2);
            }
            mac.checkNothingIsLeft();
        }
    }
}
