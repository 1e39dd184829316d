package switchd.daemon.it;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import switchd.core.Counters;
import switchd.core.PortEvent;
import switchd.daemon.Daemon;
import switchd.daemon.DaemonEvent;
import switchd.daemon.DaemonSpec;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.Namespace;
import switchd.linux.Linux;
import switchd.linux.NativeLinux;
import switchd.posix.Downcalls;
import switchd.posix.Fd;
import switchd.posix.PosixConstants;

/// A daemon in this process whose network is a lab's host namespace.
final class InHost implements AutoCloseable {
    private static final int CLONE_NEWNET = 0x4000_0000;
    private static final MethodHandle SETNS =
            Downcalls.linkWithoutErrno(
                    "setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    private final Daemon daemon;
    private final Queue<DaemonEvent> events;

    private InHost(Daemon daemon, Queue<DaemonEvent> events) {
        this.daemon = daemon;
        this.events = events;
    }

    /// Starts it; closed with the lab.
    static InHost start(Lab lab, DaemonSpec spec) throws Exception {
        Queue<DaemonEvent> events = new ConcurrentLinkedQueue<>();
        // The threads that a thread starts are in its namespace.
        Daemon daemon = call(lab.host(), () -> Daemon.start(spec, events::add));
        return lab.add(new InHost(daemon, events));
    }

    /// Does work on a thread that is in a namespace.
    static <T> T call(Namespace namespace, Callable<T> work) throws Exception {
        FutureTask<T> task =
                new FutureTask<>(() -> {
                    enter("/run/netns/" + namespace.name());
                    return work.call();
                });
        Thread thread = Thread.ofPlatform().name("in-host").start(task);
        T result = task.get();
        thread.join();
        return result;
    }

    private static void enter(String namespace) throws Exception {
        try (Arena arena = Arena.ofConfined()) {
            Linux linux = new NativeLinux(arena);
            int number = linux.open(arena.allocateFrom(namespace), PosixConstants.O_CLOEXEC);
            assertThat(number).as(namespace).isNotNegative();
            Fd fd = new Fd(linux, number);
            assertThat((int) SETNS.invokeExact(number, CLONE_NEWNET)).as("setns").isZero();
            fd.close();
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    Daemon daemon() {
        return daemon;
    }

    /// What has happened at the ports so far.
    List<PortEvent> events() {
        return events.stream().map(DaemonEvent::cause).filter(Objects::nonNull).toList();
    }

    /// Waits for an event of that name.
    DaemonEvent awaitEvent(String name) {
        List<DaemonEvent> found = new ArrayList<>();
        Await.until(
                name,
                Await.SHORT,
                () -> {
                    events.stream()
                            .filter(event -> event.event().equals(name))
                            .findFirst()
                            .ifPresent(found::add);
                    return !found.isEmpty();
                });
        return found.getFirst();
    }

    Counters toLan(String port) throws Exception {
        return traffic(port).toLan();
    }

    Counters toVm(String port) throws Exception {
        return traffic(port).toVm();
    }

    private Daemon.Traffic traffic(String port) throws Exception {
        return daemon.traffic().stream()
                .filter(traffic -> traffic.name().equals(port))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        daemon.close();
    }
}
