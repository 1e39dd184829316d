package switchd.daemon.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What daemons and labs might leave on a machine. Labs of other processes that run meanwhile do
/// not count.
///
/// @param interfaces names, in the namespace of this process
/// @param namespaces names of network namespaces
/// @param sockets what lies below `/run/switchd`, itself included
/// @param files folders of labs, and the processes that hold such a folder's path in their command
///   line
public record Machine(
        SortedSet<String> interfaces,
        SortedSet<String> namespaces,
        SortedSet<String> sockets,
        SortedSet<String> files) {
    private static final Path SOCKETS = Path.of("/run/switchd");
    private static final Pattern OWNER = Pattern.compile(Lab.PREFIX + "(\\d+)-");

    /// What is there now.
    public static Machine now() {
        return new Machine(
                sorted(
                        Command.run("ip", "-o", "link")
                                .lines()
                                .map(line -> line.split("[:@] ?", 3)[1])),
                sorted(Command.run("ip", "netns", "list").lines().filter(Machine::counts)),
                sorted(below(SOCKETS)),
                sorted(Stream.concat(labFolders(), labProcesses()).filter(Machine::counts)));
    }

    private static Stream<String> below(Path folder) {
        if (!Files.exists(folder)) {
            return Stream.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(Path::toString).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> labFolders() {
        try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
            return files
                    .map(Path::toString)
                    .filter(name -> name.contains("/" + Lab.PREFIX))
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> labProcesses() {
        return ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(command -> command.contains("/" + Lab.PREFIX));
    }

    /// False for what belongs to the lab of another process that runs.
    private static boolean counts(String name) {
        Matcher owner = OWNER.matcher(name);
        if (!owner.find()) {
            return true;
        }
        long pid = Long.parseLong(owner.group(1));
        return pid == ProcessHandle.current().pid() || ProcessHandle.of(pid).isEmpty();
    }

    private static SortedSet<String> sorted(Stream<String> names) {
        return names.collect(Collectors.toCollection(TreeSet::new));
    }
}
