package switchd.soak;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.Ip4;
import switchd.daemon.lab.Station;

/// A light VM: sends echo requests at its pace, answers those that it gets, and attaches again
/// where its link ends. A thread of its own.
final class Vm implements AutoCloseable {
    private static final int ID = 0x50a4;
    private static final int TYPE = Frames.HEADER + 20;
    private static final int DATA = TYPE + 8;
    private static final int LEAST = DATA + 2 * Long.BYTES;
    private static final long RETRY = 100_000_000;

    private final String name;
    private final Station self;
    private final Station peer;
    private final Link.Opener opener;
    private final Echoes echoes;
    private final long pace;
    private final int size;
    private final BitSet answered = new BitSet();
    private final Thread thread;
    private @Nullable Link link;
    private int sent;
    private volatile boolean ended;
    private volatile int death;
    private volatile long awayUntil = System.nanoTime();
    private volatile long newest = Long.MIN_VALUE;

    /// @param self who it is
    /// @param peer whom it asks
    /// @param pace nanoseconds between two requests
    /// @param size bytes of data in a request
    /// @param echoes where its requests are counted
    Vm(
            String name,
            Station self,
            Station peer,
            long pace,
            int size,
            Echoes echoes,
            Link.Opener opener) {
        this.name = name;
        this.self = self;
        this.peer = peer;
        this.pace = pace;
        this.size = size;
        this.echoes = echoes;
        this.opener = opener;
        thread = Thread.ofPlatform().daemon().name(name).start(this::run);
    }

    String name() {
        return name;
    }

    /// Whether it got an answer to what it sent after `nanos` of `System.nanoTime()`.
    boolean talksSince(long nanos) {
        return newest != Long.MIN_VALUE && newest - nanos > 0;
    }

    /// Ends the VM, which returns later.
    ///
    /// @param isAbrupt as a killed one
    void die(Duration away, boolean isAbrupt) {
        awayUntil = System.nanoTime() + away.toNanos();
        death = isAbrupt ? 2 : 1;
    }

    private void run() {
        long next = System.nanoTime();
        while (!ended) {
            try {
                next = turn(next);
            } catch (Exception | AssertionError _) {
                // Its port, or the daemon, is gone: another try.
                drop(false);
                LockSupport.parkNanos(RETRY);
            }
        }
        drop(false);
    }

    private long turn(long due) throws Exception {
        int dies = death;
        if (dies > 0) {
            death = 0;
            drop(dies == 2);
        }
        long away = awayUntil - System.nanoTime();
        if (away > 0) {
            LockSupport.parkNanos(Math.min(away, RETRY));
            return System.nanoTime();
        }
        if (link == null) {
            link = opener.open();
        }
        long next = due;
        long now = System.nanoTime();
        if (now - next >= 0) {
            ask(link, now);
            next = Math.max(next + pace, now);
        }
        byte[] frame = link.receive(Duration.ofNanos(Math.clamp(next - now, 0, RETRY)));
        if (frame.length > 0) {
            take(link, frame);
        }
        return next;
    }

    private void ask(Link to, long now) {
        byte[] data = ByteBuffer.allocate(size).putLong(sent).putLong(now).array();
        if (to.send(Ip4.echoRequest(self, peer, ID, sent & 0xffff, data))) {
            sent++;
            echoes.sent(now);
        }
    }

    private void take(Link from, byte... frame) {
        if (frame.length < LEAST
                || Frames.type(frame) != Frames.IPV4
                || !Frames.destination(frame).equals(self.mac())) {
            return;
        }
        if (frame[TYPE] == 8) {
            answer(frame);
            from.send(frame);
        } else if (frame[TYPE] == 0) {
            ByteBuffer data = ByteBuffer.wrap(frame, DATA, 2 * Long.BYTES);
            int number = (int) data.getLong();
            long at = data.getLong();
            if (answered.get(number)) {
                echoes.again();
                return;
            }
            answered.set(number);
            echoes.answered(at, System.nanoTime());
            newest = Math.max(newest, at);
        }
    }

    /// Makes an echo request its answer.
    private static void answer(byte... frame) {
        swap(frame, 0, 6, 6);
        swap(frame, Frames.HEADER + 12, Frames.HEADER + 16, 4);
        frame[TYPE] = 0;
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        int sum = Short.toUnsignedInt(bytes.getShort(TYPE + 2)) + 0x0800;
        bytes.putShort(TYPE + 2, (short) (sum + (sum >> 16)));
    }

    private static void swap(byte[] frame, int one, int other, int length) {
        byte[] kept = Arrays.copyOfRange(frame, one, one + length);
        System.arraycopy(frame, other, frame, one, length);
        System.arraycopy(kept, 0, frame, other, length);
    }

    private void drop(boolean isAbrupt) {
        Link old = link;
        link = null;
        if (old != null) {
            try {
                if (isAbrupt) {
                    old.kill();
                } else {
                    old.close();
                }
            } catch (RuntimeException _) {
                // It was gone before.
            }
        }
    }

    @Override
    public void close() {
        ended = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
