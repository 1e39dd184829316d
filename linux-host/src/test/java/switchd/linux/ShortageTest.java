package switchd.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.linux.TestLan.BRIDGE;
import static switchd.linux.TestLan.NIC;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.Errno;
import switchd.core.InterfaceName;
import switchd.core.Lan;
import switchd.core.SwitchdException;
import switchd.core.Uplink;
import switchd.posix.testkit.NeedsRoot;

/// Each call that opening a LAN and an uplink makes finds no memory in the kernel, once: the uplink
/// is there all the same, or the error names the call and nothing is left.
@NeedsRoot
@Timeout(60)
final class ShortageTest {
    private static final InterfaceName MADE = new InterfaceName("br9");

    /// What answers no error, or must not be counted on to fail.
    private static final Set<String> NEVER = Set.of("close", "geteuid", "getegid", "umask");

    /// Opens a LAN.
    @FunctionalInterface
    private interface Opening {
        Lan on(LinuxHost host) throws SwitchdException;
    }

    /// The kernel, of which one call fails.
    private static final class Scarce {
        private final Linux kernel;
        private final int failing;
        private final Errno errno;
        private final List<String> calls = new ArrayList<>();

        /// How many of them it takes until all is open.
        private int opened;

        private Scarce(Linux kernel, int failing, Errno errno) {
            this.kernel = kernel;
            this.failing = failing;
            this.errno = errno;
        }

        private Linux linux() {
            return (Linux)
                    Proxy.newProxyInstance(
                            Linux.class.getClassLoader(),
                            new Class<?>[] {Linux.class},
                            (_, method, arguments) -> call(method, arguments));
        }

        private @Nullable Object call(Method method, Object @Nullable [] arguments)
                throws Throwable {
            boolean counts =
                    !NEVER.contains(method.getName())
                            && (method.getReturnType() == int.class
                                    || method.getReturnType() == long.class);
            if (counts) {
                calls.add(method.getName());
            }
            if (!counts || calls.size() != failing) {
                return made(method, arguments);
            }
            if (method.getName().equals("recvfrom")) {
                made(method, arguments); // the work is done, its answer is lost
            }
            return method.getReturnType() == int.class
                    ? (Object) (-errno.number())
                    : (Object) (long) -errno.number();
        }

        private @Nullable Object made(Method method, Object @Nullable [] arguments)
                throws Throwable {
            try {
                return method.invoke(kernel, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }

    private static long descriptors() throws Exception {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    private static List<String> names(TestLan lan) throws Exception {
        return lan.netlink.links().stream().map(LinkStatus::name).toList();
    }

    /// @return why it is not open
    private static @Nullable SwitchdException open(TestLan lan, Scarce scarce, Opening opening) {
        try (LinuxHost host = new LinuxHost(scarce.linux(), lan.arena);
                Lan opened = opening.on(host);
                Uplink uplink = opened.openUplink(lan.slots)) {
            assertThat(uplink.interfaceName().value()).isNotEmpty();
            scarce.opened = scarce.calls.size();
            return null;
        } catch (SwitchdException e) {
            return e;
        }
    }

    private static void check(boolean bridged, Opening opening, int least) throws Exception {
        TestLan.run(
                bridged,
                lan -> {
                    Scarce plenty = new Scarce(lan.linux, 0, Errno.ENOMEM);
                    assertThat(open(lan, plenty, opening)).isNull();
                    List<String> before = names(lan);
                    long descriptors = descriptors();
                    int refused = 0;
                    for (int call = 1; call <= plenty.opened; call++) {
                        for (Errno errno : List.of(Errno.ENOMEM, Errno.ENOBUFS)) {
                            String what =
                                    "call %d, %s: %s"
                                            .formatted(call, plenty.calls.get(call - 1), errno);
                            SwitchdException failure =
                                    open(lan, new Scarce(lan.linux, call, errno), opening);
                            if (failure != null) {
                                refused++;
                                assertThat(failure).as(what).hasMessageContaining("(");
                                assertThat(failure).as(what).hasMessageContaining(errno.name());
                            }
                            assertThat(names(lan)).as(what).isEqualTo(before);
                            assertThat(descriptors()).as(what).isEqualTo(descriptors);
                        }
                    }
                    assertThat(refused).isGreaterThan(least);
                });
    }

    @Test
    void aTapInABridge() throws Exception {
        check(true, host -> host.openBridge(BRIDGE), 10);
    }

    @Test
    void aBridgeThatIsMade() throws Exception {
        check(true, host -> host.openOrCreateBridge(MADE), 20);
    }

    @Test
    void aNic() throws Exception {
        check(false, host -> host.openInterface(NIC), 5);
    }
}
