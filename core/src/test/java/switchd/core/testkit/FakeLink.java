package switchd.core.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import switchd.core.FrameBatch;
import switchd.core.FrameSink;
import switchd.core.FrameSource;
import switchd.core.SyscallException;

/// A source and a sink whose far end is the test: what it gives is received, what is sent to it is
/// kept, its room is as large as the test says. Descriptors are numbers only, none used twice.
///
/// With [#repeat] and [#keepsNothing()] neither `receive` nor `send` allocates.
public abstract class FakeLink implements FrameSource, FrameSink, AutoCloseable {
    private static final AtomicInteger NEXT_FD = new AtomicInteger(100);
    private static final int UNLIMITED = Integer.MAX_VALUE;

    private final int fd = NEXT_FD.getAndIncrement();
    private final FrameBatch batch;
    private final Deque<byte[]> waiting = new ArrayDeque<>();
    private final List<byte[]> sent = new ArrayList<>();
    private byte[] repeated = {};
    private long repeats;
    private boolean keeps = true;
    private long sentFrames;
    private long receivedFrames;
    private int room = UNLIMITED;
    private int refusedLength = -1;
    private int untilSendFails;
    private int closes;
    private int usesAfterClose;
    private @Nullable SyscallException receiveFailure;
    private @Nullable SyscallException sendFailure;

    /// @param batch the slots to receive into
    FakeLink(FrameBatch batch) {
        this.batch = batch;
    }

    /// Frames to be received, behind those that wait already.
    public void give(byte[]... frames) {
        waiting.addAll(List.of(frames));
    }

    /// `frame` to be received `times` times, once nothing else waits.
    public void repeat(byte[] frame, long times) {
        repeated = frame;
        repeats = times;
    }

    /// True while there is something to receive, an error included.
    public boolean isReadable() {
        return !waiting.isEmpty() || repeats > 0 || receiveFailure != null;
    }

    /// How many more frames the far end takes; as many as there are where nothing is said.
    public void room(int frames) {
        room = frames;
    }

    /// Room without end.
    public void unlimitedRoom() {
        room = UNLIMITED;
    }

    /// True while the far end takes frames, or `send` would tell an error.
    public boolean isWritable() {
        return room > 0 || sendFailure != null;
    }

    /// Refuses frames of this length for what they are.
    public void refuseLength(int bytes) {
        refusedLength = bytes;
    }

    /// Has `receive` fail once nothing is left to receive.
    public void failReceive(SyscallException failure) {
        receiveFailure = failure;
    }

    /// Has `send` fail from now on, after `frames` more frames.
    public void failSendAfter(int frames, SyscallException failure) {
        untilSendFails = frames;
        sendFailure = failure;
    }

    /// Counts what is sent from now on, and keeps no copy.
    public void keepsNothing() {
        keeps = false;
    }

    /// Copies of the frames sent, in order.
    public List<byte[]> sent() {
        return sent;
    }

    /// The numbers of the frames sent, in order.
    public List<Integer> sentNumbers() {
        return Frames.numbers(sent);
    }

    /// How many frames were sent, kept or not.
    public long sentFrames() {
        return sentFrames;
    }

    /// How many frames were received.
    public long receivedFrames() {
        return receivedFrames;
    }

    /// How often it was closed.
    public int closes() {
        return closes;
    }

    /// How often it was used although it was closed.
    public int usesAfterClose() {
        return usesAfterClose;
    }

    @Override
    public int fd() {
        return fd;
    }

    @Override
    public FrameBatch receive(int most) throws SyscallException {
        checkOpen();
        batch.clear();
        while (batch.count() < most && !waiting.isEmpty()) {
            Frames.put(waiting.remove(), batch);
        }
        while (batch.count() < most && repeats > 0) {
            Frames.put(repeated, batch);
            repeats--;
        }
        if (batch.count() == 0 && receiveFailure != null) {
            throw receiveFailure;
        }
        receivedFrames += batch.count();
        return batch;
    }

    @Override
    public int send(FrameBatch frames, int from) throws SyscallException {
        checkOpen();
        for (int i = from; i < frames.count(); i++) {
            int taken = i - from;
            if (sendFailure != null && untilSendFails-- == 0) {
                untilSendFails = 0;
                return partOr(taken, sendFailure);
            }
            if (frames.length(i) == refusedLength) {
                return taken == 0 ? REFUSED : taken;
            }
            if (room == 0) {
                return taken;
            }
            take(frames, i);
        }
        return frames.count() - from;
    }

    @Override
    public void close() {
        closes++;
    }

    /// As the kernel does it: the error waits for the next call where frames were taken before it.
    private static int partOr(int taken, SyscallException failure) throws SyscallException {
        if (taken > 0) {
            return taken;
        }
        throw failure;
    }

    private void take(FrameBatch frames, int i) {
        if (room != UNLIMITED) {
            room--;
        }
        sentFrames++;
        if (keeps) {
            sent.add(Frames.bytes(frames, i));
        }
    }

    private void checkOpen() {
        if (closes > 0) {
            usesAfterClose++;
            throw new IllegalStateException("used after it was closed");
        }
    }
}
