package switchd.daemon.darwin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.darwin.testkit.LibcShim;
import switchd.darwin.testkit.OwnJvm;

/// The whole daemon on a library that `switchd.libc` names: every call that it makes goes through
/// its linked functions and C to a kernel in memory.
@Timeout(120)
final class DaemonThroughLibcTest {
    @TempDir private Path directory;

    @Test
    void twoPortsInABridge() throws Exception {
        OwnJvm.run(LibcShim.build(directory), directory, DaemonOnShim.class);
    }

    @Test
    void theCommandItself() throws Exception {
        String printed = bridged("-");
        assertThat(printed).contains("frames pass", "nothing is left").doesNotContain("WARNING:");
    }

    @Test
    void whatALibraryNeedNotHave() throws Exception {
        String[] absent = {
            "getifaddrs",
            "freeifaddrs",
            "kill",
            "recvmsg_x",
            "sendmsg_x",
            "socketpair",
            "sysctlbyname"
        };
        String printed = bridged("-", absent);
        assertThat(printed)
                .contains("frames pass", "nothing is left")
                .contains("what a former switchd may have left is not swept: getifaddrs(): ENOSYS")
                .contains("the settings for feths cannot be read: sysctlbyname(");
        for (String function : List.of("getifaddrs", "socketpair", "sysctlbyname")) {
            assertThat(printed).containsOnlyOnce("libshim.so has no function " + function);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"kqueue", "ioctl", "bind", "seteuid"})
    void whatALibraryMustHaveIsNamed(String function) {
        assertThatThrownBy(() -> bridged("-", function))
                .hasMessageContaining("libshim.so has no function " + function)
                .hasMessageContaining("but was: 69")
                .message()
                .doesNotContain("this is a bug", "\tat ");
    }

    @Test
    void whatAKernelNeedNotKnow() throws Exception {
        String printed =
                bridged(
                        "SIOCSIFDESC=ENOTTY,SIOCGIFDESC=ENOTTY,SIOCGIFTYPE=EOPNOTSUPP"
                                + ",SIOCSKEVFILT=EINVAL,sysctlbyname=EPERM,getifaddrs=EINVAL");
        assertThat(printed)
                .contains("frames pass", "nothing is left")
                .containsOnlyOnce("the kernel does not tell of interfaces")
                .contains("ioctl(SIOCSKEVFILT): EINVAL");
    }

    @Test
    void theCommandWithoutRoot() throws Exception {
        String printed =
                run(
                        LibcShim.build(directory),
                        "501",
                        "-",
                        "--isolated",
                        "--name",
                        "one",
                        "--socket",
                        "/tmp/one/net.sock",
                        "--name",
                        "two",
                        "--socket",
                        "/tmp/two/net.sock");
        assertThat(printed).contains("frames pass", "nothing is left");
    }

    private String bridged(String faults, String... without) throws Exception {
        return run(
                LibcShim.build(directory, without),
                "0",
                faults,
                "--bridge",
                "bridge1",
                "--owner",
                "vmuser",
                "--name",
                "one",
                "--mac",
                "02:00:00:00:00:01",
                "--name",
                "two");
    }

    private String run(Path library, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(arguments));
        command.addAll(List.of("--control", directory.resolve("control.sock").toString()));
        return OwnJvm.run(library, directory, CommandOnShim.class, command.toArray(String[]::new));
    }
}
