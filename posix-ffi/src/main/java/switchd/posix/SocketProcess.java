package switchd.posix;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which process listens at the path of a unix socket, as far as `/proc` tells: the kernel itself
/// names it for streams only. Where there is no `/proc`, nobody is found.
///
/// A confined thread cannot look into other processes (Landlock), but it can still tell those that
/// were looked at before, see [#remember].
public final class SocketProcess {
    private static final Path PROC = Path.of("/proc");
    private static final String SOCKET = "socket:[";
    private static final String DAEMON = "switchd.daemon";
    private static final String KEEPER = "switchd.attach.keeper.Keeper\0"; // the word ends there

    // Columns of /proc/net/unix: Num, RefCount, Protocol, Flags, Type, St, Inode, Path
    private static final int COLUMNS = 8;
    private static final int INODE = 6;
    private static final int NAME = 7;

    private static volatile Map<String, Integer> remembered = Map.of();

    private SocketProcess() {}

    /// Looks at the daemons that run now, and at no other process.
    public static void remember() {
        Map<String, Integer> found = new HashMap<>();
        for (Path process : processes()) {
            if (isDaemon(process)) {
                sockets(process).forEach(inode -> found.put(inode, number(process)));
            }
        }
        remembered = found;
    }

    /// The process; 0 where it cannot be told. Takes milliseconds, more where many processes run.
    ///
    /// @param path as the process gave it to the kernel
    public static int of(String path) {
        Set<String> inodes = boundTo(path);
        for (String inode : inodes) {
            Integer known = remembered.get(inode);
            if (known != null) {
                return known;
            }
        }
        for (Path process : inodes.isEmpty() ? Set.<Path>of() : processes()) {
            if (sockets(process).stream().anyMatch(inodes::contains) && !runs(process, KEEPER)) {
                return number(process);
            }
        }
        return 0;
    }

    /// The sockets that were bound to a path: the one that listens, and links of VMs, which whoever
    /// listens has as well. (And the keeper of links.)
    private static Set<String> boundTo(String path) {
        Set<String> inodes = new HashSet<>();
        for (String line : lines(PROC.resolve("net/unix"))) {
            String[] columns = line.split(" +", COLUMNS);
            if (columns.length == COLUMNS && columns[NAME].equals(path)) {
                inodes.add(columns[INODE]);
            }
        }
        return inodes;
    }

    private static Set<Path> processes() {
        return entries(PROC, "[0-9]*");
    }

    private static int number(Path process) {
        return Integer.parseInt(process.getFileName().toString());
    }

    private static boolean isDaemon(Path process) {
        return number(process) != ProcessHandle.current().pid()
                && runs(process, DAEMON)
                && !runs(process, KEEPER);
    }

    /// True where a word of the command has `part` in it.
    private static boolean runs(Path process, String part) {
        return lines(process.resolve("cmdline")).stream().anyMatch(words -> words.contains(part));
    }

    private static Set<String> sockets(Path process) {
        Set<String> inodes = new HashSet<>();
        for (Path descriptor : entries(process.resolve("fd"), "*")) {
            try {
                String target = Files.readSymbolicLink(descriptor).toString();
                if (target.startsWith(SOCKET)) {
                    inodes.add(target.substring(SOCKET.length(), target.length() - 1));
                }
            } catch (IOException _) {
                // It is closed, or not ours to look at.
            }
        }
        return inodes;
    }

    private static Set<Path> entries(Path directory, String pattern) {
        Set<Path> entries = new HashSet<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(directory, pattern)) {
            all.forEach(entries::add);
        } catch (IOException | DirectoryIteratorException _) {
            return entries; // it has ended, or is not ours to look at
        }
        return entries;
    }

    private static List<String> lines(Path file) {
        try {
            return new String(Files.readAllBytes(file), UTF_8).lines().toList();
        } catch (IOException _) {
            return List.of();
        }
    }
}
