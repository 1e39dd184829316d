package switchd.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.attach.testkit.VmSocket;
import switchd.core.Errno;
import switchd.core.PortEvent;
import switchd.core.SwitchdException;
import switchd.core.testkit.Frames;

/// Every call of the set-up fails once.
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux: its poller")
class FaultTest {
    private static final int CALLS = 40;
    private static final List<String> OF_AN_ATTACH =
            List.of("connect", "getpeername", "socket", "bind", "lstat", "unlink");

    @TempDir Path directory;

    private final FaultyPosix faults = new FaultyPosix();

    private AttachLab start() {
        return AttachLab.start(directory.resolve("net.sock"), AttachLab.Io.BATCHES, faults::over);
    }

    private static void failAt(AttachLab lab, FaultyPosix faults, int call, Errno errno)
            throws SwitchdException {
        lab.ask(() -> {
            faults.failAt(call, errno);
            return true;
        });
    }

    @Test
    void aListenThatFailsLeavesNothingBehind() throws Exception {
        Set<String> failed = new HashSet<>();
        try (AttachLab lab = start()) {
            long before = AttachLab.sockets();
            for (int call = 1; call <= 40; call++) {
                failAt(lab, faults, call, Errno.EMFILE);
                try {
                    lab.listenAs(null);
                } catch (SwitchdException e) {
                    assertThat(e.getMessage()).contains("EMFILE");
                }
                failed.add(lab.ask(faults::failed));
                lab.closeAccept();
                assertThat(AttachLab.sockets()).as("after call %d", call).isEqualTo(before);
                try (Stream<Path> left = Files.list(directory)) {
                    assertThat(left).as("after call %d", call).isEmpty();
                }
            }
        }
        assertThat(failed)
                .containsExactlyInAnyOrder(
                        "socket", "fcntl", "setsockopt", "getsockopt", "lstat", "bind", "");
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"EMFILE", "EACCES", "ENOMEM"})
    void anAttachThatFailsIsMadeUpForByTheNextDatagrams(Errno errno) throws Exception {
        try (AttachLab lab = start()) {
            lab.listen();
            attachAndLeave(lab, 0);
            long before = AttachLab.sockets();
            for (int call = 1; call <= CALLS; call++) {
                failAt(lab, faults, call, errno);
                attachAndLeave(lab, call);
                lab.until("no socket more than before", () -> AttachLab.sockets() == before);
            }
            // Each of these for sure, however many calls there were before it.
            int number = CALLS;
            for (String call : OF_AN_ATTACH) {
                lab.ask(() -> {
                    faults.failNext(call, errno);
                    return true;
                });
                attachAndLeave(lab, ++number);
                assertThat(lab.ask(faults::failed)).isEqualTo(call);
                lab.until("no socket more than before", () -> AttachLab.sockets() == before);
            }
        }
    }

    /// A VM that sends until it is answered, as a guest does with DHCP.
    private void attachAndLeave(AttachLab lab, int number) {
        Path local = directory.resolve("vm" + number + ".sock");
        try (VmSocket vm = VmSocket.bound(local)) {
            int before = lab.frames().size();
            lab.until(
                    "a frame of the VM",
                    () -> {
                        vm.sendTo(
                                lab.path(), Frames.frame(Frames.BROADCAST, Frames.mac(1), number));
                        return lab.frames().size() > before;
                    });
            lab.until(
                    "a frame for the VM",
                    () -> {
                        vm.sendTo(
                                lab.path(), Frames.frame(Frames.BROADCAST, Frames.mac(1), number));
                        lab.toVm(Frames.frame(Frames.BROADCAST, Frames.mac(1), 1_000 + number));
                        byte[] received = vm.receive(Duration.ofMillis(5));
                        return received.length > 0 && Frames.number(received) == 1_000 + number;
                    });
        }
        lab.until(
                "the VM detached",
                () -> {
                    lab.toVm(Frames.frame(Frames.BROADCAST, Frames.mac(1), 0));
                    return !lab.port().isAttached();
                });
    }

    @ParameterizedTest
    @EnumSource(
            value = Errno.class,
            names = {"EMFILE", "EACCES", "EIO"})
    void aLookThatFailsDetachesNoLivingVm(Errno errno) throws Exception {
        try (AttachLab lab = start()) {
            lab.listen();
            try (VmSocket vm = VmSocket.vfkit(directory.resolve("vm.sock"), lab.path())) {
                lab.awaitAttached(1);
                for (int call = 1; call <= 5; call++) {
                    failAt(lab, faults, call, errno);
                    lab.until("a failed look", () -> lab.ask(faults::hasFailed));
                    vm.send(Frames.frame(Frames.BROADCAST, Frames.mac(1), call));
                    lab.awaitFrames(call);
                }
                assertThat(lab.events(PortEvent.Detached.class)).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void aPollerThatRefusesADescriptorLeavesNothingBehind(int watch) throws Exception {
        try (AttachLab lab = start()) {
            lab.listen();
            attachAndLeave(lab, 0);
            long before = AttachLab.sockets();
            lab.refuseWatch(watch);
            attachAndLeave(lab, 1);
            attachAndLeave(lab, 2);
            lab.until("no socket more than before", () -> AttachLab.sockets() == before);
        }
    }

    @Test
    void aPollerThatRefusesTheListenerLeavesNothingBehind() throws Exception {
        try (AttachLab lab = start()) {
            long before = AttachLab.sockets();
            lab.refuseWatch(1);
            assertThatThrownBy(() -> lab.listenAs(null)).hasMessageContaining("ENOSPC");
            assertThat(AttachLab.sockets()).isEqualTo(before);
            assertThat(directory).isEmptyDirectory();
        }
    }

    @Test
    void smallBuffersAreToldOnce() throws Exception {
        try (AttachLab lab =
                AttachLab.start(
                        directory.resolve("net.sock"), AttachLab.Io.BATCHES, SmallBuffers::of)) {
            lab.listen();
            try (VmSocket _ = VmSocket.vfkit(directory.resolve("vm.sock"), lab.path())) {
                lab.awaitAttached(1);
            }
            assertThat(lab.events(PortEvent.SmallBuffers.class))
                    .containsExactly(
                            new PortEvent.SmallBuffers(
                                    "vm1", lab.path().toString(), 1 << 20, 8192, 4 << 20, 8192));
        }
    }
}
