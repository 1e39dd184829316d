package switchd.daemon.service;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import switchd.core.HostException;
import switchd.core.Undo;

/// Changes files so that every change can be taken back: what was there is kept beside it until
/// [#finish()].
///
/// Only for directories that nobody else can write to: it works by path.
final class Disk {
    private static final String OLD = ".switchd-old";
    private static final String NEW = ".switchd-new";

    private static final long KIB = 1024;

    /// What names and rounding take.
    private static final long LEAST_ROOM = 64 * KIB;

    private final Path root;
    private final int uid;
    private final int gid;
    private final List<Path> kept = new ArrayList<>();

    /// @param root below which all happens; `/` for this system
    /// @param uid to whom files are given
    /// @param gid to which group
    Disk(Path root, int uid, int gid) {
        this.root = root;
        this.uid = uid;
        this.gid = gid;
    }

    /// One change.
    @FunctionalInterface
    private interface Change {
        void run() throws IOException;
    }

    /// Where a path of the service lies.
    Path at(String path) {
        return root.resolve(path.substring(1));
    }

    boolean exists(String path) {
        return Files.exists(at(path), LinkOption.NOFOLLOW_LINKS);
    }

    void makeDirectory(String path, int mode, Undo undo) throws HostException {
        Path directory = at(path);
        if (Files.isDirectory(directory)) {
            return;
        }
        attempt(
                "make",
                path,
                () -> {
                    Files.createDirectory(directory);
                    undo.push(() -> remove(path));
                    give(directory, mode);
                });
    }

    void write(String path, int mode, byte[] content, Undo undo) throws HostException {
        attempt(
                "write",
                path,
                content.length,
                () -> {
                    Path next = beside(path, NEW);
                    Files.deleteIfExists(next); // left by an end in between
                    putOrDelete(
                            next,
                            () -> {
                                Files.write(next, content);
                                put(next, path, mode, undo);
                            });
                });
    }

    void copy(Path source, String path, int mode, Undo undo) throws HostException {
        attempt(
                "copy " + source + " to",
                path,
                source.toFile().length(),
                () -> {
                    Path next = beside(path, NEW);
                    putOrDelete(
                            next,
                            () -> {
                                Files.copy(
                                        source,
                                        next,
                                        StandardCopyOption.REPLACE_EXISTING,
                                        LinkOption.NOFOLLOW_LINKS);
                                if (Files.isSymbolicLink(next)) {
                                    throw new FileSystemException(
                                            source.toString(), null, "is a symbolic link");
                                }
                                put(next, path, mode, undo);
                            });
                });
    }

    void link(String path, String target, Undo undo) throws HostException {
        attempt(
                "link",
                path,
                () -> {
                    Path next = beside(path, NEW);
                    Files.deleteIfExists(next);
                    putOrDelete(
                            next,
                            () -> {
                                Files.createSymbolicLink(next, Path.of(target));
                                move(next, path, undo);
                            });
                });
    }

    /// Removes a file, a link or an empty directory; no error where there is none.
    ///
    /// @return false for a directory that holds something
    boolean remove(String path) throws HostException {
        boolean[] removed = {true};
        attempt(
                "remove",
                path,
                () -> {
                    try {
                        Files.deleteIfExists(at(path));
                    } catch (DirectoryNotEmptyException _) {
                        removed[0] = false;
                    }
                });
        return removed[0];
    }

    /// Forgets what was there before: nothing can be taken back from here on.
    void finish() throws HostException {
        for (Path old : kept) {
            attempt("remove", old.toString(), () -> Files.deleteIfExists(old));
        }
        kept.clear();
    }

    private void put(Path next, String path, int mode, Undo undo) throws IOException {
        give(next, mode);
        move(next, path, undo);
    }

    private void move(Path next, String path, Undo undo) throws IOException {
        keepOld(path, undo);
        Files.move(next, at(path), StandardCopyOption.ATOMIC_MOVE);
        undo.push(() -> remove(path));
    }

    /// Has `next` be put into its place, or be gone: on a full disk there is half of it.
    private static void putOrDelete(Path next, Change change) throws IOException {
        try {
            change.run();
        } catch (IOException e) {
            Files.deleteIfExists(next);
            throw e;
        }
    }

    /// A second name for the old file: at no time is there none.
    private void keepOld(String path, Undo undo) throws IOException {
        Path there = at(path);
        Path old = beside(path, OLD);
        Files.deleteIfExists(old);
        if (Files.isSymbolicLink(there)) {
            Files.createSymbolicLink(old, Files.readSymbolicLink(there)); // macOS would follow it
        } else if (Files.exists(there)) {
            Files.createLink(old, there);
        } else {
            return;
        }
        kept.add(old);
        undo.push(() ->
                attempt(
                        "restore",
                        path,
                        () -> {
                            Files.move(old, there, StandardCopyOption.ATOMIC_MOVE);
                        }));
    }

    private Path beside(String path, String suffix) {
        Path there = at(path);
        return there.resolveSibling("." + Objects.requireNonNull(there.getFileName()) + suffix);
    }

    private void give(Path path, int mode) throws IOException {
        Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
        Files.setAttribute(path, "unix:mode", mode);
    }

    private void attempt(String what, String path, Change change) throws HostException {
        attempt(what, path, 0, change);
    }

    /// @param bytes that the change takes on the disk
    private void attempt(String what, String path, long bytes, Change change) throws HostException {
        try {
            change.run();
        } catch (IOException e) {
            throw new HostException(
                    "cannot " + what + " " + path + ": " + Reason.of(e) + cure(path, bytes));
        }
    }

    /// Where there is no room, whatever the kernel calls that in the operator's language.
    private String cure(String path, long bytes) {
        try {
            Path folder = Objects.requireNonNull(at(path).getParent(), path);
            long free = Files.getFileStore(folder).getUsableSpace();
            return free >= bytes + LEAST_ROOM
                    ? ""
                    : ": %d KiB are free there, and it takes %d: make room, and do it again"
                            .formatted(free / KIB, (bytes + LEAST_ROOM) / KIB);
        } catch (IOException _) {
            return ""; // the folder itself is missing
        }
    }
}
