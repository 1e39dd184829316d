package switchd.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
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
import switchd.core.testkit.Frames;

/// A VM that reads late, on real sockets.
@ParameterizedClass
@EnumSource(AttachLab.Io.class)
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux: its poller")
class HoldTest {
    /// More than the 11 datagrams that Linux queues for a socket that is not connected.
    private static final int MORE_THAN_A_QUEUE = 100;

    private final AttachLab.Io io;
    @TempDir Path directory;

    private AttachLab lab;
    private Path server;

    HoldTest(AttachLab.Io io) {
        this.io = io;
    }

    @BeforeEach
    void listen() {
        server = directory.resolve("net.sock");
        lab = AttachLab.listeningInSlowTime(server, io);
    }

    @AfterEach
    void close() {
        lab.close();
    }

    private static byte[][] frames(int first, int count) {
        return Frames.frames(Frames.BROADCAST, Frames.mac(1), first, count);
    }

    private static List<Integer> receive(VmSocket vm, int count) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add(Frames.number(vm.receive()));
        }
        return numbers;
    }

    private static List<Integer> numbers(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    private VmSocket unconnected() {
        VmSocket vm = VmSocket.bound(directory.resolve("qemu.sock"));
        vm.sendTo(server, frames(0, 1)[0]);
        lab.awaitAttached(1);
        return vm;
    }

    @Test
    void aVmWithASmallQueueThatReadsLateLosesNothing() {
        try (VmSocket vm = unconnected()) {
            lab.toVm(frames(0, MORE_THAN_A_QUEUE));
            assertThat(lab.port().toVm().frames()).isEqualTo(11);
            assertThat(receive(vm, MORE_THAN_A_QUEUE)).isEqualTo(numbers(0, MORE_THAN_A_QUEUE));
            assertThat(lab.port().toVm().drops()).isZero();
        }
    }

    @Test
    void framesThatComeWhileOthersWaitComeAfterThem() {
        try (VmSocket vm = unconnected()) {
            lab.toVm(frames(0, 40));
            lab.toVm(frames(40, 40));
            assertThat(receive(vm, 80)).isEqualTo(numbers(0, 80));
            lab.toVm(frames(80, 5));
            assertThat(receive(vm, 5)).isEqualTo(numbers(80, 85));
        }
    }

    @Test
    void waitingForRoomTakesFewTurns() {
        lab.close();
        lab = AttachLab.listening(server, io);
        try (VmSocket vm = unconnected()) {
            long before = lab.turns();
            lab.toVm(frames(0, MORE_THAN_A_QUEUE));
            // 100 ms without progress: then what waits is dropped.
            lab.until("drops", () -> lab.port().toVm().drops(DropCause.VM_FULL) > 0);
            long limit = io == AttachLab.Io.SINGLE_AND_MUTE ? 150 : 15;
            assertThat(lab.turns() - before).isLessThan(limit);
            assertThat(receive(vm, 11)).isEqualTo(numbers(0, 11));
            assertThat(lab.port().toVm().drops(DropCause.VM_FULL))
                    .isEqualTo(MORE_THAN_A_QUEUE - 11);
            lab.toVm(frames(200, 5));
            assertThat(receive(vm, 5)).isEqualTo(numbers(200, 205));
        }
    }

    @Test
    void aConnectedVmThatReadsLateLosesNothing() {
        try (VmSocket vm = VmSocket.vfkit(directory.resolve("vm.sock"), server)) {
            lab.awaitAttached(1);
            // The kernel's bound is our send buffer: fill it, and some more is held.
            int sent = 0;
            while (lab.port().toVm().frames() == sent) {
                lab.toVm(frames(sent, 50));
                sent += 50;
            }
            assertThat(sent).isGreaterThan(1_000);
            assertThat(receive(vm, sent)).isEqualTo(numbers(0, sent));
            assertThat(lab.port().toVm().drops()).isZero();
        }
    }

    @Test
    void aVmThatDiesWhileFramesWaitIsDetachedAndTheNextOneStartsAfresh() {
        unconnectedThenKilled();
        try (VmSocket next = VmSocket.vfkit(directory.resolve("next.sock"), server)) {
            lab.awaitAttached(2);
            lab.toVm(frames(500, 3));
            assertThat(receive(next, 3)).isEqualTo(numbers(500, 503));
        }
    }

    private void unconnectedThenKilled() {
        VmSocket vm = unconnected();
        lab.toVm(frames(0, MORE_THAN_A_QUEUE));
        vm.kill();
        lab.awaitDetached(1);
        assertThat(lab.port().toVm().drops()).isEqualTo(MORE_THAN_A_QUEUE - 11);
    }
}
