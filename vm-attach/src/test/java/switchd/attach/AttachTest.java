package switchd.attach;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
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
@EnumSource(AttachLab.Io.class)
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux: its poller")
class AttachTest {
    private static final byte[] GREETING = "VFKT".getBytes(US_ASCII);

    private final AttachLab.Io io;
    @TempDir Path directory;

    private AttachLab lab;
    private Path server;

    AttachTest(AttachLab.Io io) {
        this.io = io;
    }

    @BeforeEach
    void listen() {
        server = directory.resolve("net.sock");
        lab = AttachLab.listening(server, io);
    }

    @AfterEach
    void close() {
        lab.close();
    }

    private static byte[] frame(int number, int length) {
        return Frames.frame(Frames.BROADCAST, Frames.mac(1), number, length);
    }

    @Test
    void vfkitsGreetingIsSwallowedAndItsFramesArriveUnchanged() {
        byte[][] sent = {frame(1, 42), frame(2, 60), frame(3, 1514), frame(4, 1518)};
        try (VmSocket vm = VmSocket.vfkit(directory.resolve("vfkit-1-1.sock"), server)) {
            for (byte[] frame : sent) {
                vm.send(frame);
            }
            lab.awaitFrames(sent.length);
            assertThat(lab.frames()).containsExactly(sent);
            assertThat(lab.port().toLan().drops()).isZero();
            assertThat(lab.events())
                    .containsExactly(new PortEvent.Attached("vm1", vm.local().toString()));
        }
    }

    @Test
    void theLansFramesArriveUnchangedAtAVmThatHasSentNothingButItsGreeting() {
        byte[][] sent = {frame(1, 14), frame(2, 60), frame(3, 1514), frame(4, 1518)};
        try (VmSocket vm = VmSocket.vfkit(directory.resolve("vm.sock"), server)) {
            lab.awaitAttached(1);
            lab.toVm(sent);
            for (byte[] frame : sent) {
                assertThat(vm.receive()).isEqualTo(frame);
            }
        }
    }

    @Test
    void aFirstDatagramThatIsAFrameIsPassedOn() {
        byte[] first = frame(1, 60);
        try (VmSocket vm = VmSocket.bound(directory.resolve("vm.sock")).connect(server)) {
            vm.send(first);
            lab.awaitFrames(1);
            lab.toVm(frame(2, 60));
            assertThat(vm.receive()).isEqualTo(frame(2, 60));
        }
        assertThat(lab.frames()).containsExactly(first);
    }

    @Test
    void fourOtherBytesAttachAndAreARunt() {
        try (VmSocket vm = VmSocket.bound(directory.resolve("vm.sock")).connect(server)) {
            vm.send("VFKt".getBytes(US_ASCII));
            lab.awaitAttached(1);
            lab.until("a runt", () -> lab.port().toLan().drops(DropCause.RUNT) == 1);
        }
    }

    @Test
    void aSecondGreetingIsARunt() {
        try (VmSocket vm = VmSocket.vfkit(directory.resolve("vm.sock"), server)) {
            vm.send(GREETING);
            vm.send(frame(1, 60));
            lab.awaitFrames(1);
            assertThat(lab.port().toLan().drops(DropCause.RUNT)).isEqualTo(1);
        }
    }

    @Test
    void aFrameLongerThanTheNetworksIsCountedAndTheNextOneArrives() {
        try (VmSocket vm = VmSocket.vfkit(directory.resolve("vm.sock"), server)) {
            vm.send(frame(1, 1519));
            vm.send(frame(2, 65_550));
            vm.send(frame(3, 60));
            lab.awaitFrames(1);
            assertThat(Frames.numbers(lab.frames())).containsExactly(3);
            assertThat(lab.port().toLan().drops(DropCause.OVERSIZE)).isEqualTo(2);
        }
    }

    @Test
    void framesInALongRowAllArriveInOrder() {
        int count = 3_000;
        try (VmSocket vm = VmSocket.vfkit(directory.resolve("vm.sock"), server)) {
            for (int i = 0; i < count; i++) {
                vm.send(frame(i, 60));
            }
            lab.awaitFrames(count);
            assertThat(Frames.numbers(lab.frames())).isSorted().hasSize(count);
        }
    }

    @Test
    void aClientThatNeverConnectsIsHeardAndAnswered() {
        int count = 500;
        try (VmSocket vm = VmSocket.bound(directory.resolve("qemu.sock"))) {
            for (int i = 0; i < count; i++) {
                vm.sendTo(server, frame(i, 60));
            }
            lab.awaitFrames(count);
            lab.toVm(frame(1, 60));
            assertThat(vm.receive()).isEqualTo(frame(1, 60));
        }
        assertThat(Frames.numbers(lab.frames())).doesNotHaveDuplicates().hasSize(count);
        assertThat(lab.events(PortEvent.Attached.class)).hasSize(1);
        assertThat(lab.port().toLan().drops()).isZero();
    }

    @Test
    void aRelativeAddressIsLookedUpBesideTheSocket() throws Exception {
        // As vfkit does with unixSocketPath=net.sock in the socket's directory.
        Path relative = Path.of("vfkit-relative.sock");
        try (VmSocket vm = VmSocket.bound(relative)) {
            Path there = Files.move(relative, directory.resolve(relative));
            vm.connect(server).send(GREETING);
            lab.awaitAttached(1);
            vm.send(frame(1, 60));
            lab.awaitFrames(1);
            lab.toVm(frame(2, 60));
            assertThat(vm.receive()).isEqualTo(frame(2, 60));
            Files.delete(there);
        }
    }

    @Test
    void aClientThatIsBoundToNoPathIsRefused() {
        try (VmSocket vm = VmSocket.nameless().connect(server)) {
            vm.send(frame(1, 60));
            vm.send(frame(2, 60));
            lab.awaitEvents(PortEvent.Refused.class, 1);
            lab.until("drops", () -> lab.port().toLan().drops(DropCause.DETACHED) == 2);
            assertThat(lab.events()).hasSize(1);
            assertThat(lab.events().getFirst().text()).contains("bound to no path");
        }
    }

    @Test
    void aClientThatIsGoneAgainIsRefusedAndTheNextOneAttaches() throws Exception {
        VmSocket gone = VmSocket.bound(directory.resolve("gone.sock")).connect(server);
        lab.ask(() -> {
            gone.send(frame(1, 60));
            gone.kill();
            return true;
        });
        lab.awaitEvents(PortEvent.Refused.class, 1);
        assertThat(lab.events().getFirst().text()).contains("ECONNREFUSED");
        try (VmSocket vm = VmSocket.vfkit(directory.resolve("vm.sock"), server)) {
            lab.awaitAttached(1);
            vm.send(frame(2, 60));
            lab.awaitFrames(1);
        }
    }

    @Test
    void aClientsAddressCannotForgeALineOfALog() {
        try (VmSocket vm =
                VmSocket.bound(directory.resolve("a\nb\u001b[2J.sock")).connect(server)) {
            vm.send(GREETING);
            lab.awaitAttached(1);
        }
        lab.awaitDetached(1);
        assertThat(lab.events()).allSatisfy(event -> assertThat(event.text()).doesNotContain("\n"));
        assertThat(lab.events().getFirst().text()).doesNotContain("\u001b");
    }

    @Test
    void everythingIsRemovedAtTheEnd() throws Exception {
        VmSocket killed = VmSocket.vfkit(directory.resolve("killed.sock"), server);
        lab.awaitAttached(1);
        killed.kill();
        lab.closeAccept();
        try (var left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aLivingClientsFileAndForeignFilesStayAtTheEnd() throws Exception {
        Path foreign = Files.createFile(directory.resolve("notes.txt"));
        try (VmSocket vm = VmSocket.vfkit(directory.resolve("vm.sock"), server)) {
            lab.awaitAttached(1);
            Files.delete(server);
            Files.createFile(server);
            lab.closeAccept();
            try (var left = Files.list(directory)) {
                assertThat(left).containsExactlyInAnyOrder(foreign, server, vm.local());
            }
        }
    }

    @Test
    void aPathThatWasRemovedComesBack() throws Exception {
        try (VmSocket first = VmSocket.vfkit(directory.resolve("first.sock"), server)) {
            lab.awaitAttached(1);
            Files.delete(server);
            lab.until("the path", () -> Files.exists(server));
            first.send(frame(1, 60));
            lab.awaitFrames(1);
        }
        try (VmSocket _ = VmSocket.vfkit(directory.resolve("second.sock"), server)) {
            lab.awaitAttached(2);
        }
    }

    @Test
    void aForeignSocketAtThePathIsLeftAloneAndTold() throws Exception {
        Files.delete(server);
        try (VmSocket _ = VmSocket.bound(server)) {
            lab.awaitEvents(PortEvent.NotListening.class, 1);
            assertThat(lab.events().getFirst().text()).contains("another program listens");
        }
        // It is gone: the path is ours again.
        lab.until("the path", () -> Files.exists(server));
        try (VmSocket _ = VmSocket.vfkit(directory.resolve("vm.sock"), server)) {
            lab.awaitAttached(1);
        }
        assertThat(lab.events(PortEvent.NotListening.class)).hasSize(1);
    }

    @Test
    void anIdlePortTakesFewTurns() {
        try (VmSocket vm = VmSocket.vfkit(directory.resolve("vm.sock"), server)) {
            lab.awaitAttached(1);
            long before = lab.turns();
            assertThat(vm.receive(Duration.ofSeconds(1))).isEmpty();
            assertThat(lab.turns() - before).isLessThan(10);
        }
    }

    @Test
    void aSymlinkInTheClientsPlaceLeadsNowhere() throws Exception {
        // A client may swap its own socket for a link to one that trusts our rights.
        Path local = directory.resolve("vm.sock");
        Path logger = directory.resolve("log");
        try (VmSocket log = VmSocket.bound(logger);
                VmSocket vm = VmSocket.bound(local).connect(server)) {
            lab.ask(() -> {
                vm.send(frame(1, 60));
                Files.delete(local);
                return Files.createSymbolicLink(local, logger);
            });
            lab.awaitEvents(PortEvent.Refused.class, 1);
            lab.toVm(frame(2, 60));
            assertThat(log.receive(Duration.ofMillis(50))).isEmpty();
            assertThat(lab.port().isAttached()).isFalse();
        }
        try (VmSocket vm = VmSocket.vfkit(directory.resolve("next.sock"), server)) {
            lab.awaitAttached(1);
            assertThat(lab.events(PortEvent.Attached.class))
                    .isEqualTo(List.of(new PortEvent.Attached("vm1", vm.local().toString())));
        }
    }

    @Test
    void aSymlinkInALivingClientsPlaceLeadsNowhere() throws Exception {
        Path local = directory.resolve("vm.sock");
        Path logger = directory.resolve("log");
        try (VmSocket log = VmSocket.bound(logger);
                VmSocket vm = VmSocket.vfkit(local, server)) {
            lab.awaitAttached(1);
            Files.delete(local);
            Files.createSymbolicLink(local, logger);
            // The port asks the VM itself by an empty frame, as its path does not tell any more.
            assertThat(vm.receive()).hasSize(60);
            lab.toVm(frame(1, 60));
            lab.until("the frame", () -> Frames.number(vm.receive()) == 1);
            assertThat(log.receive(Duration.ofMillis(1))).isEmpty();
            assertThat(lab.port().isAttached()).isTrue();
        }
    }

    @Test
    void aPathThatSomebodyListensAtIsNotTakenFromHim() {
        assertThatThrownBy(
                        () -> {
                            try (AttachLab second =
                                    AttachLab.start(server, io, UnaryOperator.identity())) {
                                second.listenAs(null);
                            }
                        })
                .hasMessageContaining("another program listens");
    }
}
