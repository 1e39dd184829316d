package switchd.darwin.testkit;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;

/// A `PF_SYSTEM` socket of kernel events: one message a read, none before `SIOCSKEVFILT`, and what
/// does not fit is lost without a word.
final class FakeKernelEvents extends FakeSocket {
    private static final int ROOM = 32 * 1024;

    private final FakeNet net;
    private final Deque<byte[]> queue = new ArrayDeque<>();
    private final RequestTable requests =
            new RequestTable("ENOTTY").on("SIOCSKEVFILT", (euid, argument) -> filter(argument));
    private int[] wanted = {-1, -1, -1};
    private int queued;

    FakeKernelEvents(FakeNet net) {
        this.net = net;
    }

    private void filter(MemorySegment argument) {
        AbiStruct request = new AbiStruct("kev_request", argument);
        wanted =
                new int[] {
                    request.getInt("vendor_code"),
                    request.getInt("kev_class"),
                    request.getInt("kev_subclass")
                };
    }

    /// 0 stands for all of a kind.
    private static boolean matches(int wanted, String constant) {
        return wanted == 0 || wanted == (int) Abi.constant(constant);
    }

    /// Queues an event of the network's data link subclass.
    void post(byte[] message) {
        boolean matches =
                matches(wanted[0], "KEV_VENDOR_APPLE")
                        && matches(wanted[1], "KEV_NETWORK_CLASS")
                        && matches(wanted[2], "KEV_DL_SUBCLASS");
        if (matches && queued + message.length <= ROOM) {
            queue.add(message);
            queued += message.length;
            net.kernel().changed();
        }
    }

    @Override
    int ioctl(FakeXnu caller, long request, MemorySegment argument) {
        return requests.run(0, request, argument);
    }

    @Override
    long read(FakeXnu caller, MemorySegment buffer, long offset, long count) {
        byte[] message = take(caller, nonBlocking);
        long length = Math.min(count, message.length);
        MemorySegment.copy(MemorySegment.ofArray(message), 0, buffer, offset, length);
        return length;
    }

    @Override
    long recvmsg(FakeXnu caller, MemorySegment message, int flags) {
        boolean waits = !nonBlocking && (flags & Abi.constant("MSG_DONTWAIT")) == 0;
        return Message.of(message).receive(take(caller, !waits), new byte[0]);
    }

    private byte[] take(FakeXnu caller, boolean atOnce) {
        while (queue.isEmpty()) {
            Refused.when(atOnce, "EAGAIN");
            net.kernel().sleep(caller.process());
        }
        byte[] message = queue.remove();
        queued -= message.length;
        return message;
    }

    @Override
    long readable() {
        return queue.isEmpty() ? NOT_READY : queued;
    }

    @Override
    void closed() {
        net.listeners.remove(this);
    }
}
