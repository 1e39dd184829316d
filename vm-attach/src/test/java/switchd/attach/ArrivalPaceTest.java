package switchd.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.attach.testkit.StreamSocket;
import switchd.attach.testkit.VmSocket;
import switchd.core.testkit.Frames;

@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux: its poller")
class ArrivalPaceTest {
    private static final int LIVES = 11;

    /// Eight come at once, the others need three looks, of which one may be over: 250 ms each.
    private static final Duration LEAST = Duration.ofMillis(500);

    @TempDir Path directory;
    private AttachLab lab;

    @BeforeEach
    void start() {
        Path server = directory.resolve("net.sock");
        lab = AttachLab.start(server, AttachLab.Io.BATCHES, posix -> posix);
        lab.atTheUsualPace();
    }

    @AfterEach
    void close() {
        lab.close();
    }

    private static byte[] frame(int number) {
        return Frames.frame(Frames.BROADCAST, Frames.mac(1), number);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void vmsThatComeAgainAndAgainAreLetInSlowly(boolean connecting) {
        lab.listen();
        long start = System.nanoTime();
        for (int i = 0; i < LIVES; i++) {
            VmSocket vm = VmSocket.bound(directory.resolve("vm" + i % 2 + ".sock"));
            if (connecting) {
                vm.connect(lab.path()).send(frame(i));
            } else {
                vm.sendTo(lab.path(), frame(i));
            }
            lab.awaitFrames(i + 1); // what had to wait is not lost
            vm.kill();
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(LEAST);
        lab.awaitAttached(LIVES);
    }

    @Test
    void clientsThatConnectAgainAndAgainAreLetInSlowly() {
        Path stream = directory.resolve("stream.sock");
        lab.listenForStreams(stream);
        long start = System.nanoTime();
        for (int i = 0; i < LIVES; i++) {
            try (StreamSocket client = StreamSocket.connect(stream)) {
                client.send(frame(i));
                lab.awaitFrames(i + 1);
            }
            lab.awaitDetached(i + 1);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(LEAST);
    }

    /// One that is attached and sends to the path is heard meanwhile, if late.
    @Test
    void whoeverIsLetInLastLosesNothing() {
        lab.listen();
        for (int i = 0; i < 7; i++) {
            VmSocket vm = VmSocket.bound(directory.resolve("vm" + i + ".sock"));
            vm.sendTo(lab.path(), frame(i));
            lab.awaitFrames(i + 1);
            vm.kill();
        }
        try (VmSocket vm = VmSocket.bound(directory.resolve("last.sock"))) {
            for (int i = 7; i < 14; i++) {
                vm.sendTo(lab.path(), frame(i));
            }
            lab.awaitFrames(14);
        }
        lab.awaitAttached(8);
    }

    @Test
    void aRestMakesUpForWhatWasSpent() {
        ArrivalPace pace = new ArrivalPace(3);
        for (int i = 0; i < 5; i++) {
            assertThat(pace.isSpent()).isEqualTo(i >= 3);
            pace.arrived();
        }
        pace.look();
        assertThat(pace.isSpent()).as("more than were let in: no debt").isFalse();
        pace.arrived();
        assertThat(pace.isSpent()).isTrue();
        for (int i = 0; i < 9; i++) {
            pace.look();
        }
        for (int i = 0; i < 3; i++) {
            assertThat(pace.isSpent()).isFalse();
            pace.arrived();
        }
        assertThat(pace.isSpent()).isTrue();
    }
}
