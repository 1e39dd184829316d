package switchd.launchd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.DatagramPacket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.newsclub.net.unix.AFUNIXDatagramSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import switchd.core.Errno;
import switchd.core.SyscallException;
import switchd.core.UsageException;
import switchd.posix.NativePosix;

class ServiceManagerTest {
    private static final int SECONDS = 10;
    private static final long PID = 4711;

    private final Arena arena = Arena.ofConfined();
    private final FakeLaunch launch = new FakeLaunch();

    @AfterEach
    void close() {
        arena.close();
    }

    private ServiceManager open(Map<String, String> variables) throws Exception {
        return ServiceManager.open(
                new NativePosix(arena),
                new Environment(launch, variables),
                PID,
                () -> TimeUnit.SECONDS.toNanos(5) + 999,
                1);
    }

    private static String receive(AFUNIXDatagramSocket socket) throws IOException {
        socket.setSoTimeout(SECONDS * 1000);
        DatagramPacket packet = new DatagramPacket(new byte[1000], 1000);
        socket.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), UTF_8);
    }

    @Test
    void everyStateIsTold(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("notify");
        try (AFUNIXDatagramSocket systemd = AFUNIXDatagramSocket.newInstance()) {
            systemd.bind(AFUNIXSocketAddress.of(path));
            try (ServiceManager manager = open(Map.of("NOTIFY_SOCKET", path.toString()))) {
                manager.ready("2 ports\nREADY=0");
                manager.reloading();
                manager.status("über");
                manager.stopping();
                assertThat(
                                List.of(
                                        receive(systemd),
                                        receive(systemd),
                                        receive(systemd),
                                        receive(systemd)))
                        .containsExactly(
                                "READY=1\nSTATUS=2 ports READY=0",
                                "RELOADING=1\nMONOTONIC_USEC=5000000",
                                "STATUS=über",
                                "STOPPING=1");
            }
        }
        assertThat(launch.unset).containsExactly("NOTIFY_SOCKET");
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux: abstract names")
    void anAbstractNameIsReached() throws Exception {
        String name = "switchd-test-" + ProcessHandle.current().pid();
        try (AFUNIXDatagramSocket systemd = AFUNIXDatagramSocket.newInstance()) {
            systemd.bind(AFUNIXSocketAddress.inAbstractNamespace(name));
            try (ServiceManager manager = open(Map.of("NOTIFY_SOCKET", "@" + name))) {
                manager.stopping();
                assertThat(receive(systemd)).isEqualTo("STOPPING=1");
            }
        }
    }

    @Test
    void aDescriptorGoesToTheStoreAndIsTakenOut(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("notify");
        try (AFUNIXDatagramSocket systemd = AFUNIXDatagramSocket.newInstance()) {
            systemd.bind(AFUNIXSocketAddress.of(path));
            systemd.setAncillaryReceiveBufferSize(64);
            try (ServiceManager manager = open(Map.of("NOTIFY_SOCKET", path.toString()))) {
                manager.store("one.datagram.x", 0);
                manager.remove("one.datagram.x");
                assertThat(receive(systemd)).isEqualTo("FDSTORE=1\nFDNAME=one.datagram.x");
                assertThat(systemd.getReceivedFileDescriptors()).hasSize(1);
                assertThat(receive(systemd)).isEqualTo("FDSTOREREMOVE=1\nFDNAME=one.datagram.x");
            }
        }
    }

    @Test
    void withoutASocketNothingIsTold() throws Exception {
        try (ServiceManager manager = open(Map.of())) {
            manager.ready("");
            manager.stopping();
        }
        assertThat(launch.unset).isEmpty();
    }

    @Test
    @SuppressWarnings("try") // closes early
    void aSocketThatIsGoneStopsNothing(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("notify");
        try (AFUNIXDatagramSocket systemd = AFUNIXDatagramSocket.newInstance()) {
            systemd.bind(AFUNIXSocketAddress.of(path));
            try (ServiceManager manager = open(Map.of("NOTIFY_SOCKET", path.toString()))) {
                systemd.close();
                assertThatThrownBy(() -> manager.ready(""))
                        .isInstanceOf(SyscallException.class)
                        .hasMessageStartingWith("sendmsg(NOTIFY_SOCKET, READY=1): ");
                manager.close();
            }
        }
    }

    @Test
    void aWatchdogIsFedTwiceAsOftenAsItAsks(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("notify");
        Map<String, String> asked =
                Map.of(
                        "NOTIFY_SOCKET", path.toString(),
                        "WATCHDOG_USEC", "30000000",
                        "WATCHDOG_PID", Long.toString(PID));
        try (AFUNIXDatagramSocket systemd = AFUNIXDatagramSocket.newInstance()) {
            systemd.bind(AFUNIXSocketAddress.of(path));
            try (ServiceManager manager = open(asked)) {
                Watchdog watchdog = Objects.requireNonNull(manager.watchdog());
                assertThat(watchdog.periodNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(15));
                watchdog.feed(new NativePosix(arena));
                assertThat(receive(systemd)).isEqualTo("WATCHDOG=1");
            }
        }
        assertThat(launch.unset)
                .containsExactlyInAnyOrder("NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID");
    }

    /// Whoever feeds it is the thread that moves frames.
    @Test
    void aManagerThatDoesNotReadHoldsNobodyUp(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("notify");
        Map<String, String> asked =
                Map.of("NOTIFY_SOCKET", path.toString(), "WATCHDOG_USEC", "3000000");
        try (AFUNIXDatagramSocket systemd = AFUNIXDatagramSocket.newInstance()) {
            systemd.bind(AFUNIXSocketAddress.of(path));
            try (ServiceManager manager = open(asked)) {
                Watchdog watchdog = Objects.requireNonNull(manager.watchdog());
                NativePosix posix = new NativePosix(arena);
                for (int i = 0; i < 10_000; i++) {
                    watchdog.feed(posix);
                }
                assertThat(receive(systemd)).isEqualTo("WATCHDOG=1");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"30000000, 1", "0, 4711", "'', 4711", "-1, 4711", "1e6, 4711", ", 4711"})
    void nobodyElsesWatchdogIsFed(@Nullable String micros, String pid, @TempDir Path folder)
            throws Exception {
        Path path = folder.resolve("notify");
        Map<String, String> asked = new HashMap<>();
        asked.put("NOTIFY_SOCKET", path.toString());
        asked.put("WATCHDOG_PID", pid);
        if (micros != null) {
            asked.put("WATCHDOG_USEC", micros);
        }
        try (AFUNIXDatagramSocket systemd = AFUNIXDatagramSocket.newInstance()) {
            systemd.bind(AFUNIXSocketAddress.of(path));
            try (ServiceManager manager = open(asked)) {
                assertThat(manager.watchdog()).isNull();
            }
        }
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux: datagrams that wait for room")
    void oneThatDoesNotReadIsWaitedForAWhile(@TempDir Path folder) throws Exception {
        Path path = folder.resolve("notify");
        try (AFUNIXDatagramSocket systemd = AFUNIXDatagramSocket.newInstance()) {
            systemd.bind(AFUNIXSocketAddress.of(path));
            try (ServiceManager manager = open(Map.of("NOTIFY_SOCKET", path.toString()))) {
                assertThatThrownBy(() -> fill(manager))
                        .isInstanceOfSatisfying(
                                SyscallException.class,
                                e -> assertThat(e.is(Errno.EAGAIN)).isTrue())
                        .hasMessageContaining("FDSTORE=1");
                receive(systemd);
                receive(systemd);
                manager.store("one.more", 0);
            }
        }
    }

    private static void fill(ServiceManager manager) throws SyscallException {
        for (int i = 0; i < 10_000; i++) {
            manager.store("one.datagram." + i, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "@", "relative", "vsock:2:1"})
    void aNameThatIsNoneIsRefused(String name) {
        assertThatThrownBy(() -> open(Map.of("NOTIFY_SOCKET", name)))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("NOTIFY_SOCKET");
    }

    @Test
    void aSocketThatIsNotThereIsNamed(@TempDir Path folder) {
        assertThatThrownBy(() -> open(Map.of("NOTIFY_SOCKET", folder + "/none")))
                .isInstanceOfSatisfying(
                        SyscallException.class, e -> assertThat(e.is(Errno.ENOENT)).isTrue())
                .hasMessageContaining("NOTIFY_SOCKET");
    }
}
