package switchd.daemon.darwin;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.daemon.lab.Frames.BROADCAST;
import static switchd.daemon.lab.Frames.sized;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import switchd.core.Counters;
import switchd.core.InterfaceName;
import switchd.core.PortEvent;
import switchd.daemon.Daemon;
import switchd.daemon.NetworkSpec;
import switchd.daemon.host.Hosts;
import switchd.daemon.host.Writer;
import switchd.darwin.testkit.LibcShim;
import switchd.darwin.testkit.Profile;

/// A daemon whose calls go through C to a kernel in memory, with the oldest and the newest profile
/// and each writer; run in a JVM of its own by [DaemonThroughLibcTest].
final class DaemonOnShim {
    private static final String ONE = "02:00:00:00:00:01";
    private static final String TWO = "02:00:00:00:00:02";
    private static final String STATION = "02:00:00:00:00:99";
    private static final NetworkSpec.Kind BRIDGED = new NetworkSpec.Bridge(Mac.BRIDGE, false);
    private static final int FRAMES = 2_000;

    private DaemonOnShim() {}

    public static void main(String... arguments) throws Exception {
        for (Profile profile : List.of(Profile.MACOS11, Profile.MACOS15)) {
            for (Writer writer : Writer.values()) {
                serves(profile, writer);
            }
        }
    }

    private static void serves(Profile profile, Writer writer) throws Exception {
        try (Mac mac = new Mac(profile)) {
            LibcShim shim = LibcShim.connect(mac.process);
            try (Daemon daemon =
                            mac.start(
                                    BRIDGED,
                                    writer,
                                    arena -> Hosts.open(arena, writer),
                                    Mac.port("one", ONE),
                                    Mac.port("two", "auto"));
                    MacVm one = mac.vm("one");
                    MacVm two = mac.vm("two")) {
                byte[] hello = sized(BROADCAST, TWO, 60);
                two.send(hello);
                one.await(hello);
                framesPass(mac, one, two);
                manyThreadsAtOnce(mac, daemon, one, two);
                aVmComesAgain(mac, one);
                aLostUplinkIsTold(mac, daemon, two);
            }
            mac.checkNothingIsLeft();
            shim.check();
        }
    }

    private static void framesPass(Mac mac, MacVm one, MacVm two) {
        byte[] out = sized(STATION, ONE, 1514);
        one.send(out);
        mac.awaitOnWire(out);
        byte[] in = sized(ONE, STATION, 1514);
        mac.en0.deliver(in);
        one.await(in);
        byte[] across = sized(TWO, ONE, 14);
        one.send(across);
        two.await(across);
    }

    /// Each VM sends and receives by a thread of its own, and a fourth asks the daemon questions.
    private static void manyThreadsAtOnce(Mac mac, Daemon daemon, MacVm one, MacVm two)
            throws Exception {
        Counters before = mac.traffic("one").toLan();
        long frames = before.frames();
        CompletableFuture<?> sender =
                CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < FRAMES; i++) {
                        one.send(sized(TWO, ONE, 1000));
                    }
                });
        CompletableFuture<?> receiver = CompletableFuture.runAsync(() -> two.await(FRAMES));
        CompletableFuture<?> answerer =
                CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < FRAMES; i++) {
                        mac.en0.deliver(sized(ONE, STATION, 100));
                    }
                });
        while (!CompletableFuture.allOf(sender, receiver, answerer).isDone()) {
            assertThat(daemon.status().ports()).hasSize(2);
        }
        CompletableFuture.allOf(sender, receiver, answerer).get();
        assertThat(mac.traffic("one").toLan().frames()).isEqualTo(frames + FRAMES);
        one.receive();
    }

    private static void aVmComesAgain(Mac mac, MacVm one) throws Exception {
        one.kill();
        mac.await(PortEvent.Detached.class, 1);
        try (MacVm again = mac.vm("one")) {
            byte[] frame = sized(STATION, ONE, 60);
            again.send(frame);
            mac.awaitOnWire(frame);
        }
    }

    private static void aLostUplinkIsTold(Mac mac, Daemon daemon, MacVm two) throws Exception {
        InterfaceName uplink = new InterfaceName(daemon.status().ports().get(1).uplink());
        mac.bridge.remove(uplink);
        assertThat(mac.await(PortEvent.UplinkLost.class, 1).getFirst().port()).isEqualTo("two");
        mac.await(PortEvent.UplinkBack.class, 1);
        byte[] frame = sized(BROADCAST, TWO, 60);
        two.send(frame);
        mac.awaitOnWire(frame);
    }
}
