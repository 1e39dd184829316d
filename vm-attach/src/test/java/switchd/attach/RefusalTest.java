package switchd.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import switchd.attach.testkit.VmSocket;
import switchd.core.DropCause;
import switchd.core.PortEvent;
import switchd.core.testkit.Frames;

@ParameterizedClass
@EnumSource(
        value = AttachLab.Io.class,
        names = {"BATCHES", "SINGLE"})
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux: its poller")
class RefusalTest {
    private final AttachLab.Io io;
    @TempDir Path directory;

    private AttachLab lab;
    private Path server;
    private VmSocket vm;

    RefusalTest(AttachLab.Io io) {
        this.io = io;
    }

    @BeforeEach
    void attach() {
        server = directory.resolve("net.sock");
        lab = AttachLab.listening(server, io);
        vm = VmSocket.vfkit(directory.resolve("vm.sock"), server);
        lab.awaitAttached(1);
    }

    @AfterEach
    void close() {
        vm.close();
        lab.close();
    }

    private static byte[] frame(int number) {
        return Frames.frame(Frames.BROADCAST, Frames.mac(1), number);
    }

    private long dropped() {
        return lab.port().toLan().drops(DropCause.DETACHED);
    }

    @Test
    void aSecondLiveClientIsRefusedAndToldOnce() {
        try (VmSocket second = VmSocket.vfkit(directory.resolve("second.sock"), server)) {
            for (int i = 1; i <= 99; i++) {
                second.send(frame(i));
            }
            lab.until("drops", () -> dropped() == 100);
            assertThat(lab.events(PortEvent.Refused.class)).hasSize(1);
            assertThat(lab.events(PortEvent.Refused.class).getFirst().peer())
                    .isEqualTo(second.local().toString());
            assertThat(lab.frames()).isEmpty();

            vm.send(frame(1_000));
            lab.awaitFrames(1);
            lab.toVm(frame(1_001));
            assertThat(vm.receive()).isEqualTo(frame(1_001));
            assertThat(Frames.numbers(lab.frames())).containsExactly(1_000);
            assertThat(lab.events(PortEvent.Attached.class)).hasSize(1);
        }
    }

    @Test
    void theSecondClientAttachesByItsNextDatagramOnceTheFirstIsGone() {
        try (VmSocket second = VmSocket.vfkit(directory.resolve("second.sock"), server)) {
            lab.awaitEvents(PortEvent.Refused.class, 1);
            vm.close();
            second.send(frame(1));
            lab.awaitAttached(2);
            lab.awaitFrames(1);
            lab.toVm(frame(2));
            assertThat(second.receive()).isEqualTo(frame(2));
        }
    }

    @Test
    void aClientThatNeverConnectsIsRefusedAsWell() {
        try (VmSocket second = VmSocket.bound(directory.resolve("qemu.sock"))) {
            second.sendTo(server, frame(1));
            lab.awaitEvents(PortEvent.Refused.class, 1);
            assertThat(dropped()).isEqualTo(1);
        }
    }

    @Test
    void linuxShutsOutAStrangerWhoConnectedBeforeTheSwap() throws Exception {
        VmSocket early = VmSocket.bound(directory.resolve("early.sock"));
        vm.close();
        lab.awaitDetached(1);
        early.connect(server);
        try (VmSocket _ = VmSocket.vfkit(directory.resolve("new.sock"), server)) {
            lab.awaitAttached(2);
            assertThatThrownBy(() -> early.trySend(frame(1)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("not permitted");
        } finally {
            early.close();
        }
    }

    @Test
    void whatAStrangerSentBeforeTheSwapDoesNotGetIn() throws Exception {
        vm.close();
        lab.awaitDetached(1);
        VmSocket stranger = VmSocket.bound(directory.resolve("stranger.sock")).connect(server);
        VmSocket next = VmSocket.bound(directory.resolve("new.sock")).connect(server);
        lab.ask(() -> {
            // More than one batch in the queue: the rest is found by the link.
            next.send(frame(1));
            for (int i = 0; i < 5; i++) {
                stranger.send(frame(100 + i));
            }
            next.send(frame(2));
            return true;
        });
        lab.awaitFrames(2);
        lab.until("drops", () -> dropped() == 5);
        assertThat(Frames.numbers(lab.frames())).containsExactly(1, 2);
        assertThat(lab.events(PortEvent.Refused.class)).hasSize(1);
        stranger.close();
        next.close();
    }

    @Test
    void aFloodOfTheRefusedDoesNotKeepTheVmFromWorking() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        VmSocket flood = VmSocket.bound(directory.resolve("flood.sock")).connect(server);
        Thread flooding =
                Thread.ofPlatform()
                        .start(() -> {
                            byte[] frame = frame(0);
                            while (!over.get()) {
                                try {
                                    flood.trySend(frame);
                                } catch (IOException e) {
                                    throw new AssertionError(e);
                                }
                            }
                        });
        try {
            lab.awaitEvents(PortEvent.Refused.class, 1);
            for (int i = 1; i <= 500; i++) {
                vm.send(frame(i));
                lab.awaitFrames(i);
            }
        } finally {
            over.set(true);
            flooding.join();
            flood.close();
        }
        assertThat(Frames.numbers(lab.frames())).hasSize(500).isSorted().doesNotContain(0);
        assertThat(lab.events(PortEvent.Refused.class)).hasSize(1);
    }

    @Test
    void asManyStrangersAsLikeAreToldABoundedNumberOfTimes() {
        for (int i = 0; i < 200; i++) {
            try (VmSocket stranger = VmSocket.bound(directory.resolve("s" + i))) {
                stranger.sendTo(server, frame(i));
            }
        }
        lab.until("drops", () -> dropped() == 200);
        assertThat(lab.events(PortEvent.Refused.class)).hasSize(64);
    }

    @Test
    void anotherSocketOnAConnectedVmsPathCannotInjectFrames() throws Exception {
        Files.delete(vm.local());
        try (VmSocket second = VmSocket.bound(vm.local())) {
            second.sendTo(server, frame(1));
            lab.until("drops", () -> dropped() == 1);
            lab.awaitEvents(PortEvent.Refused.class, 1);
            vm.send(frame(2));
            lab.awaitFrames(1);
            assertThat(Frames.numbers(lab.frames())).containsExactly(2);
            assertThat(lab.events(PortEvent.Detached.class)).isEmpty();
            vm.kill();
            second.sendTo(server, frame(3));
            lab.awaitAttached(2);
            lab.awaitFrames(2);
        }
    }
}
