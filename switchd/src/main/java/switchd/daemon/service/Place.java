package switchd.daemon.service;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import switchd.core.Errno;
import switchd.core.Kernel;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.core.UsageException;
import switchd.posix.NativePosix;

/// Where something is installed: this system, or a folder that becomes the root of another one.
public final class Place {
    private final Path root;
    private final Layout layout;
    private final RootOnly rights;
    private final Disk disk;
    private final Manifest installed;

    /// @param uid to whom files are given
    /// @param gid to which group
    Place(Path root, Kernel kernel, RootOnly rights, int uid, int gid) throws SwitchdException {
        this.root = root;
        this.layout = Layout.of(kernel);
        this.rights = rights;
        this.disk = new Disk(root, uid, gid);
        this.installed = Manifest.read(disk.at(layout.manifest()), rights);
    }

    /// @param root the folder; null for this system
    /// @param changes whether it is to be changed, which takes root
    /// @throws SwitchdException where this user may not, or what is installed cannot be told
    public static Place of(@Nullable Path root, boolean changes) throws SwitchdException {
        try (Arena arena = Arena.ofConfined()) {
            if (changes && new NativePosix(arena).geteuid() != 0) {
                throw new PermissionException(
                        "a service is installed and removed by root: run it with sudo",
                        new SyscallException("geteuid() != 0", Errno.EPERM.number()));
            }
        }
        if (root != null && !Files.isDirectory(root)) {
            throw new UsageException("--root: there is no folder " + root + ": make it first");
        }
        Path folder = root == null ? Path.of("/") : root.toAbsolutePath().normalize();
        return new Place(folder, Kernel.current(), new RootOnly(), 0, 0);
    }

    /// True for this system: programs of it are run.
    boolean isLive() {
        return root.getNameCount() == 0;
    }

    Layout layout() {
        return layout;
    }

    RootOnly rights() {
        return rights;
    }

    Disk disk() {
        return disk;
    }

    /// What an earlier installation has made.
    Manifest installed() {
        return installed;
    }

    /// Writes down what is left of it.
    void remember(Manifest left) throws SwitchdException {
        try (Undo undo = new Undo()) {
            disk.makeDirectory(layout.state(), 0755, undo);
            disk.write(layout.manifest(), Manifest.MODE, left.json().getBytes(UTF_8), undo);
            undo.keep();
            disk.finish();
        }
    }

    Manager manager() {
        return Manager.of(layout);
    }
}
