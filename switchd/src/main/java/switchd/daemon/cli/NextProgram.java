package switchd.daemon.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.nio.charset.Charset;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import switchd.core.Errno;
import switchd.core.SyscallException;
import switchd.core.UsageException;
import switchd.posix.Exec;
import switchd.posix.NativePosix;

/// The program that `switchd run` becomes. It finds everything as it was for `switchd run`, and one
/// more descriptor.
///
/// `bin/switchd` says by system properties what only it could see: which descriptors the caller
/// gave (`switchd.run.descriptors`), which signals it ignores (`switchd.run.ignored`); and it puts
/// variables that a JVM obeys aside under names that begin with [#ASIDE].
final class NextProgram {
    /// What stands for the number of the descriptor.
    static final String PLACEHOLDER = "{fd}";

    /// As nohup(1) and env(1) have it.
    static final int NOT_FOUND = 127;

    /// As nohup(1) and env(1) have it.
    static final int NOT_RUN = 126;

    private static final String ASIDE = "_switchd_";
    private static final Path DESCRIPTORS = Path.of("/dev/fd");
    private static final int STANDARD_STREAMS = 3;
    private static final String UNREADABLE = "\ufffd";

    private final List<String> words;
    private final Charset encoding = Charset.forName(System.getProperty("sun.jnu.encoding"));

    /// @param words its name and its arguments
    /// @throws UsageException where the descriptor's number has no place among the arguments, or
    ///   the words cannot be passed on as they were given
    NextProgram(List<String> words) throws UsageException {
        this.words = words;
        if (words.stream().skip(1).noneMatch(word -> word.contains(PLACEHOLDER))) {
            throw new UsageException(
                    "run: no argument of "
                            + words.getFirst()
                            + " holds {fd}, where the number of the descriptor goes: as in `--device"
                            + " virtio-net,fd={fd}` (vfkit) or `-netdev"
                            + " dgram,id=n0,local.type=fd,local.str={fd}` (QEMU)");
        }
        for (String word : words) {
            if (word.contains(UNREADABLE) || !encoding.newEncoder().canEncode(word)) {
                throw new UsageException(
                        "run: '"
                                + word
                                + "' has characters that the locale's encoding "
                                + encoding
                                + " lacks: run it in a UTF-8 locale, as by LC_ALL=C.UTF-8");
            }
        }
    }

    /// Becomes the program.
    ///
    /// @param fd the descriptor that it gets
    /// @param err for the reason why it could not
    /// @return the exit status for that: it returns on failure only
    int become(int fd, PrintWriter err) {
        String number = Integer.toString(fd);
        List<String> filled =
                words.stream().map(word -> word.replace(PLACEHOLDER, number)).toList();
        try (Arena arena = Arena.ofConfined()) {
            Exec exec = new Exec(new NativePosix(arena), arena);
            exec.ignore(Long.parseUnsignedLong(System.getProperty("switchd.run.ignored", "0"), 16));
            System.getenv().keySet().stream()
                    .filter(name -> name.startsWith(ASIDE))
                    .forEach(name -> exec.rename(name, name.substring(ASIDE.length())));
            pass(exec, fd);
            return failure(exec.become(filled, encoding), err);
        } catch (IOException e) {
            err.println("switchd: run: " + DESCRIPTORS + ": " + e.getMessage());
            return NOT_RUN;
        }
    }

    /// The caller's descriptors and `fd` alone: the JVM's own are closed.
    private static void pass(Exec exec, int fd) throws IOException {
        Set<String> callers =
                new HashSet<>(
                        Arrays.asList(
                                System.getProperty("switchd.run.descriptors", "").split(",")));
        try (DirectoryStream<Path> open = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path entry : open) {
                String name = String.valueOf(entry.getFileName());
                int number = Integer.parseInt(name);
                if (number >= STANDARD_STREAMS) {
                    exec.pass(number, number == fd || callers.contains(name));
                }
            }
        }
    }

    private int failure(int result, PrintWriter err) {
        String name = words.getFirst();
        boolean missing = Errno.ENOENT.is(result);
        err.println(
                "switchd: run: "
                        + new SyscallException(name, result).getMessage()
                        + (missing
                                ? ": there is no such program: give its path, or see to PATH"
                                : ": it cannot be run: see to its path and its permissions"));
        return missing ? NOT_FOUND : NOT_RUN;
    }
}
