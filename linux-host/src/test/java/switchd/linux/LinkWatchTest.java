package switchd.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.linux.TestLan.BRIDGE;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.BridgedNetwork;
import switchd.core.Errno;
import switchd.core.EventLoop;
import switchd.core.Guards;
import switchd.core.InterfaceName;
import switchd.core.MacPolicy;
import switchd.core.Port;
import switchd.core.PortEvent;
import switchd.core.SyscallException;
import switchd.posix.testkit.NeedsRoot;

/// What is noticed of interfaces where the kernel tells, and where it does not.
@NeedsRoot
@Timeout(30)
final class LinkWatchTest {
    private static final long MILLI = 1_000_000;
    private static final int ENOMEM = 12;
    private static final int MORE_THAN_FIT = 500;

    private long takenOutAt;

    /// What the kernel would say to a call, and what is said instead.
    private interface Answers {
        Object instead(String call, Object answer);
    }

    private static Linux with(Linux linux, Answers answers) {
        return (Linux)
                Proxy.newProxyInstance(
                        Linux.class.getClassLoader(),
                        new Class<?>[] {Linux.class},
                        (_, method, arguments) -> {
                            try {
                                Object answer = method.invoke(linux, arguments);
                                return answers.instead(method.getName(), answer);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    /// Linux, but that nobody can hear of interfaces.
    private static Linux deaf(Linux linux) {
        return with(linux, (call, answer) -> call.equals("bind") ? -ENOMEM : answer);
    }

    /// Takes a TAP out of its bridge and waits until there is another one.
    private List<PortEvent> heal(TestLan lan, Linux linux) throws Exception {
        return heal(lan, linux, 0);
    }

    /// As [#heal(TestLan, Linux)], after so many other changes at once.
    private List<PortEvent> heal(TestLan lan, Linux linux, int changes) throws Exception {
        List<PortEvent> events = new ArrayList<>();
        try (LinuxHost host = new LinuxHost(linux, lan.arena)) {
            EventLoop loop = new EventLoop(host.openPoller(), System::nanoTime);
            host.start(loop);
            BridgedNetwork network =
                    new BridgedNetwork("lan", host.openBridge(BRIDGE), loop, lan.arena);
            Port port =
                    new Port(
                            "vm",
                            loop,
                            network,
                            new MacPolicy.Auto(),
                            Guards.USUAL,
                            event -> {
                                events.add(event);
                                if (event instanceof PortEvent.UplinkBack) {
                                    loop.stop();
                                }
                            },
                            lan.arena);
            network.join(port);
            InterfaceName tap = network.uplinkOf(port);
            assertThat(tap).isNotNull();
            loop.timer(() -> takeOut(lan, tap, changes)).set(MILLI);
            loop.run();
            network.close();
        }
        return events;
    }

    private void takeOut(TestLan lan, InterfaceName tap, int changes) {
        try {
            for (int i = 1; i <= changes; i++) {
                lan.netlink.setMtu(TestLan.NIC, i % 2 == 0 ? 1500 : 1400);
            }
            lan.netlink.setNoMaster(tap);
            takenOutAt = System.nanoTime();
        } catch (SyscallException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertHealed(List<PortEvent> events) {
        assertThat(events).hasSize(2);
        assertThat(events.getFirst().text()).contains("is no member of br0 any more");
        assertThat(events.getLast()).isInstanceOf(PortEvent.UplinkBack.class);
    }

    @Test
    void whatTheKernelTellsIsNoticedAtOnceAndNothingIsLeft() throws Exception {
        TestLan.run(
                true,
                lan -> {
                    long descriptors = descriptors();
                    assertHealed(heal(lan, lan.linux));
                    assertThat(System.nanoTime() - takenOutAt).isLessThan(1500 * MILLI);
                    assertThat(descriptors()).isEqualTo(descriptors);
                    assertThat(lan.netlink.members(lan.netlink.require(BRIDGE).index())).hasSize(1);
                });
    }

    @Test
    void whatItDoesNotTellIsFoundByLooking() throws Exception {
        TestLan.run(true, lan -> assertHealed(heal(lan, deaf(lan.linux))));
    }

    /// The loop reads none of them meanwhile, and the socket's buffer is soon full.
    @Test
    void changesThatTheKernelCouldNotTellAreNoticedAtOnceToo() throws Exception {
        TestLan.run(
                true,
                lan -> {
                    AtomicInteger losses = new AtomicInteger();
                    Linux counting =
                            with(
                                    lan.linux,
                                    (call, answer) -> {
                                        if (call.equals("recvfrom")
                                                && Errno.ENOBUFS.is((long) answer)) {
                                            losses.incrementAndGet();
                                        }
                                        return answer;
                                    });
                    List<PortEvent> events = heal(lan, counting, MORE_THAN_FIT);
                    assertThat(losses).hasPositiveValue();
                    assertHealed(events);
                    assertThat(System.nanoTime() - takenOutAt).isLessThan(1500 * MILLI);
                });
    }

    private static long descriptors() throws Exception {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
