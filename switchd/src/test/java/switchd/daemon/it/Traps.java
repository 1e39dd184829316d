package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Job;

/// Variables that lead to code, or to options of a JVM, which leave a mark where they are obeyed:
/// an empty file of the variable's name.
final class Traps {
    private static final List<String> OPTIONS =
            List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    /// Programs that a launcher might look up.
    private static final List<String> PROGRAMS = List.of("env", "sed", "ls", "java", "id", "stat");

    private final Path marks;
    private final Map<String, String> variables = new TreeMap<>();

    private Traps(Path marks) {
        this.marks = marks;
    }

    /// Lays them.
    ///
    /// @param folder to make, which every user may pass
    static Traps lay(Path folder) {
        try {
            Files.createDirectory(folder);
            Traps traps = new Traps(Files.createDirectory(folder.resolve("marks")));
            traps.set(folder);
            return traps;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path mark(String variable) {
        return marks.resolve(variable);
    }

    private void set(Path folder) throws IOException {
        for (String name : OPTIONS) {
            variables.put(name, "-Xlog:gc:file=" + mark(name));
        }
        for (String name : List.of("BASH_ENV", "ENV")) {
            Path script = folder.resolve(name);
            Files.writeString(script, ": >'" + mark(name) + "'\n");
            variables.put(name, script.toString());
        }
        variables.put("IFS", "/");
        variables.put("CLASSPATH", folder.toString());
        variables.put("CDPATH", folder.toString());
        variables.put("LD_LIBRARY_PATH", library(folder, "LD_LIBRARY_PATH", "libjli.so"));
        variables.put("LD_PRELOAD", library(folder, "LD_PRELOAD", "p.so") + "/p.so");
        variables.put("LD_AUDIT", library(folder, "LD_AUDIT", "a.so") + "/a.so");
        Path home = folder.resolve("home");
        script(Files.createDirectories(home.resolve("bin")).resolve("java"), "JAVA_HOME");
        script(home.resolve("bin/javac"), "JAVA_HOME");
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"25\"\n");
        Files.setAttribute(home.resolve("bin/java"), "unix:uid", 65_534);
        variables.put("JAVA_HOME", home.toString());
    }

    /// A folder of programs for the front of `PATH`.
    String programs(Path folder) {
        try {
            Files.createDirectory(folder);
            for (String program : PROGRAMS) {
                script(folder.resolve(program), "PATH");
            }
            return folder.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void script(Path script, String variable) throws IOException {
        Files.writeString(script, "#!/bin/sh\n: >'" + mark(variable) + "'\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /// A library that leaves its mark where it is loaded by java; a shell has loaded it before its
    /// first line.
    private String library(Path folder, String variable, String name) throws IOException {
        Path source = folder.resolve(variable + ".c");
        Files.writeString(
                source,
                """
                #include <fcntl.h>
                #include <string.h>
                #include <unistd.h>
                unsigned int la_version(unsigned int v) { return v; }
                __attribute__((constructor)) static void mark(void) {
                    char path[4096];
                    ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
                    if (n > 5 && memcmp(path + n - 5, "/java", 5) == 0)
                        close(open("%s", O_CREAT | O_WRONLY, 0600));
                }
                """
                        .formatted(mark(variable)));
        Path made = Files.createDirectory(folder.resolve(variable + ".lib"));
        try (Job gcc =
                Job.start("gcc", "-shared", "-fPIC", "-o", made + "/" + name, source.toString())) {
            assertThat(gcc.awaitExit(Await.SHORT)).as(gcc.output()).isZero();
        }
        return made.toString();
    }

    /// The words of a command that sets the variables and runs the rest of its arguments.
    List<String> words() {
        List<String> words = new ArrayList<>(List.of("/usr/bin/env"));
        variables.forEach((name, value) -> words.add(name + "=" + value));
        return words;
    }

    /// What was obeyed.
    List<String> sprung() {
        try (var found = Files.list(marks)) {
            return found.map(mark -> String.valueOf(mark.getFileName())).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
