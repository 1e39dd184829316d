package switchd.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import switchd.core.Errno;
import switchd.core.SyscallException;
import switchd.posix.Fd;
import switchd.posix.PosixConstants;

/// A socket to the kernel's rtnetlink: sends a request, reads what answers it. It waits for an
/// answer no longer than [#PATIENCE_SECONDS]; the kernel answers within the call as a rule.
///
/// Belongs to the thread that opened it.
final class NetlinkSocket implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 5;

    /// The kernel cuts a dump into parts of at most 32 KiB.
    private static final int BUFFER_BYTES = 64 << 10;

    private static final long HEADER_BYTES = NetlinkMessage.HEADER.byteSize();
    private static final int FLAGS = LinuxConstants.SOCK_RAW | LinuxConstants.SOCK_CLOEXEC;

    private final Linux linux;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment buffer = arena.allocate(BUFFER_BYTES, Long.BYTES);
    private final Fd fd;
    private int sequence;

    private NetlinkSocket(Linux linux, Fd fd) {
        this.linux = linux;
        this.fd = fd;
    }

    /// @throws SyscallException where the kernel gives none: EMFILE, ENFILE
    static NetlinkSocket open(Linux linux) throws SyscallException {
        int number = linux.socket(LinuxConstants.AF_NETLINK, FLAGS, NetlinkConstants.NETLINK_ROUTE);
        SyscallException.check("socket(AF_NETLINK)", number);
        NetlinkSocket socket = new NetlinkSocket(linux, new Fd(linux, number));
        int result = socket.setPatience();
        if (result < 0) {
            socket.close();
            throw new SyscallException("setsockopt(SO_RCVTIMEO)", result);
        }
        return socket;
    }

    private int setPatience() {
        MemorySegment time = arena.allocate(JAVA_LONG, 2);
        time.set(JAVA_LONG, 0, PATIENCE_SECONDS);
        return linux.setsockopt(
                fd.number(),
                PosixConstants.SOL_SOCKET,
                LinuxConstants.SO_RCVTIMEO,
                time,
                (int) time.byteSize());
    }

    /// Sends a request and reads its answer to the end.
    ///
    /// @param what the request for people: `RTM_NEWLINK swtap0 up`
    /// @param message asks for an acknowledgement or a dump
    /// @param each takes the payload of every message of the answer that is about a link
    /// @return false where links came or went while the kernel listed them
    /// @throws SyscallException with the kernel's error; EAGAIN where it does not answer
    boolean request(String what, NetlinkMessage message, Consumer<MemorySegment> each)
            throws SyscallException {
        String call = "netlink(" + what + ")";
        sequence++;
        MemorySegment bytes = message.finish(sequence);
        SyscallException.check(
                call, linux.sendto(fd.number(), bytes, bytes.byteSize(), 0, MemorySegment.NULL, 0));
        Answer answer = new Answer(call, each);
        while (!answer.complete) {
            answer.read(receive(call));
        }
        return answer.consistent;
    }

    private MemorySegment receive(String call) throws SyscallException {
        long length;
        do {
            length = linux.recvfrom(fd.number(), buffer, BUFFER_BYTES, LinuxConstants.MSG_TRUNC);
        } while (Errno.EINTR.is(length));
        SyscallException.check(call, length);
        if (length > BUFFER_BYTES) {
            throw new SyscallException(
                    call + " answers " + length + " bytes", Errno.EMSGSIZE.number());
        }
        return buffer.asSlice(0, length);
    }

    @Override
    public void close() {
        fd.close();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    /// What is read of the answer to one request.
    private final class Answer {
        private final String call;
        private final Consumer<MemorySegment> each;
        private boolean complete;
        private boolean consistent = true;

        Answer(String call, Consumer<MemorySegment> each) {
            this.call = call;
            this.each = each;
        }

        void read(MemorySegment messages) throws SyscallException {
            long at = 0;
            while (!complete && at + HEADER_BYTES <= messages.byteSize()) {
                int length = messages.get(JAVA_INT, at);
                if (length < HEADER_BYTES || length > messages.byteSize() - at) {
                    return;
                }
                // Answers to a request that was given up are left out.
                if (messages.get(JAVA_INT, at + 8) == sequence) {
                    one(messages.asSlice(at, length));
                }
                at += length + 3 & -4;
            }
        }

        private void one(MemorySegment message) throws SyscallException {
            MemorySegment payload = message.asSlice(HEADER_BYTES);
            if ((message.get(JAVA_SHORT, 6) & NetlinkConstants.NLM_F_DUMP_INTR) != 0) {
                consistent = false;
            }
            switch (message.get(JAVA_SHORT, 4)) {
                case NetlinkConstants.NLMSG_ERROR -> {
                    complete = true;
                    // 0 acknowledges.
                    boolean isWhole = payload.byteSize() >= Integer.BYTES;
                    int error = isWhole ? payload.get(JAVA_INT, 0) : -Errno.EMSGSIZE.number();
                    SyscallException.check(call, error);
                }
                case NetlinkConstants.NLMSG_DONE -> complete = true;
                default -> {
                    // The kernel cuts none.
                    if (payload.byteSize() >= NetlinkMessage.LINK.byteSize()) {
                        each.accept(payload);
                    }
                }
            }
        }
    }
}
