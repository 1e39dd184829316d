package switchd.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.linux.TestLan.BRIDGE;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.BridgedNetwork;
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

    /// Linux, but that nobody can hear of interfaces.
    private static Linux deaf(Linux linux) {
        return (Linux)
                Proxy.newProxyInstance(
                        Linux.class.getClassLoader(),
                        new Class<?>[] {Linux.class},
                        (_, method, arguments) -> {
                            if (method.getName().equals("bind")) {
                                return -ENOMEM;
                            }
                            try {
                                return method.invoke(linux, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getCause();
                            }
                        });
    }

    /// Takes a TAP out of its bridge and waits until there is another one.
    private static List<PortEvent> heal(TestLan lan, Linux linux) throws Exception {
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
            loop.timer(() -> takeOut(lan, tap)).set(MILLI);
            loop.run();
            network.close();
        }
        return events;
    }

    private static void takeOut(TestLan lan, InterfaceName tap) {
        try {
            lan.netlink.setNoMaster(tap);
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
                    long before = System.nanoTime();
                    assertHealed(heal(lan, lan.linux));
                    assertThat(System.nanoTime() - before).isLessThan(1500 * MILLI);
                    assertThat(descriptors()).isEqualTo(descriptors);
                    assertThat(lan.netlink.members(lan.netlink.require(BRIDGE).index())).hasSize(1);
                });
    }

    @Test
    void whatItDoesNotTellIsFoundByLooking() throws Exception {
        TestLan.run(true, lan -> assertHealed(heal(lan, deaf(lan.linux))));
    }

    private static long descriptors() throws Exception {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
