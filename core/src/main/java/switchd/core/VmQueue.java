package switchd.core;

import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/// The way of frames to a port's VM.
///
/// **Hold, don't drop.** When the VM takes only part of a batch, the rest waits here, and whoever
/// feeds the port stops, until there is room: at most [#HOLD_NANOS] without progress, and no frame
/// longer than [#OLDEST_NANOS].
///
/// Frames of the LAN and frames of other ports wait apart and are sent in turn, so that neither a
/// flooding VM nor a flooding LAN shuts the other out. What comes from one of them stays in order.
///
/// Used by the loop's thread alone.
public final class VmQueue {
    /// How long frames wait for a VM that takes none: shorter than TCP's shortest timeout (200 ms
    /// on Linux), longer than a busy host keeps a VM from running.
    static final long HOLD_NANOS = 100_000_000;

    /// How long a frame may wait for a VM that takes some: later it is of no use to anybody.
    static final long OLDEST_NANOS = 1_000_000_000;

    /// How soon a VM is asked again where the kernel does not tell that there is room.
    static final long RETRY_NANOS = 1_000_000;

    private final Port port;
    private final EventLoop loop;
    private final Counters counters;
    private final HoldBuffer fromLan;
    private final HoldBuffer fromPorts;
    private final LoopTimer deadline;
    private final LoopTimer retry;
    private @Nullable VmLink vm;
    private @Nullable Watch watch;
    private boolean lanFirst = true;

    private int highWater;
    private long servedAt;

    /// Frames of the current batch that are dealt with.
    private int done;

    VmQueue(Port port, EventLoop loop, Counters counters, int mtu, Arena arena) {
        this.port = port;
        this.loop = loop;
        this.counters = counters;
        this.fromLan = new HoldBuffer(arena, mtu);
        this.fromPorts = new HoldBuffer(arena, mtu);
        this.deadline = loop.timer(this::giveUp);
        this.retry = loop.timer(this::release);
    }

    /// From here on frames go to `link`.
    void open(VmLink link, Watch linkWatch) {
        vm = link;
        watch = linkWatch;
    }

    /// From here on there is no VM; what waits for it is dropped and counted.
    void close() {
        vm = null;
        watch = null;
        drop(DropCause.DETACHED);
    }

    /// Frames that wait now.
    public int waiting() {
        return fromLan.count() + fromPorts.count();
    }

    /// The most frames that have waited.
    public int highWater() {
        return highWater;
    }

    /// The most frames that can wait.
    public int capacity() {
        return fromLan.capacity() + fromPorts.capacity();
    }

    /// The loop's time when the VM last took a frame; of no meaning before that.
    public long servedAt() {
        return servedAt;
    }

    /// True while frames wait.
    boolean isHolding() {
        return !fromLan.isEmpty() || !fromPorts.isEmpty();
    }

    /// True while frames of the LAN wait: no more of them should be read.
    boolean holdsFromLan() {
        return !fromLan.isEmpty();
    }

    /// Sends frames of the LAN, or holds them.
    void sendFromLan(FrameBatch frames) {
        send(frames, fromLan);
    }

    /// Sends frames of other ports, or holds them.
    void sendFromPorts(FrameBatch frames) {
        send(frames, fromPorts);
    }

    private void send(FrameBatch frames, HoldBuffer buffer) {
        VmLink link = vm;
        if (link == null) {
            counters.dropped(DropCause.DETACHED, frames, 0, frames.count());
            return;
        }
        done = 0;
        try {
            if (!isHolding()) {
                push(link, frames);
            }
        } catch (SyscallException | RuntimeException e) {
            counters.dropped(DropCause.DETACHED, frames, done, frames.count());
            port.detach(String.valueOf(e.getMessage()));
            return;
        }
        if (done < frames.count()) {
            hold(frames, buffer);
        } else if (!isHolding() && !isFlushed(link)) {
            awaitRoom();
        }
    }

    /// True where the link owes the VM nothing of the frames that it has taken.
    private boolean isFlushed(VmLink link) {
        try {
            return link.flush();
        } catch (SyscallException | RuntimeException e) {
            port.detach(String.valueOf(e.getMessage()));
            return true;
        }
    }

    private void hold(FrameBatch frames, HoldBuffer buffer) {
        boolean first = !isHolding();
        int taken = buffer.add(frames, done, loop.now());
        counters.dropped(DropCause.VM_FULL, frames, done + taken, frames.count());
        highWater = Math.max(highWater, waiting());
        if (first) {
            deadline.set(HOLD_NANOS);
            awaitRoom();
        }
    }

    /// Sends as many frames as the VM takes; [#done] counts those that are sent, or dropped as
    /// nobody can send them, also where it fails half-way.
    private void push(VmLink link, FrameBatch frames) throws SyscallException {
        done = 0;
        while (done < frames.count()) {
            int sent = link.send(frames, done);
            if (sent == 0) {
                return;
            }
            if (sent == FrameSink.REFUSED) {
                counters.dropped(DropCause.OVERSIZE, frames, done, done + 1);
                done++;
            } else {
                counters.passed(frames, done, done + sent);
                servedAt = loop.now();
                done += sent;
            }
        }
    }

    /// There may be room: sends what waits.
    void release() {
        VmLink link = vm;
        if (link == null) {
            return;
        }
        if (!isHolding()) {
            if (isFlushed(link)) {
                stopWaiting();
            }
            return;
        }
        int before = waiting();
        HoldBuffer first = lanFirst ? fromLan : fromPorts;
        HoldBuffer second = lanFirst ? fromPorts : fromLan;
        try {
            if (drain(link, first)) {
                drain(link, second);
            }
        } catch (SyscallException | RuntimeException e) {
            port.detach(String.valueOf(e.getMessage()));
            return;
        }
        if (waiting() < before) {
            deadline.set(HOLD_NANOS);
            lanFirst = !lanFirst;
        }
        if (isHolding()) {
            awaitRoom();
        } else if (isFlushed(link)) {
            stopWaiting();
        } else {
            deadline.cancel();
            awaitRoom();
        }
        if (fromLan.isEmpty()) {
            port.lanMayGoOn();
        }
    }

    /// @return true where nothing waits there any more
    private boolean drain(VmLink link, HoldBuffer buffer) throws SyscallException {
        drop(DropCause.VM_FULL, buffer, buffer.olderThan(loop.now() - OLDEST_NANOS));
        if (!buffer.isEmpty()) {
            try {
                push(link, buffer.frames());
            } finally {
                buffer.remove(done);
            }
        }
        return buffer.isEmpty();
    }

    private void awaitRoom() {
        VmLink link = vm;
        if (link == null) {
            return;
        }
        wantWritable(link.tellsRoom());
        if (!link.tellsRoom()) {
            retry.set(RETRY_NANOS);
        }
    }

    private void giveUp() {
        drop(DropCause.VM_FULL);
    }

    private void drop(DropCause cause) {
        if (isHolding()) {
            drop(cause, fromLan, fromLan.count());
            drop(cause, fromPorts, fromPorts.count());
            VmLink link = vm;
            if (link == null || isFlushed(link)) {
                stopWaiting();
            }
            port.lanMayGoOn();
        }
    }

    private void drop(DropCause cause, HoldBuffer buffer, int oldest) {
        if (oldest > 0) {
            counters.dropped(cause, buffer.frames(), 0, oldest);
            buffer.remove(oldest);
        }
    }

    private void stopWaiting() {
        deadline.cancel();
        retry.cancel();
        wantWritable(false);
    }

    private void wantWritable(boolean wanted) {
        Watch current = watch;
        if (current == null) {
            return;
        }
        try {
            current.interest(true, wanted);
        } catch (SyscallException e) {
            port.detach(e.getMessage());
        }
    }
}
