package switchd.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import switchd.core.EventLoop;
import switchd.core.MacPolicy;
import switchd.core.SwitchdException;
import switchd.daemon.host.Hosts;
import switchd.daemon.host.Writer;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.VmClient;
import switchd.posix.PosixHost;

/// A daemon with two loops.
@Timeout(60)
final class LoopsTest {
    private static final String FIRST = "switchd-loop-0";
    private static final String SECOND = "switchd-loop-1";
    private static final String MAC = "02:00:00:00:0f:01";

    @TempDir private Path directory = Path.of("");

    private final Map<String, EventLoop> loops = new ConcurrentHashMap<>();
    private final Queue<DaemonEvent> events = new ConcurrentLinkedQueue<>();
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    private static NetworkSpec network(String name) {
        return new NetworkSpec(name, new NetworkSpec.Isolated(), null);
    }

    private PortSpec port(String name, String network) {
        return PortSpec.of(name, network, new MacPolicy.Any()).at(socket(name).toString());
    }

    private static PortSpec temporary(PortSpec port) {
        return new PortSpec(
                port.name(),
                port.network(),
                port.macPolicy(),
                port.socket(),
                port.stream(),
                port.access(),
                port.up(),
                true,
                port.descriptor(),
                port.guards());
    }

    private Path socket(String port) {
        return directory.resolve(port + "/net.sock");
    }

    /// Ports `a1`, `a2` on `a` and so on.
    private DaemonSpec spec(String... ports) {
        List<NetworkSpec> networks =
                Stream.of(ports)
                        .map(port -> port.substring(0, 1))
                        .distinct()
                        .map(LoopsTest::network)
                        .toList();
        List<PortSpec> all =
                Stream.of(ports).map(port -> port(port, port.substring(0, 1))).toList();
        return new DaemonSpec(networks, all, Writer.AUTO, 2);
    }

    private Daemon start(DaemonSpec spec) throws SwitchdException {
        return Daemon.start(
                spec,
                this::host,
                event -> {
                    told.add(Thread.currentThread().getName());
                    events.add(event);
                });
    }

    /// That of this kernel; takes note of the loop.
    private PosixHost host(Arena arena) throws SwitchdException {
        PosixHost host = Hosts.open(arena, Writer.AUTO);
        return (PosixHost)
                Proxy.newProxyInstance(
                        PosixHost.class.getClassLoader(),
                        new Class<?>[] {PosixHost.class},
                        (_, method, arguments) -> {
                            if (method.getName().equals("start")) {
                                String thread = Thread.currentThread().getName();
                                loops.put(thread, (EventLoop) arguments[0]);
                            }
                            try {
                                return method.invoke(host, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    private EventLoop second() {
        return Objects.requireNonNull(loops.get(SECOND));
    }

    private static Map<String, String> placesOf(Daemon daemon) throws SwitchdException {
        return daemon.status().networks().stream()
                .collect(Collectors.toMap(Status.NetworkStatus::name, Status.NetworkStatus::loop));
    }

    private void await(String event, String port) {
        Await.until(
                event + " of " + port,
                Await.SHORT,
                () ->
                        events.stream()
                                .anyMatch(one ->
                                        one.event().equals(event) && port.equals(one.port())));
    }

    private void talk(VmClient from, VmClient to) {
        byte[] frame = Frames.sized(Frames.BROADCAST, MAC, 60);
        from.send(frame);
        to.await(frame);
    }

    @Test
    void networksGoWhereTheFewestPortsAreAndStayThere() throws Exception {
        try (Daemon daemon = start(spec("a1", "a2", "a3", "b1", "c1"))) {
            Map<String, String> before = Map.of("a", FIRST, "b", SECOND, "c", SECOND);
            assertThat(placesOf(daemon)).isEqualTo(before);
            assertThat(daemon.status().daemon().loops())
                    .extracting(Status.LoopStatus::name)
                    .containsExactly(FIRST, SECOND);

            DaemonSpec without = spec("b1", "c1", "c2", "c3", "c4", "c5");
            Reload.Result result = daemon.reload(without, () -> {});
            assertThat(result.networks().unchanged()).containsExactlyInAnyOrder("b", "c");
            assertThat(placesOf(daemon)).isEqualTo(Map.of("b", SECOND, "c", SECOND));

            daemon.reload(spec("b1", "c1", "c2", "c3", "c4", "c5", "d1"), () -> {});
            assertThat(placesOf(daemon)).containsEntry("d", FIRST).containsEntry("c", SECOND);
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void framesEventsAndCommandsAreAsOnOneLoop() throws Exception {
        try (Daemon daemon = start(spec("a1", "a2", "b1", "b2"))) {
            for (String network : List.of("a", "b")) {
                try (VmClient one = VmClient.vfkit(socket(network + "1"));
                        VmClient two = VmClient.vfkit(socket(network + "2"))) {
                    await("attached", network + "1");
                    await("attached", network + "2");
                    talk(one, two);
                    daemon.removePort(network + "2");
                    daemon.addPort(port(network + "2", network));
                    try (VmClient again = VmClient.vfkit(socket(network + "2"))) {
                        talk(again, one);
                    }
                }
            }
            daemon.ask(operations -> operations.detach("b2")).join();
            assertThat(events.stream().filter(event -> "b2".equals(event.port())))
                    .extracting(DaemonEvent::event)
                    .containsSubsequence("attached", "detached", "portRemoved", "portAdded");
            assertThat(told).containsExactly(FIRST);
            assertThat(daemon.traffic())
                    .extracting(Daemon.Traffic::name)
                    .containsExactlyInAnyOrder("a1", "a2", "b1", "b2");
        }
        assertThat(Stream.of("a1", "a2", "b1", "b2").map(this::socket)).noneMatch(Files::exists);
    }

    @Test
    void aTemporaryPortOfTheOtherLoopGoesWithItsVm() throws Exception {
        try (Daemon daemon = start(spec("a1", "b1"))) {
            daemon.addPort(temporary(port("b2", "b")));
            try (VmClient _ = VmClient.vfkit(socket("b2"))) {
                await("attached", "b2");
            }
            await("portRemoved", "b2");
            assertThat(daemon.status().ports())
                    .extracting(Status.PortStatus::name)
                    .containsExactly("a1", "b1");
        }
    }

    @Test
    void whereOneLoopFailsAllEndAndLeaveNothing() throws Exception {
        Daemon daemon = start(spec("a1", "b1"));
        second().execute(() -> {
            throw new InternalError("for a test");
        });
        daemon.awaitEnd();
        daemon.close(); // waits for the other one
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    @SuppressWarnings("try") // ends early
    void aLoopThatHangsKeepsNoOtherFromClosing() throws Exception {
        CountDownLatch hanging = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        try (Daemon daemon = start(spec("a1", "b1"))) {
            second().execute(() -> {
                hanging.countDown();
                wait(end);
            });
            hanging.await();
            daemon.close();
            assertThat(socket("a1")).doesNotExist();
            assertThat(socket("b1")).exists();
        } finally {
            end.countDown();
        }
        Await.until("it goes on", Await.SHORT, () -> !Files.exists(socket("b1")));
    }

    private static void wait(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
