package switchd.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.attach.testkit.VmSocket;
import switchd.core.PortEvent;
import switchd.core.testkit.Frames;

@ParameterizedClass
@EnumSource(
        value = AttachLab.Io.class,
        names = {"BATCHES", "SINGLE"})
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux: its poller")
class ReattachTest {
    private final AttachLab.Io io;
    @TempDir Path directory;

    private AttachLab lab;
    private Path server;

    ReattachTest(AttachLab.Io io) {
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

    private static byte[] frame(int number) {
        return Frames.frame(Frames.BROADCAST, Frames.mac(1), number);
    }

    private static void end(VmSocket vm, boolean killed) {
        if (killed) {
            vm.kill();
        } else {
            vm.close();
        }
    }

    /// Attaches by one datagram; it and its answer must come through, whatever was before.
    private VmSocket attach(String name, boolean connecting, int number) {
        VmSocket vm = VmSocket.bound(directory.resolve(name));
        int before = lab.frames().size();
        if (connecting) {
            vm.connect(server).send(frame(number));
        } else {
            vm.sendTo(server, frame(number));
        }
        lab.awaitFrames(before + 1);
        lab.toVm(frame(number + 1));
        // A VM on the path of the one before may be asked by an empty frame whether it is that one.
        lab.until("the answer", () -> Frames.number(vm.receive()) == number + 1);
        return vm;
    }

    @ParameterizedTest
    @CsvSource({
        "true, true, vm.sock", "true, true, new.sock",
        "true, false, vm.sock", "true, false, new.sock",
        "false, true, vm.sock", "false, true, new.sock",
        "false, false, vm.sock", "false, false, new.sock"
    })
    void theNextVmAttachesByItsFirstDatagram(boolean connecting, boolean killed, String next) {
        VmSocket first = attach("vm.sock", connecting, 1);
        end(first, killed);
        try (VmSocket _ = attach(next, connecting, 3)) {
            lab.awaitAttached(2);
        }
        assertThat(Frames.numbers(lab.frames())).containsExactly(1, 3);
    }

    @Test
    void aVmThatConnectsMayFollowOneThatDoesNotOnTheSamePath() {
        attach("vm.sock", false, 1).kill();
        attach("vm.sock", true, 3).kill();
        attach("vm.sock", false, 5).close();
        lab.awaitAttached(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aVmThatIsGoneIsToldWithinASecondThoughNothingIsSent(boolean killed) {
        VmSocket vm = VmSocket.vfkit(directory.resolve("vm.sock"), server);
        lab.awaitAttached(1);
        long end = System.nanoTime();
        end(vm, killed);
        lab.awaitDetached(1);
        assertThat(Duration.ofNanos(System.nanoTime() - end)).isLessThan(Duration.ofSeconds(1));
        assertThat(lab.port().isAttached()).isFalse();
    }

    @Test
    void aVmThatIsGoneIsToldByTheFirstFrameForIt() {
        VmSocket vm = VmSocket.vfkit(directory.resolve("vm.sock"), server);
        lab.awaitAttached(1);
        vm.kill();
        lab.toVm(frame(1));
        assertThat(lab.events(PortEvent.Detached.class)).hasSize(1);
    }

    @Test
    void aThousandVmsLeaveNothingBehind() throws Exception {
        attach("warm.sock", true, 0).kill();
        lab.awaitDetached(1);
        long before = lab.ask(AttachLab::sockets);
        for (int i = 0; i < 1_000; i++) {
            VmSocket vm = VmSocket.vfkit(directory.resolve("vfkit-1-" + i + ".sock"), server);
            lab.awaitAttached(i + 2);
            end(vm, i % 2 == 0);
        }
        lab.awaitDetached(1_001);
        assertThat(lab.ask(AttachLab::sockets)).isEqualTo(before);
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.count()).as("ours, and the last VM's at most").isLessThan(3);
        }
    }

    @Test
    void aThousandVmsOnOnePathLeaveNothingBehind() throws Exception {
        attach("qemu.sock", false, 0).kill();
        lab.awaitDetached(1);
        long before = lab.ask(AttachLab::sockets);
        for (int i = 0; i < 500; i++) {
            attach("qemu.sock", false, 2 * i).kill();
            attach("qemu.sock", true, 2 * i).kill();
        }
        lab.awaitDetached(1_001);
        assertThat(lab.ask(AttachLab::sockets)).isEqualTo(before);
    }

    @Test
    void aLivingVmWhoseFileIsRemovedStaysAttached() throws Exception {
        try (VmSocket vm = attach("vm.sock", true, 1)) {
            Files.delete(vm.local());
            // Once the port has asked it, it has had the time to go wrong.
            assertThat(vm.receive()).hasSize(60);
            assertThat(vm.receive()).hasSize(60);
            vm.send(frame(2));
            lab.awaitFrames(2);
            assertThat(lab.events()).hasSize(1);
            vm.kill();
            lab.awaitDetached(1);
        }
    }

    @Test
    void aLivingVmWhoseFileChangesItsModeStaysAttached() throws Exception {
        try (VmSocket vm = attach("vm.sock", true, 1)) {
            assertThat(vm.local().toFile().setWritable(true, false)).isTrue();
            assertThat(vm.receive()).hasSize(60); // asked once, then known again
            assertThat(vm.receive(Duration.ofMillis(600))).isEmpty();
            assertThat(lab.events()).hasSize(1);
        }
    }

    @Test
    void aVmThatConnectsAnewWithTheSameSocketIsHeard() {
        try (VmSocket vm = attach("vm.sock", true, 1)) {
            vm.connect(server);
            vm.send(frame(2));
            lab.awaitAttached(2);
            lab.awaitFrames(2);
            lab.toVm(frame(3));
            lab.until("the frame", () -> Frames.number(vm.receive()) == 3);
        }
    }
}
