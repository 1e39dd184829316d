package switchd.darwin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import switchd.darwin.testkit.Abi;

/// What Apple's kernel code answered when these calls were made of it, line by line, and what the
/// kernel in memory answers now.
///
/// The transcripts were recorded from XNU's own sources compiled for user space; the `README` of
/// the recordings says which parts of them are which version's.
final class Transcript {
    private final List<String> observed;
    private final List<String> replayed = new ArrayList<>();

    private Transcript(List<String> observed) {
        this.observed = observed;
    }

    /// Reads the part of a recording from `first` on, a line of it, up to `end` or, where that is
    /// empty, to the end.
    static Transcript of(String file, String first, String end) throws IOException {
        List<String> lines;
        try (InputStream in = Transcript.class.getResourceAsStream("observed/" + file + ".txt")) {
            String text = new String(Objects.requireNonNull(in, file).readAllBytes(), UTF_8);
            lines = text.lines().map(Transcript::plain).toList();
        }
        int from = lines.indexOf(first);
        int to = end.isEmpty() ? lines.size() : lines.indexOf(end);
        assertTrue(from >= 0 && to > from, first + " … " + end);
        return new Transcript(lines.subList(from, to));
    }

    /// A call and its result, the negated error number where it failed.
    void step(String call, long result, String... data) {
        String told = result < 0 ? "-1 " + errno(-result) : Long.toString(result);
        replayed.add(plain(call + " -> " + told + " " + String.join(" ", data)));
    }

    /// A line that is not about one call.
    void note(String line) {
        replayed.add(plain(line));
    }

    /// Fails where a line differs: with unix datagrams none may.
    ///
    /// @return how many lines were compared
    int matches() {
        assertEquals(String.join("\n", observed), String.join("\n", replayed));
        return replayed.size();
    }

    static String errno(long number) {
        for (String name : NAMES) {
            if (Abi.constant(name) == number) {
                return name;
            }
        }
        return Long.toString(number);
    }

    private static final List<String> NAMES =
            List.of(
                    "EPERM",
                    "ENOENT",
                    "EINTR",
                    "EIO",
                    "ENXIO",
                    "EBADF",
                    "EACCES",
                    "EBUSY",
                    "EEXIST",
                    "EINVAL",
                    "EAGAIN",
                    "EDESTADDRREQ",
                    "EMSGSIZE",
                    "EPROTOTYPE",
                    "EADDRINUSE",
                    "ECONNRESET",
                    "ENOBUFS",
                    "EISCONN",
                    "ENOTCONN",
                    "ECONNREFUSED");

    private static String plain(String line) {
        return line.strip().replaceAll(" +", " ");
    }
}
