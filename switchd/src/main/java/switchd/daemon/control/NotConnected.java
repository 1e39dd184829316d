package switchd.daemon.control;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
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

    /// How to be let in.
    static String cure(Path socket) {
        try {
            PosixFileAttributes there = Files.readAttributes(socket, PosixFileAttributes.class);
            // A group that its permissions give nothing is of no use.
            return there.permissions().contains(PosixFilePermission.GROUP_WRITE)
                    ? "run this with sudo, or as a member of the group " + there.group().getName()
                    : "run this with sudo, or have the daemon give it a group (--control-group)";
        } catch (IOException _) {
            return "run this with sudo";
        }
    }
}
