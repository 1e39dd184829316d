package switchd.attach.keeper;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import switchd.core.Errno;
import switchd.core.HostException;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.posix.DescriptorMessage;
import switchd.posix.Fd;
import switchd.posix.Ids;
import switchd.posix.PeerProcess;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;

/// A connection between the daemon and the process that holds its VMs' links: messages of [#BYTES],
/// each with at most one descriptor. Either end is the same user's.
final class KeeperSocket implements AutoCloseable {
    /// Of a message: its verb, the name of a link, and zeros.
    static final int BYTES = 128;

    private static final int TIMEVAL_BYTES = 2 * Long.BYTES;

    private final Posix posix;
    private final Fd fd;

    /// @param fd connected
    KeeperSocket(Posix posix, Fd fd) {
        this.posix = posix;
        this.fd = fd;
    }

    /// Refuses a far end that is another user's.
    ///
    /// @throws PermissionException where it is
    void checkPeer() throws SwitchdException {
        int user = PeerProcess.user(posix, fd.number());
        if (user != posix.geteuid()) {
            throw new PermissionException(
                    "user " + Ids.text(user) + " is at the far end of the sockets' keeper");
        }
    }

    /// Has calls end after a time: a far end that hangs holds nobody up.
    void timeout(int option, int seconds) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            // struct timeval; what is 32 bits on Darwin is little-endian in 64
            MemorySegment time = arena.allocate(TIMEVAL_BYTES, Long.BYTES);
            time.set(ValueLayout.JAVA_LONG, 0, seconds);
            int result =
                    posix.setsockopt(
                            fd.number(), PosixConstants.SOL_SOCKET, option, time, TIMEVAL_BYTES);
            SyscallException.check("setsockopt(keeper, timeout)", result);
        }
    }

    /// Sends one message; the far end gets a copy of its descriptor.
    ///
    /// @throws SyscallException where the far end is gone or hangs
    void send(Message message) throws SyscallException {
        byte[] bytes =
                Arrays.copyOf((message.verb().code + message.name()).getBytes(US_ASCII), BYTES);
        long sent = DescriptorMessage.send(posix, fd.number(), bytes, message.descriptor());
        SyscallException.check("sendmsg(keeper)", sent);
        if (sent < BYTES) {
            throw new SyscallException("sendmsg(keeper)", Errno.EAGAIN.number());
        }
    }

    /// The next message; null where the far end is gone.
    ///
    /// @throws SwitchdException where none comes in time, or what comes is none
    @Nullable Message receive() throws SwitchdException {
        byte[] all = new byte[BYTES];
        int[] descriptor = new int[1];
        int taken = DescriptorMessage.NONE;
        for (int length = 0; length < BYTES; ) {
            byte[] part = new byte[BYTES - length];
            long got = DescriptorMessage.receive(posix, fd.number(), part, descriptor);
            if (descriptor[0] != DescriptorMessage.NONE) {
                close(taken);
                taken = descriptor[0];
            }
            if (got == -Errno.EINTR.number()) {
                continue;
            }
            if (got <= 0) {
                close(taken);
                SyscallException.check("recvmsg(keeper)", got);
                return null;
            }
            System.arraycopy(part, 0, all, length, (int) got);
            length += (int) got;
        }
        for (Message.Verb verb : Message.Verb.values()) {
            if (verb.code == all[0]) {
                return new Message(verb, new String(all, 1, BYTES - 1, US_ASCII).trim(), taken);
            }
        }
        close(taken);
        throw new HostException("the sockets' keeper is of another version: message " + all[0]);
    }

    private void close(int descriptor) {
        if (descriptor != DescriptorMessage.NONE) {
            posix.close(descriptor);
        }
    }

    /// Closing twice is no error.
    @Override
    public void close() {
        fd.close();
    }
}
