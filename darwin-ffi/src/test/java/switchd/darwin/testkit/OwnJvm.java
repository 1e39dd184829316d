package switchd.darwin.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// Runs a class in a JVM of its own whose kernel is Darwin and whose C library is a given one: what
/// is linked in this process can no longer be linked anew.
public final class OwnJvm {
    private static final int SECONDS = 120;

    private OwnJvm() {}

    /// Runs `main`, which fails by an exception or by an exit status.
    ///
    /// @param library what `switchd.libc` names
    /// @param directory for what it prints
    /// @return what it printed
    public static String run(Path library, Path directory, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "--enable-native-access=ALL-UNNAMED",
                                // Each call goes to C and back: a busy machine takes its time.
                                "-Dswitchd.stop.factor=10",
                                "-Dswitchd.host=darwin",
                                "-Dswitchd.libc=" + library,
                                "-cp",
                                classPath(main),
                                main.getName()));
        command.addAll(List.of(arguments));
        File output = directory.resolve("output").toFile();
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output)
                        .start();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        String printed = Files.readString(output.toPath(), UTF_8);
        assertThat(process.exitValue()).as(printed).isZero();
        return printed;
    }

    /// All that this JVM's tests see, modules among it.
    private static String classPath(Class<?> main) {
        Set<String> path = new LinkedHashSet<>(List.of(root(main), root(OwnJvm.class)));
        for (String property : List.of("jdk.module.path", "java.class.path")) {
            path.addAll(List.of(System.getProperty(property, "").split(File.pathSeparator)));
        }
        path.remove("");
        return String.join(File.pathSeparator, path);
    }

    /// The directory or archive that a class was loaded from, also where it is patched into a
    /// module.
    private static String root(Class<?> type) {
        String file = type.getName().replace('.', '/') + ".class";
        String simple = file.substring(file.lastIndexOf('/') + 1);
        String url = Objects.requireNonNull(type.getResource(simple)).toString();
        String root = url.substring(0, url.length() - file.length());
        return root.startsWith("jar:")
                ? Path.of(URI.create(root.substring(4, root.lastIndexOf('!')))).toString()
                : Path.of(URI.create(root)).toString();
    }
}
