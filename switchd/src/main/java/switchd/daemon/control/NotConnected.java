package switchd.daemon.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import switchd.core.HostException;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;

/// Why a control socket cannot be reached, in words that help.
final class NotConnected {
    private NotConnected() {}

    /// @param failure what connecting to `socket` failed with
    static SwitchdException why(Path socket, Exception failure) {
        if (Files.notExists(socket, LinkOption.NOFOLLOW_LINKS)) {
            return new HostException(
                    "switchd is not running: there is no control socket "
                            + socket
                            + ": start it (`sudo switchd …`, or its service), or say where it is"
                            + " with --control PATH");
        }
        if (!Files.isWritable(socket)) {
            return new PermissionException(
                    "the daemon's control socket "
                            + socket
                            + " is not open to you: "
                            + cure(socket));
        }
        return new HostException(
                "switchd is not running: nobody listens at "
                        + socket
                        + " ("
                        + failure.getMessage()
                        + "): start it again; it removes what was left behind");
    }

    private static String cure(Path socket) {
        try {
            PosixFileAttributes there = Files.readAttributes(socket, PosixFileAttributes.class);
            return "run this with sudo, or as a member of the group " + there.group().getName();
        } catch (IOException _) {
            return "run this with sudo";
        }
    }
}
