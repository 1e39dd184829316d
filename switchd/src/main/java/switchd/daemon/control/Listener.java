package switchd.daemon.control;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.AFUNIXSocketChannel;
import org.newsclub.net.unix.AFUNIXSocketCredentials;

/// Who listens at a path. Asking never waits and sends nothing.
sealed interface Listener {
    /// No file, or a socket that was left behind.
    record Nobody() implements Listener {}

    /// A file that is no socket.
    record NoSocket() implements Listener {}

    /// A living process.
    ///
    /// @param pid -1 where it could not be made out
    record Somebody(long pid) implements Listener {}

    static Listener at(Path path) {
        try {
            var status = Files.readAttributes(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            if ((ControlDirectory.number(status, "mode") & 0xf000) != 0xc000) {
                return new NoSocket();
            }
        } catch (IOException _) {
            return new Nobody();
        }
        try (SocketChannel probe = SocketChannel.open(java.net.StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(path)); // false: his queue is full
            return new Somebody(pid(path));
        } catch (ConnectException _) {
            return new Nobody();
        } catch (IOException _) {
            return new Somebody(-1);
        }
    }

    private static long pid(Path path) {
        try (AFUNIXSocketChannel probe = AFUNIXSocketChannel.open()) {
            probe.configureBlocking(false);
            probe.connect(AFUNIXSocketAddress.of(path));
            AFUNIXSocketCredentials known = probe.getPeerCredentials();
            return known == null ? -1 : known.getPid();
        } catch (IOException _) {
            return -1;
        }
    }
}
