package switchd.attach.keeper;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
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
import switchd.posix.SocketTimeout;

/// A connection between the daemon and the process that holds its VMs' links: messages of [#BYTES],
/// each with at most one descriptor. Either end is the same user's.
final class KeeperSocket implements AutoCloseable {
    /// Of a message: its verb, the name of a link, and zeros.
    static final int BYTES = 128;

    private static final int SEND_SECONDS = 5;

    private final Posix posix;
    private final Fd fd;
    private final int patience;
    private boolean idle;

    /// @param patience how many seconds the far end may take to say what it has to say
    KeeperSocket(Posix posix, Fd fd, int patience) {
        this.posix = posix;
        this.fd = fd;
        this.patience = patience;
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

    /// From here on a far end that hangs holds nobody up.
    ///
    /// @throws SyscallException where the kernel refuses
    void beginPatience() throws SyscallException {
        SocketTimeout.send(posix, fd.number(), SEND_SECONDS);
        SocketTimeout.receive(posix, fd.number(), patience);
    }

    /// From here on messages may begin whenever the far end likes; one that has begun comes in
    /// time.
    ///
    /// @throws SyscallException where the kernel refuses
    void awaitMessages() throws SyscallException {
        idle = true;
        SocketTimeout.receive(posix, fd.number(), 0);
    }

    /// Says which protocol is spoken here.
    ///
    /// @return what the far end says
    /// @throws SwitchdException where it says nothing in time, or something else
    Greeting greet(Greeting own) throws SwitchdException {
        send(own.toMessage());
        Message first = receive();
        if (first == null) {
            throw new HostException("the far end of the sockets' keeper has gone");
        }
        return Greeting.parse(first);
    }

    /// True once the far end is gone.
    boolean isOver() {
        return DescriptorMessage.isOver(posix, fd.number());
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
        int[] descriptor = {DescriptorMessage.NONE};
        try {
            if (!fill(all, descriptor)) {
                close(descriptor[0]);
                return null;
            }
            for (Message.Verb verb : Message.Verb.values()) {
                if (verb.code == all[0]) {
                    String name = new String(all, 1, BYTES - 1, US_ASCII).trim();
                    return new Message(verb, name, descriptor[0]);
                }
            }
            throw new HostException("the sockets' keeper is of another version: message " + all[0]);
        } catch (SwitchdException e) {
            close(descriptor[0]);
            throw e;
        }
    }

    /// Receives until a message is whole, which takes one call as a rule.
    ///
    /// @return false where the far end is gone
    private boolean fill(byte[] all, int[] taken) throws SwitchdException {
        int length = receive(all, 0, taken);
        if (length == BYTES || length == 0) {
            return length > 0;
        }
        SocketTimeout.receive(posix, fd.number(), patience);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(patience);
        while (length < BYTES) {
            int more = receive(all, length, taken);
            if (more == 0) {
                return false;
            }
            length += more;
            if (System.nanoTime() > deadline) {
                throw new SyscallException("recvmsg(keeper)", Errno.EAGAIN.number());
            }
        }
        if (idle) {
            awaitMessages();
        }
        return true;
    }

    /// @return how many octets came, 0 at the end
    private int receive(byte[] all, int from, int[] taken) throws SyscallException {
        byte[] part = new byte[BYTES - from];
        int[] descriptor = new int[1];
        long got;
        do {
            got = DescriptorMessage.receive(posix, fd.number(), part, descriptor);
        } while (Errno.EINTR.is(got));
        if (descriptor[0] != DescriptorMessage.NONE) {
            close(taken[0]);
            taken[0] = descriptor[0];
        }
        SyscallException.check("recvmsg(keeper)", got);
        System.arraycopy(part, 0, all, from, (int) got);
        return (int) got;
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
