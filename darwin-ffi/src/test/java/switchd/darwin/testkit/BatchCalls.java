package switchd.darwin.testkit;

import java.lang.foreign.MemorySegment;
import switchd.darwin.testkit.DatagramQueue.Datagram;

/// `sendmsg_x` and `recvmsg_x` (XNU `bsd/kern/uipc_syscalls.c`): the loops of macOS 11, which macOS
/// 14 replaced.
final class BatchCalls {
    private static final int MOST = 1024;
    private static final int MOST_AT_ONCE = 100;
    private static final int MOST_RECEIVED_SINCE_14 = 256;
    private static final int MSG_DONTWAIT = (int) Abi.constant("MSG_DONTWAIT");
    private static final int MSG_TRUNC = (int) Abi.constant("MSG_TRUNC");

    private BatchCalls() {}

    static long send(
            FakeXnu caller,
            FakeSocket socket,
            MemorySegment messages,
            long offset,
            int count,
            int flags) {
        return caller.kernel().profile.since(Profile.MACOS14)
                ? sendSince14(caller, socket, messages, offset, count, flags)
                : sendUntil13(caller, socket, messages, offset, count, flags);
    }

    /// Counts the messages whose bytes were fetched, so the one that met `ENOBUFS` as well.
    private static long sendUntil13(
            FakeXnu caller,
            FakeSocket socket,
            MemorySegment messages,
            long offset,
            int count,
            int flags) {
        requireCount(count);
        int used = Math.min(count, MOST_AT_ONCE);
        for (int i = 0; i < used; i++) {
            AbiStruct header = header(messages, offset, i);
            new Message(header);
            Refused.when(header.getInt("msg_flags") != 0, "EINVAL");
        }
        int fetched = 0;
        Refused failure = null;
        while (fetched < used && failure == null) {
            try {
                sendOne(caller, socket, header(messages, offset, fetched), flags);
                fetched++;
            } catch (Refused e) {
                failure = e;
                fetched += isMetAfterFetching(e) ? 1 : 0;
            }
        }
        if (failure != null) {
            boolean moved = false;
            for (int i = 0; i < fetched; i++) {
                moved |= room(messages, offset, i) > 0;
            }
            if (!moved || !is(failure, "ENOBUFS", "EAGAIN", "EINTR")) {
                throw failure;
            }
        }
        while (fetched < used && room(messages, offset, fetched) == 0) {
            fetched++;
        }
        return fetched;
    }

    private static long sendSince14(
            FakeXnu caller,
            FakeSocket socket,
            MemorySegment messages,
            long offset,
            int count,
            int flags) {
        for (int sent = 0; sent < count; sent++) {
            try {
                sendOne(caller, socket, header(messages, offset, sent), flags);
            } catch (Refused e) {
                if (sent > 0 && is(e, "ENOBUFS", "EAGAIN", "EMSGSIZE", "EINTR")) {
                    return sent;
                }
                throw e;
            }
        }
        return count;
    }

    static long receive(
            FakeXnu caller, FakeSocket socket, MemorySegment messages, int count, int flags) {
        requireCount(count);
        if (!(socket instanceof FakeUnixSocket unix)) {
            throw new UnsupportedOperationException("recvmsg_x on this socket");
        }
        return caller.kernel().profile.since(Profile.MACOS14)
                ? receiveSince14(caller, unix, messages, count, flags)
                : receiveUntil13(caller, unix, messages, count, flags);
    }

    /// Ends at a datagram that was cut. Where nothing but empty datagrams came before the queue was
    /// empty, they are lost and the call fails.
    private static long receiveUntil13(
            FakeXnu caller, FakeUnixSocket socket, MemorySegment messages, int count, int flags) {
        int room = Math.min(count, MOST_AT_ONCE);
        for (int i = 0; i < room; i++) {
            AbiStruct header = header(messages, 0, i);
            new Message(header);
            Refused.when(header.getInt("msg_flags") != 0, "EINVAL");
        }
        long bytes = 0;
        for (int i = 0; i < room; i++) {
            Datagram datagram;
            try {
                datagram = socket.receive(caller, i == 0 ? flags : flags | MSG_DONTWAIT);
            } catch (Refused e) {
                if (bytes > 0 && is(e, "EAGAIN", "EINTR")) {
                    return i;
                }
                throw e;
            }
            AbiStruct header = header(messages, 0, i);
            int copied = fill(header, datagram);
            bytes += copied;
            if (copied < datagram.data().length) {
                header.setInt(MSG_TRUNC, "msg_flags");
                return i + 1L;
            }
        }
        return room;
    }

    private static long receiveSince14(
            FakeXnu caller, FakeUnixSocket socket, MemorySegment messages, int count, int flags) {
        Refused.when((flags & ~MSG_DONTWAIT) != 0, "EINVAL");
        int room = Math.min(count, MOST_RECEIVED_SINCE_14);
        for (int i = 0; i < room; i++) {
            Datagram datagram;
            try {
                datagram = socket.receive(caller, i == 0 ? flags : flags | MSG_DONTWAIT);
            } catch (Refused e) {
                if (i > 0 && is(e, "EAGAIN", "EINTR")) {
                    return i;
                }
                throw e;
            }
            fill(header(messages, 0, i), datagram);
        }
        return room;
    }

    private static int fill(AbiStruct header, Datagram datagram) {
        Message message = new Message(header);
        int copied = message.scatter(datagram.data());
        message.setName(datagram.from());
        message.setFlags(0);
        header.setLong(copied, "msg_datalen");
        return copied;
    }

    private static void sendOne(FakeXnu caller, FakeSocket socket, AbiStruct header, int flags) {
        new Message(header);
        socket.sendmsg(caller, header.memory(), flags);
    }

    /// `ENOBUFS`, and what a look-up of the receiver gives, come after the bytes were fetched.
    private static boolean isMetAfterFetching(Refused e) {
        return !is(e, "ECONNRESET", "EDESTADDRREQ", "EMSGSIZE", "EPIPE", "EFAULT");
    }

    private static boolean is(Refused e, String... errnos) {
        for (String errno : errnos) {
            if (e.is(errno)) {
                return true;
            }
        }
        return false;
    }

    private static long room(MemorySegment messages, long offset, int i) {
        return new Message(header(messages, offset, i)).room();
    }

    private static AbiStruct header(MemorySegment messages, long offset, int i) {
        return AbiStruct.at("msghdr_x", messages.asSlice(offset), i);
    }

    private static void requireCount(int count) {
        Refused.when(count <= 0 || count > MOST, "EINVAL");
    }
}
