package switchd.daemon.control;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.AFUNIXServerSocketChannel;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.FileDescriptorCast;
import switchd.core.HostException;
import switchd.core.Kernel;
import switchd.core.SwitchdException;
import switchd.core.Undo;
import switchd.core.UsageException;
import switchd.posix.NativePosix;

/// The listening socket of a daemon, by a path of its own or from a service manager.
///
/// It is made in a directory that nobody else sees and moved to its path when owner, group and mode
/// are right: the path never leads to a socket with other ones, and the process's umask, which the
/// loop's thread may be using, is left alone. That directory also keeps two daemons from starting
/// at once.
final class ControlSocket implements AutoCloseable {
    private static final int BACKLOG = 128;
    private static final String NURSERY = ".ctl";
    private static final int WITH_GROUP = 0660;
    private static final int WITHOUT_GROUP = 0600;

    private final AFUNIXServerSocketChannel channel;
    private final @Nullable Integer group;
    private final Undo undo;

    private ControlSocket(AFUNIXServerSocketChannel channel, @Nullable Integer group, Undo undo) {
        this.channel = channel;
        this.group = group;
        this.undo = undo;
    }

    /// Listens as `spec` says, by the rights of this process.
    ///
    /// @throws SwitchdException as [#open(ControlSpec, int)]
    static ControlSocket open(ControlSpec spec) throws SwitchdException {
        try (Arena arena = Arena.ofConfined()) {
            return open(spec, new NativePosix(arena).geteuid());
        }
    }

    /// Listens as `spec` says.
    ///
    /// @param uid that this process acts as
    /// @throws HostException where a living daemon listens there, naming its process
    /// @throws SwitchdException where the socket cannot be had; nothing is left behind
    static ControlSocket open(ControlSpec spec, int uid) throws SwitchdException {
        NativeLibrary.prepare();
        Integer descriptor = spec.descriptor();
        try {
            return descriptor == null ? make(spec, uid) : inherit(descriptor);
        } catch (IOException e) {
            throw new HostException(
                    "cannot listen at the control socket "
                            + spec.socket()
                            + ": "
                            + e.getMessage()
                            + ": give another --control");
        }
    }

    private static ControlSocket inherit(int descriptor) throws IOException {
        AFUNIXServerSocketChannel channel =
                FileDescriptorCast.unsafeUsing(descriptor).as(AFUNIXServerSocketChannel.class);
        channel.setDeleteOnClose(false);
        AFUNIXSocketAddress address = channel.getLocalAddress();
        Integer group =
                address == null || !address.hasFilename()
                        ? null
                        : gidOf(address.getFile().toPath());
        Undo undo = new Undo();
        undo.push(() -> closeQuietly(channel));
        return new ControlSocket(channel, group, undo);
    }

    private static ControlSocket make(ControlSpec spec, int uid)
            throws IOException, SwitchdException {
        Path path = spec.socket();
        GroupPrincipal group = groupOf(spec, uid);
        try (Undo undo = new Undo()) {
            ControlDirectory directory = ControlDirectory.of(path, uid);
            undo.push(directory::close);
            AFUNIXServerSocketChannel channel;
            Object identity;
            try (Undo nursery = new Undo()) {
                Path made = nursery(directory.path(), nursery).resolve("s");
                checkAbandoned(path);
                channel = bind(made, undo);
                nursery.push(() -> deleteQuietly(made));
                if (group != null) {
                    Files.getFileAttributeView(made, PosixFileAttributeView.class).setGroup(group);
                }
                Integer mode = spec.mode();
                int usual = group == null ? WITHOUT_GROUP : WITH_GROUP;
                Files.setPosixFilePermissions(made, permissions(mode == null ? usual : mode));
                identity = identityOf(made);
                Files.move(made, path, StandardCopyOption.ATOMIC_MOVE);
            }
            undo.push(() -> remove(path, identity));
            return new ControlSocket(channel, group == null ? null : gidOf(path), undo.take());
        }
    }

    private static Path nursery(Path directory, Undo undo) throws IOException, SwitchdException {
        Path nursery = directory.resolve(NURSERY);
        var onlyUs =
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
        try {
            Files.createDirectory(nursery, onlyUs);
        } catch (FileAlreadyExistsException _) {
            // Another daemon is starting, or one was killed while it did.
            checkAbandoned(nursery.resolve("s"));
            Files.deleteIfExists(nursery.resolve("s"));
            Files.delete(nursery);
            Files.createDirectory(nursery, onlyUs);
        }
        undo.push(() -> deleteQuietly(nursery));
        return nursery;
    }

    private static void checkAbandoned(Path path) throws HostException {
        switch (Listener.at(path)) {
            case Listener.Nobody _ -> {}
            case Listener.NoSocket _ ->
                    throw new HostException(
                            path
                                    + " is there and is no socket: remove it, or give another --control");
            case Listener.Somebody(long pid) ->
                    throw new HostException(
                            "another switchd is running"
                                    + (pid > 0 ? " (pid " + pid + ")" : "")
                                    + " and listens at "
                                    + path
                                    + ": use that one, end it with `switchd stop`, or give another"
                                    + " --control");
        }
    }

    /// A listening socket that remembers no path: junixsocket would look for the file at each
    /// accept, and not find it. It shares its descriptor with the one that was bound, which must
    /// live as long.
    private static AFUNIXServerSocketChannel bind(Path path, Undo undo) throws IOException {
        AFUNIXServerSocketChannel bound = AFUNIXServerSocketChannel.open();
        undo.push(() -> closeQuietly(bound));
        bound.setDeleteOnClose(false);
        bound.bind(AFUNIXSocketAddress.of(path), BACKLOG);
        AFUNIXServerSocketChannel channel =
                FileDescriptorCast.using(bound.getFileDescriptor())
                        .as(AFUNIXServerSocketChannel.class);
        channel.setDeleteOnClose(false);
        undo.push(() -> closeQuietly(channel));
        return channel;
    }

    private static @Nullable GroupPrincipal groupOf(ControlSpec spec, int uid)
            throws IOException, UsageException {
        String name = spec.group();
        String usual = Kernel.current() == Kernel.LINUX ? "switchd" : "admin";
        if (name == null && uid != 0) {
            return null;
        }
        try {
            return spec.socket()
                    .getFileSystem()
                    .getUserPrincipalLookupService()
                    .lookupPrincipalByGroupName(name == null ? usual : name);
        } catch (UserPrincipalNotFoundException _) {
            if (name == null) {
                return null;
            }
            throw new UsageException(
                    "--control-group: there is no group '"
                            + name
                            + "': make it first, or give one"
                            + " that `getent group` or `dscl . list /Groups` names");
        }
    }

    private static Set<PosixFilePermission> permissions(int mode) {
        Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = PosixFilePermission.values(); // owner r, w, x, group r …
        for (int i = 0; i < all.length; i++) {
            if ((mode & 0400 >> i) != 0) {
                set.add(all[i]);
            }
        }
        return set;
    }

    private static int gidOf(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:gid", LinkOption.NOFOLLOW_LINKS);
    }

    private static Object identityOf(Path path) throws IOException {
        return Files.getAttribute(path, "unix:fileKey", LinkOption.NOFOLLOW_LINKS);
    }

    private static void remove(Path path, Object identity) {
        try {
            if (identityOf(path).equals(identity)) {
                Files.delete(path);
            }
        } catch (IOException _) {
            // It is gone already, or somebody else's.
        }
    }

    private static void deleteQuietly(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException _) {
            // Swept by the next daemon.
        }
    }

    private static void closeQuietly(AFUNIXServerSocketChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // Nothing is left to be done.
        }
    }

    AFUNIXServerSocketChannel channel() {
        return channel;
    }

    /// The group whose members may do everything, or null.
    @Nullable Integer group() {
        return group;
    }

    /// Removes the path where it still leads here. Closing twice is no error.
    @Override
    public void close() {
        try {
            undo.close();
        } catch (SwitchdException e) {
            throw new IllegalStateException("none of the steps throws", e);
        }
    }
}
