package switchd.posix;

import org.jspecify.annotations.Nullable;
import switchd.core.FrameBatch;

/// Moves frames between datagram sockets and batches, one frame a datagram: with as few calls as
/// the kernel allows.
///
/// An instance belongs to one loop: it receives into the slots it was made with. Nothing here
/// blocks or allocates, but for [#source] and [#credentials].
public interface DatagramIo {
    /// The slots that [#receive] fills.
    FrameBatch slots();

    /// As [#receive(int, int)], as many as there are slots.
    default int receive(int fd) {
        return receive(fd, slots().capacity());
    }

    /// Takes waiting datagrams. A datagram that is longer than a slot is cut to its length.
    ///
    /// @param most datagrams, at most as many as there are slots
    /// @return the number of frames in [#slots()], 0 where nothing waits, or a negated error number
    int receive(int fd, int most);

    /// The path that the sender of datagram `i` of the last [#receive] is bound to; empty where it
    /// is bound to none.
    String source(int i);

    /// True where datagram `i` of the last [#receive] came from `path`, as [#source] would give it.
    ///
    /// @param path a C string's bytes without the final NUL
    boolean isFrom(int i, byte[] path);

    /// As [#receive], from a socket of which [SenderCredentials#want] holds: for [#credentials].
    default int receiveWithCredentials(int fd, int most) {
        return receive(fd, most);
    }

    /// Who sent datagram `i` of the last [#receiveWithCredentials]; null where the kernel does not
    /// tell.
    default @Nullable Credentials credentials(int i) {
        return null;
    }

    /// Sends the frames of `batch` from frame `from` on over a connected socket.
    ///
    /// @return the number of frames taken, at least one, or a negated error number
    int send(int fd, FrameBatch batch, int from);
}
