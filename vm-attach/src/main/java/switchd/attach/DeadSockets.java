package switchd.attach;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import switchd.core.Errno;
import switchd.core.SwitchdException;
import switchd.posix.FileRights;
import switchd.posix.FileStatus;
import switchd.posix.Owner;
import switchd.posix.Posix;

/// The sockets that killed VMs, or a killed switchd, have left in a port's directory.
final class DeadSockets {
    private static final int MOST = 1_024;

    private static final Logger LOG = System.getLogger(DeadSockets.class.getName());

    private DeadSockets() {}

    /// Removes sockets that nobody has any more, as the kernel says, and nothing else; at most
    /// [#MOST] files are looked at. Failures are passed over: what is left keeps the directory.
    ///
    /// @param owner of the directory, with whose rights all is done: he could have done it himself
    static void sweep(Posix posix, FileRights rights, String directory, Owner owner) {
        try {
            rights.as(
                    owner,
                    () -> {
                        try (DirectoryStream<Path> all =
                                Files.newDirectoryStream(Path.of(directory))) {
                            Iterator<Path> each = all.iterator();
                            for (int i = 0; i < MOST && each.hasNext(); i++) {
                                removeDead(posix, each.next().toString());
                            }
                        } catch (IOException | DirectoryIteratorException e) {
                            LOG.log(Level.DEBUG, "cannot read " + directory, e);
                        }
                        return true;
                    });
        } catch (SwitchdException e) {
            LOG.log(Level.DEBUG, "leaving files in " + directory, e);
        }
    }

    private static void removeDead(Posix posix, String path) throws SwitchdException {
        FileStatus there = FileStatus.of(posix, path);
        if (there != null
                && there.isSocket()
                && Errno.ECONNREFUSED.is(SocketProbe.of(posix, path).result())) {
            try (Arena arena = Arena.ofConfined()) {
                posix.unlink(arena.allocateFrom(path));
            }
        }
    }
}
