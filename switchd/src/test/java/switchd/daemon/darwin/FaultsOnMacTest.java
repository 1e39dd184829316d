package switchd.daemon.darwin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.daemon.Daemon;
import switchd.daemon.host.Writer;
import switchd.darwin.testkit.Profile;

/// Every call that opening a port makes fails once, with each error that it can give: the port
/// comes about all the same, or a message names the call, and nothing is left.
@Timeout(300)
final class FaultsOnMacTest {
    private static final String ONE = "02:00:00:00:00:01";

    /// What a call may say, by its name; an `ioctl` by its request. Source: kernel-semantics of
    /// XNU's networking, and the manual's lists for what every call may say.
    private static final Map<String, List<String>> ERRORS =
            Map.ofEntries(
                    Map.entry("socket", List.of("EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "EPERM")),
                    Map.entry("socketpair", List.of("EMFILE", "ENOBUFS")),
                    Map.entry("kqueue", List.of("EMFILE", "ENOMEM")),
                    // Waits and wake-ups are among them: KqueuePollerTest fails what can fail.
                    Map.entry("kevent64", List.of()),
                    // Answers no error, but that there is no such user.
                    Map.entry("getpwnam", List.of()),
                    // The descriptor is gone whatever it says.
                    Map.entry("close", List.of()),
                    Map.entry("open", List.of("EACCES", "EMFILE", "ENOENT", "EBUSY", "ENOSPC")),
                    Map.entry("bind", List.of("EACCES", "EADDRINUSE", "EADDRNOTAVAIL", "ENOSPC")),
                    Map.entry("connect", List.of("EACCES", "ENOBUFS")),
                    Map.entry("mkdir", List.of("EACCES", "ENOSPC", "EROFS", "ENOENT")),
                    Map.entry("chown", List.of("EPERM", "EROFS")),
                    Map.entry("lstat", List.of("EACCES", "EIO")),
                    Map.entry("write", List.of("ENOSPC", "EIO")),
                    Map.entry("setsockopt", List.of("ENOBUFS", "EINVAL")),
                    Map.entry("getsockopt", List.of("EINVAL")),
                    Map.entry(
                            "SIOCIFCREATE2",
                            List.of("EPERM", "EBUSY", "EEXIST", "ENXIO", "ENOMEM", "ENOBUFS")),
                    Map.entry("SIOCSIFDESC", List.of("EPERM", "EOPNOTSUPP", "ENXIO")),
                    Map.entry(
                            "SIOCSDRVSPEC", List.of("EBUSY", "EINVAL", "ENOENT", "ENXIO", "EPERM")),
                    Map.entry("SIOCGDRVSPEC", List.of("EINVAL", "ENXIO")),
                    Map.entry("SIOCSIFMTU", List.of("EINVAL", "ENXIO")),
                    Map.entry("SIOCSIFFLAGS", List.of("EPERM", "ENXIO")),
                    Map.entry("BIOCSBLEN", List.of("EINVAL", "ENOMEM")),
                    Map.entry("BIOCSETF", List.of("EINVAL", "ENOBUFS")),
                    Map.entry("BIOCSETIF", List.of("ENXIO", "ENOMEM", "ENETDOWN")),
                    Map.entry("BIOCGDLT", List.of("EINVAL")));

    /// Calls, with one error or with any, without which a port comes about all the same: what newer
    /// kernels offer, what a former process may have left, the journal, what kinds of interfaces
    /// and which settings there are, what members a bridge has (one that goes meanwhile is ENXIO),
    /// the socket of kernel events, the trials that find out what sockets can do, and root's
    /// rights, which are asked for twice.
    private static final Set<String> TOLERATED =
            Set.of(
                    "BIOCSHEADDROP",
                    "BIOCSNOTSTAMP",
                    "BIOCSDVRTIN",
                    "BIOCSBATCHWRITE",
                    "SIOCSIFDESC",
                    "SIOCGIFDESC",
                    "kill",
                    "freeifaddrs",
                    "mkdir",
                    "lstat",
                    "open",
                    "write",
                    "socket",
                    "SIOCSKEVFILT",
                    "SIOCGIFTYPE",
                    "SIOCGIFFLAGS ENXIO",
                    "SIOCGIFMTU ENXIO",
                    "getifaddrs",
                    "sysctlbyname",
                    "socketpair",
                    "kqueue",
                    "setsockopt",
                    "getsockopt",
                    "sendmsg",
                    "recvmsg",
                    "sendmsg_x",
                    "recvmsg_x",
                    "fcntl",
                    "seteuid");

    private static final List<String> ANY = List.of("EINVAL", "ENXIO", "ENOMEM");

    private static Stream<Arguments> ways() {
        return Stream.of(Profile.values())
                .flatMap(profile ->
                        Stream.of(Writer.NDRV, Writer.BPF)
                                .map(writer -> Arguments.of(profile, writer)));
    }

    @ParameterizedTest
    @MethodSource("ways")
    void aFailedCallLeavesNothing(Profile profile, Writer writer) throws Exception {
        List<String> calls = callsOfOpening(profile, writer);
        assertThat(calls).contains("SIOCIFCREATE2", "SIOCSIFDESC", "SIOCSDRVSPEC", "BIOCSETIF");
        Set<String> tolerated = new LinkedHashSet<>();
        List<String> wrong = new ArrayList<>();
        int tried = 0;
        for (int i = 0; i < calls.size(); i++) {
            for (String errno : ERRORS.getOrDefault(calls.get(i), ANY)) {
                tried++;
                try {
                    if (!fails(profile, writer, i + 1, calls.get(i), errno)) {
                        tolerated.add(calls.get(i) + " " + errno);
                    }
                } catch (AssertionError e) {
                    wrong.add(String.valueOf(e.getMessage()));
                }
            }
        }
        System.out.println(
                "%s, %s: %d calls, %d faults".formatted(profile, writer, calls.size(), tried));
        assertThat(wrong).isEmpty();
        assertThat(tolerated)
                .allMatch(fault ->
                        TOLERATED.contains(fault)
                                || TOLERATED.contains(fault.substring(0, fault.indexOf(' '))));
    }

    private static List<String> callsOfOpening(Profile profile, Writer writer) throws Exception {
        try (Mac mac = new Mac(profile)) {
            mac.process.faults().arm();
            try (Daemon daemon = mac.bridged(writer, Mac.port("one", ONE))) {
                List<String> calls = mac.process.faults().calls();
                assertThat(daemon.status().ports()).hasSize(1);
                // The sockets are there when root's rights are back; what follows is the loop's.
                return calls.subList(0, calls.lastIndexOf("seteuid") + 1);
            }
        }
    }

    /// @return false where the daemon starts all the same
    private static boolean fails(Profile profile, Writer writer, int n, String call, String errno)
            throws Exception {
        String fault = "%s, %s: call %d, %s, %s".formatted(profile, writer, n, call, errno);
        try (Mac mac = new Mac(profile)) {
            mac.process.faults().arm();
            mac.process.faults().failAt(n, errno);
            @Nullable SwitchdException failure = null;
            try (Daemon daemon = mac.bridged(writer, Mac.port("one", ONE))) {
                assertThat(daemon.status().ports()).as(fault).hasSize(1);
            } catch (SwitchdException e) {
                failure = e;
            } catch (RuntimeException e) {
                throw new AssertionError(fault + "\n" + mac.process.calls(), e);
            }
            assertThat(mac.added()).as(fault).isEmpty();
            assertThat(mac.process.descriptors()).as(fault).isZero();
            assertThat(mac.kernel.files().exists("/var/run/switchd")).as(fault).isFalse();
            if (failure != null) {
                assertThat(namesTheCall(failure, errno)).as(fault + ": " + failure).isTrue();
            }
            return failure != null;
        }
    }

    /// True where the message, or that of its cause, has the call and the error's name.
    private static boolean namesTheCall(Throwable failure, String errno) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SyscallException
                    && String.valueOf(cause.getMessage()).contains(errno)) {
                return String.valueOf(cause.getMessage()).contains("(");
            }
        }
        return String.valueOf(failure.getMessage()).contains(errno);
    }
}
