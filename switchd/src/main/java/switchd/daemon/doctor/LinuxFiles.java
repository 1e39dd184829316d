package switchd.daemon.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/// The files by which Linux tells of itself: `/proc`, `/sys`, `/run`, `/etc`. What cannot be read
/// is as good as not there.
///
/// @param root the directory in the place of `/`
record LinuxFiles(Path root) {
    private static final int LONGEST = 1 << 20;

    /// Those of this host.
    static LinuxFiles ofHost() {
        return new LinuxFiles(Path.of("/"));
    }

    /// The place of an absolute path.
    Path at(String path) {
        return root.resolve(path.substring(1));
    }

    /// What is in a file, without blanks around it.
    Optional<String> read(String path) {
        return bytes(path)
                .map(bytes -> new String(bytes, java.nio.charset.StandardCharsets.UTF_8))
                .map(String::strip);
    }

    /// What is in a file, at most a megabyte.
    Optional<byte[]> bytes(String path) {
        try (var in = Files.newInputStream(at(path))) {
            return Optional.of(in.readNBytes(LONGEST));
        } catch (IOException _) {
            return Optional.empty();
        }
    }

    /// A number in a file.
    OptionalInt number(String path) {
        return read(path)
                .filter(text -> text.matches("-?\\d{1,9}"))
                .map(text -> OptionalInt.of(Integer.parseInt(text)))
                .orElse(OptionalInt.empty());
    }

    /// True where there is something, a dangling link too.
    boolean exists(String path) {
        return Files.exists(at(path), LinkOption.NOFOLLOW_LINKS);
    }

    /// The names in a directory, sorted.
    List<String> list(String path) {
        try (Stream<Path> entries = Files.list(at(path))) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        } catch (IOException _) {
            return List.of();
        }
    }

    /// What a link points to.
    Optional<String> link(String path) {
        try {
            return Optional.of(Files.readSymbolicLink(at(path)).toString());
        } catch (IOException _) {
            return Optional.empty();
        }
    }
}
