package switchd.posix;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.Errno;

/// A JVM of its own becomes a shell, which tells what it finds.
@Timeout(60)
class ExecTest {
    private static final int SIGPIPE = 13;
    private static final int SIGXFSZ = 25;

    /// Becomes what the arguments say.
    static final class Becoming {
        private Becoming() {}

        public static void main(String[] words) {
            try (Arena arena = Arena.ofConfined()) {
                Exec exec = new Exec(new NativePosix(arena), arena);
                exec.rename("KEPT_VALUE", "VALUE");
                exec.rename("KEPT_NOTHING", "NOTHING");
                if (Boolean.getBoolean("ignore")) {
                    exec.ignore(1L << (SIGPIPE - 1) | 1L << (SIGXFSZ - 1));
                }
                exec.pass(0, !Boolean.getBoolean("closed"));
                System.exit(-exec.become(Arrays.asList(words), UTF_8));
            }
        }
    }

    private record Ended(int status, String output) {}

    private static Ended run(List<String> options, String... words) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", classPath()));
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", Becoming.class.getName()));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(Map.of("KEPT_VALUE", "a=b\nü"));
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        return new Ended(process.waitFor(), output);
    }

    /// All that this JVM's tests see, modules among it.
    private static String classPath() {
        return Stream.of(
                        Path.of("target/test-classes").toAbsolutePath().toString(),
                        System.getProperty("jdk.module.path", ""),
                        System.getProperty("java.class.path"))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static String shell(List<String> options, String script, String... arguments)
            throws Exception {
        List<String> words = new ArrayList<>(List.of("sh", "-c", script, "sh"));
        words.addAll(List.of(arguments));
        Ended ended = run(options, words.toArray(String[]::new));
        assertThat(ended.status()).as(ended.output()).isZero();
        return ended.output();
    }

    @Test
    void theStatusIsTheProgramsOwn() throws Exception {
        assertThat(run(List.of(), "sh", "-c", "exit 7").status()).isEqualTo(7);
    }

    @Test
    void argumentsPassAsTheyAre() throws Exception {
        assertThat(shell(List.of(), "printf '<%s>' \"$@\"", "", "a b", "ü\n", "*"))
                .isEqualTo("<><a b><ü\n><*>");
    }

    @Test
    void variablesGetTheirNamesBack() throws Exception {
        assertThat(shell(List.of(), "printf %s \"$VALUE${KEPT_VALUE-}${NOTHING-}\""))
                .isEqualTo("a=b\nü");
    }

    @Test
    void noSignalStaysBlocked() throws Exception {
        assertThat(run(List.of(), "sh", "-c", "kill -QUIT $$; echo lives").output())
                .doesNotContain("lives");
    }

    @Test
    void signalsAreIgnoredOnlyWhereAsked() throws Exception {
        String script = "for s in PIPE XFSZ; do sh -c \"kill -$s \\$\\$; echo $s\"; done; exit 0";
        assertThat(run(List.of("-Dignore=true"), "sh", "-c", script).output())
                .contains("PIPE\n", "XFSZ\n");
        assertThat(run(List.of(), "sh", "-c", script).output()).doesNotContain("PIPE\n", "XFSZ\n");
    }

    @Test
    void aDescriptorIsPassedOrNot() throws Exception {
        String script = "if [ -e /dev/fd/0 ]; then echo passed; else echo closed; fi";
        assertThat(shell(List.of(), script)).contains("passed");
        assertThat(shell(List.of("-Dclosed=true"), script)).contains("closed");
    }

    @Test
    void aFailureIsToldAndTheProcessGoesOn() throws Exception {
        assertThat(run(List.of(), "no-such-program").status()).isEqualTo(Errno.ENOENT.number());
        assertThat(run(List.of(), "/").status()).isEqualTo(Errno.EACCES.number());
    }
}
