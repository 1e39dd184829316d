package switchd.daemon.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import switchd.posix.Ids;

/// Finds what others than root may change on the way to a file: whoever may, decides what runs as
/// root.
///
/// Looks at every directory from `/` on and at whatever symbolic links lead to. Permissions count
/// only: a list of access rights on a macOS file is not seen.
final class RootOnly {
    private static final int WRITABLE_BY_OTHERS = 022;
    private static final int PERMISSIONS = 07777;

    private final int trusted;
    private final Path top;
    private final Set<Path> fine = new HashSet<>();

    RootOnly() {
        this(0, Path.of("/"));
    }

    /// @param trusted the user who may change things
    /// @param top from where on directories are looked at
    RootOnly(int trusted, Path top) {
        this.trusted = trusted;
        this.top = top;
    }

    /// Something that others may change.
    ///
    /// @param path the file or directory
    /// @param uid its owner
    /// @param mode its permissions
    record Weakness(Path path, int uid, int mode) {
        @Override
        public String toString() {
            return "%s belongs to user %s and has mode %04o".formatted(path, Ids.text(uid), mode);
        }
    }

    /// The first weakness on the way to `path`, itself included; of what does not exist yet, on the
    /// way to it.
    ///
    /// @param path absolute
    Optional<Weakness> onTheWayTo(Path path) throws IOException {
        Path whole = path.normalize();
        for (int names = 0; names <= whole.getNameCount(); names++) {
            Path part = names == 0 ? Path.of("/") : Path.of("/").resolve(whole.subpath(0, names));
            if (!part.startsWith(top)) {
                continue;
            }
            if (!Files.exists(part, LinkOption.NOFOLLOW_LINKS)) {
                break;
            }
            Optional<Weakness> found = of(part);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /// The first weakness on the way to a folder or of anything in it.
    Optional<Weakness> within(Path folder) throws IOException {
        Optional<Weakness> found = onTheWayTo(folder);
        if (found.isPresent()) {
            return found;
        }
        try (Stream<Path> all = Files.walk(folder.toRealPath())) {
            for (Path path : (Iterable<Path>) all::iterator) {
                found = of(path);
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    private static int number(Map<String, Object> status, String name) {
        return (Integer) Objects.requireNonNull(status.get(name), name);
    }

    private Optional<Weakness> of(Path path) throws IOException {
        if (!fine.add(path)) {
            return Optional.empty();
        }
        Map<String, Object> status =
                Files.readAttributes(path, "unix:uid,mode", LinkOption.NOFOLLOW_LINKS);
        int uid = number(status, "uid");
        int mode = number(status, "mode") & PERMISSIONS;
        boolean link = Files.isSymbolicLink(path);
        // The mode of a link means nothing.
        if (uid != trusted || (!link && (mode & WRITABLE_BY_OTHERS) != 0)) {
            return Optional.of(new Weakness(path, uid, mode));
        }
        return link && Files.exists(path) ? onTheWayTo(path.toRealPath()) : Optional.empty();
    }
}
