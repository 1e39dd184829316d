package switchd.feth;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import switchd.core.Errno;
import switchd.core.InterfaceName;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.darwin.Darwin;
import switchd.darwin.DarwinConstants;
import switchd.posix.Fd;
import switchd.posix.FileStatus;
import switchd.posix.PosixConstants;

/// What survives a crash: a directory with one file for each interface that a switchd made, in it
/// the number of the process.
///
/// Nothing waits for the disk: what a machine's crash loses of it, goes with the interfaces. Only
/// what nobody else can have written is believed. Without a journal everything works, but what a
/// crash leaves behind stays; that is worth a warning.
final class Journal implements AutoCloseable {
    private static final int PRIVATE_DIRECTORY = 0700;
    private static final int PUBLIC_DIRECTORY = 0755;
    private static final int PRIVATE_FILE = 0600;
    private static final int WRITABLE_BY_OTHERS = 022;
    private static final int PERMISSIONS = 0777;
    private static final int LONGEST_ENTRY = 32;
    private static final int WRITE =
            DarwinConstants.O_WRONLY
                    | DarwinConstants.O_CREAT
                    | DarwinConstants.O_TRUNC
                    | DarwinConstants.O_NOFOLLOW
                    | PosixConstants.O_CLOEXEC;
    private static final int READ =
            DarwinConstants.O_RDONLY | DarwinConstants.O_NOFOLLOW | PosixConstants.O_CLOEXEC;

    private final Darwin darwin;
    private final String directory;
    private final Consumer<String> warnings;
    private final Undo made = new Undo();

    /// What could not be written, and by whom each was made.
    private final Map<InterfaceName, Integer> missing = new LinkedHashMap<>();

    /// @param directory the whole path; it and the one above it are made when they are needed
    /// @param warnings where a sentence goes for whatever keeps the journal from being written
    Journal(Darwin darwin, String directory, Consumer<String> warnings) {
        this.darwin = darwin;
        this.directory = directory;
        this.warnings = warnings;
    }

    /// Notes that process `pid` has made `name`; where that fails, [#writeMissing()] does.
    void write(InterfaceName name, int pid) {
        try {
            attempt(name, pid);
        } catch (SyscallException | Untrusted e) {
            missing.put(name, pid);
            warnings.accept(
                    "%s is not in the journal, and after a crash it would stay until `sudo ifconfig %s destroy`: %s"
                            .formatted(name, name, e.getMessage()));
        }
    }

    /// Notes what could not be noted so far, as a disk may have room again.
    void writeMissing() {
        for (Map.Entry<InterfaceName, Integer> entry : List.copyOf(missing.entrySet())) {
            try {
                attempt(entry.getKey(), entry.getValue());
            } catch (SyscallException | Untrusted _) {
                return; // it was told
            }
            missing.remove(entry.getKey());
            warnings.accept(entry.getKey() + " is in the journal now");
        }
    }

    private void attempt(InterfaceName name, int pid) throws SyscallException, Untrusted {
        makeDirectories();
        requireOurDirectories();
        writeFile(path(name), pid + "\n");
    }

    private void writeFile(String path, String text) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            int fd = darwin.open(arena.allocateFrom(path), WRITE, PRIVATE_FILE);
            SyscallException.check("open(" + path + ", O_CREAT)", fd);
            try (Fd file = new Fd(darwin, fd)) {
                MemorySegment bytes = arena.allocateFrom(text, US_ASCII);
                long written = darwin.write(file.number(), bytes, 0, text.length());
                SyscallException.check("write(" + path + ")", written);
            }
        }
    }

    /// The process that made `name`; empty where the journal does not say, or cannot be believed.
    OptionalInt read(InterfaceName name) throws SyscallException {
        try {
            requireOurDirectories();
            requireOurs(path(name), DarwinConstants.S_IFREG, PRIVATE_FILE);
        } catch (Untrusted e) {
            return OptionalInt.empty();
        }
        return pid(readFile(path(name)));
    }

    private String readFile(String path) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            int fd = darwin.open(arena.allocateFrom(path), READ);
            SyscallException.check("open(" + path + ")", fd);
            try (Fd file = new Fd(darwin, fd)) {
                MemorySegment bytes = arena.allocate(LONGEST_ENTRY);
                long length = darwin.read(file.number(), bytes, 0, LONGEST_ENTRY);
                SyscallException.check("read(" + path + ")", length);
                return new String(bytes.asSlice(0, length).toArray(JAVA_BYTE), US_ASCII);
            }
        }
    }

    /// What an entry says; empty where it is none.
    static OptionalInt pid(String text) {
        return text.matches("[1-9][0-9]{0,8}\n")
                ? OptionalInt.of(Integer.parseInt(text.strip()))
                : OptionalInt.empty();
    }

    /// Forgets `name`; no error where it is not there.
    void erase(InterfaceName name) {
        missing.remove(name);
        String path = path(name);
        try (Arena arena = Arena.ofConfined()) {
            int result = darwin.unlink(arena.allocateFrom(path));
            if (result < 0 && !Errno.ENOENT.is(result) && !Errno.ENOTDIR.is(result)) {
                warnings.accept(new SyscallException("unlink(" + path + ")", result).getMessage());
            }
        }
    }

    private void makeDirectories() throws SyscallException {
        makeDirectory(directory.substring(0, directory.lastIndexOf('/')), PUBLIC_DIRECTORY);
        makeDirectory(directory, PRIVATE_DIRECTORY);
    }

    private void makeDirectory(String path, int mode) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            // With exactly this mode: others pass through the upper one to their sockets.
            int mask = darwin.umask(WRITABLE_BY_OTHERS);
            int result = darwin.mkdir(arena.allocateFrom(path), mode);
            darwin.umask(mask);
            if (!Errno.EEXIST.is(result)) {
                SyscallException.check("mkdir(" + path + ")", result);
                made.push(() -> removeDirectory(path));
            }
        }
    }

    private void removeDirectory(String path) {
        try (Arena arena = Arena.ofConfined()) {
            darwin.rmdir(arena.allocateFrom(path));
        }
    }

    /// Something that others may have put there.
    private static final class Untrusted extends Exception {
        private static final long serialVersionUID = 1L;

        Untrusted(String message) {
            super(message);
        }
    }

    /// Who may write to the upper one could put another directory in the place of ours.
    private void requireOurDirectories() throws SyscallException, Untrusted {
        String upper = directory.substring(0, directory.lastIndexOf('/'));
        @Nullable FileStatus status = FileStatus.of(darwin, upper);
        if (status == null
                || !status.isDirectory()
                || (status.mode() & WRITABLE_BY_OTHERS) != 0
                || status.uid() != darwin.geteuid()) {
            throw new Untrusted(
                    "%s is not user %d's alone to write to: remove it"
                            .formatted(upper, darwin.geteuid()));
        }
        requireOurs(directory, PosixConstants.S_IFDIR, PRIVATE_DIRECTORY);
    }

    private void requireOurs(String path, int kind, int permissions)
            throws SyscallException, Untrusted {
        @Nullable FileStatus status = FileStatus.of(darwin, path);
        if (status == null) {
            throw new Untrusted("there is no " + path);
        }
        if ((status.mode() & PosixConstants.S_IFMT) != kind
                || (status.mode() & PERMISSIONS) != permissions
                || status.uid() != darwin.geteuid()) {
            throw new Untrusted(
                    "%s is not private to user %d: remove it".formatted(path, darwin.geteuid()));
        }
    }

    private String path(InterfaceName name) {
        return directory + "/" + name;
    }

    /// Removes the directories that it has made, unless something is in them. Closing twice is no
    /// error.
    @Override
    public void close() {
        try {
            made.close();
        } catch (SwitchdException e) {
            warnings.accept(e.getMessage());
        }
    }
}
