package switchd.daemon.capture;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import switchd.bpf.FrameFilter;
import switchd.core.Direction;
import switchd.core.DropCause;
import switchd.core.Errno;
import switchd.core.EventHandler;
import switchd.core.EventLoop;
import switchd.core.FrameBatch;
import switchd.core.FrameTap;
import switchd.core.LoopTimer;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.core.Watch;
import switchd.posix.Fd;
import switchd.posix.Posix;

/// One capture at work: picks frames, copies them into a buffer, and writes that to the client once
/// a turn.
///
/// The memory is allocated once. Where the client does not keep up, frames are left out and
/// counted, and the next record tells how many. Used by the loop's thread alone.
final class CaptureStream implements FrameTap, EventHandler, AutoCloseable {
    /// What waits for a slow client here, beside what the kernel holds for it.
    static final int BUFFER_BYTES = 512 * 1024;

    private final Posix posix;
    private final Fd fd;
    private final EpochClock clock;
    private final CaptureRequest request;
    private final @Nullable FrameFilter filter;
    private final MemorySegment buffer;
    private final LoopTimer flush;
    private final Arena arena;
    private final Runnable ended;
    private @Nullable Watch watch;

    // What waits lies from `start` to `end`.
    private int start;
    private int end;
    private long lost;
    private boolean flushes;
    private boolean blocked;
    private boolean closed;

    private CaptureStream(
            Posix posix,
            Fd fd,
            EventLoop loop,
            EpochClock clock,
            CaptureRequest request,
            Arena arena,
            Runnable ended) {
        this.posix = posix;
        this.fd = fd;
        this.clock = clock;
        this.request = request;
        this.filter = request.program().isEmpty() ? null : FrameFilter.of(request.program());
        this.arena = arena;
        this.ended = ended;
        buffer = arena.allocate(BUFFER_BYTES);
        flush = loop.timer(this::flush);
    }

    /// Starts a capture that writes to `fd`, which is its own from here on.
    ///
    /// @param fd non-blocking
    /// @param ended called once, when the client has gone
    /// @throws SwitchdException where the descriptor cannot be watched; it is closed then
    static CaptureStream open(
            Posix posix,
            Fd fd,
            EventLoop loop,
            EpochClock clock,
            CaptureRequest request,
            Runnable ended)
            throws SwitchdException {
        try (Undo undo = new Undo()) {
            undo.push(fd::close);
            Arena arena = Arena.ofConfined();
            undo.push(arena::close);
            CaptureStream stream = new CaptureStream(posix, fd, loop, clock, request, arena, ended);
            stream.watch = loop.watch(fd.number(), stream);
            undo.keep();
            return stream;
        }
    }

    @Override
    public void frames(
            Direction direction, FrameBatch frames, int from, int to, @Nullable DropCause cause) {
        if (closed || (request.dropsOnly() && cause == null)) {
            return;
        }
        MemorySegment memory = frames.memory();
        long time = clock.now();
        for (int i = from; i < to; i++) {
            int length = frames.length(i);
            int offset = frames.offset(i);
            int kept = length;
            if (filter != null) {
                kept = filter.keep(memory, offset, length);
                if (kept == 0) {
                    continue;
                }
            }
            kept = Math.min(kept, request.snaplen());
            if (!makeRoom(CaptureRecord.HEADER_BYTES + kept)) {
                lost++;
                continue;
            }
            write(CaptureRecord.Kind.FRAME, direction, cause, kept, length, lost, time);
            lost = 0;
            MemorySegment.copy(memory, offset, buffer, end, kept);
            end += kept;
        }
    }

    @Override
    public void unseen(Direction direction, DropCause cause, int count) {
        if (!closed && makeRoom(CaptureRecord.HEADER_BYTES)) {
            write(CaptureRecord.Kind.UNSEEN, direction, cause, 0, 0, count, clock.now());
        }
    }

    private void write(
            CaptureRecord.Kind kind,
            Direction direction,
            @Nullable DropCause cause,
            int captured,
            int length,
            long count,
            long time) {
        CaptureRecord.write(buffer, end, kind, direction, cause, captured, length, count, time);
        end += CaptureRecord.HEADER_BYTES;
        if (!flushes && !blocked) {
            flushes = true;
            flush.set(0);
        }
    }

    private boolean makeRoom(int bytes) {
        if (end + bytes <= BUFFER_BYTES) {
            return true;
        }
        // Not for a few bytes: a client that reads by the byte must not have it all moved each
        // time.
        if (start < BUFFER_BYTES / 2) {
            return false;
        }
        MemorySegment.copy(buffer, start, buffer, 0, end - start);
        end -= start;
        start = 0;
        return end + bytes <= BUFFER_BYTES;
    }

    private void flush() {
        flushes = false;
        if (closed) {
            return;
        }
        try {
            drain();
            if (start == end && lost > 0) {
                long told = lost;
                lost = 0;
                write(CaptureRecord.Kind.LOST, Direction.TO_LAN, null, 0, 0, told, clock.now());
            }
        } catch (SyscallException e) {
            close();
        }
    }

    private void drain() throws SyscallException {
        long written = posix.write(fd.number(), buffer, start, end - start);
        if (written < 0 && !Errno.EAGAIN.is(written)) {
            throw new SyscallException("write(capture)", written);
        }
        start += (int) Math.max(written, 0);
        if (start == end) {
            start = 0;
            end = 0;
        }
        blocked = start < end;
        if (watch != null) {
            watch.interest(true, blocked);
        }
    }

    /// The client sends nothing: it is readable when the client has gone.
    @Override
    public void ready(boolean readable, boolean writable) {
        if (readable) {
            close();
        } else if (writable) {
            flush();
        }
    }

    @Override
    public void failed(Exception cause) {
        watch = null;
        close();
    }

    /// Ends the capture: the client reads what the kernel has taken for it, then the end. Closing
    /// twice is no error.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        flush.cancel();
        if (watch != null) {
            watch.close();
            watch = null;
        }
        if (start < end) {
            posix.write(fd.number(), buffer, start, end - start); // what it still takes
        }
        arena.close();
        fd.close();
        ended.run();
    }
}
