package switchd.posix;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/// A descriptor that is closed once, whoever closes it and however often.
public final class Fd implements AutoCloseable {
    private static final int CLOSED = -1;
    private static final int MOST_THREADS = 64;

    private final Posix posix;
    private int number;

    /// Takes over descriptor `number`.
    public Fd(Posix posix, int number) {
        this.posix = posix;
        this.number = number;
    }

    /// The number, for a system call only.
    ///
    /// @throws IllegalStateException where it is closed
    public int number() {
        if (number == CLOSED) {
            throw new IllegalStateException("the descriptor is closed");
        }
        return number;
    }

    /// Closing twice is no error.
    @Override
    public void close() {
        if (number != CLOSED) {
            int closing = number;
            number = CLOSED;
            posix.close(closing);
        }
    }

    /// Closes many whose closing makes the caller wait, as that of a packet socket does (some 15
    /// ms): by threads of their own, so that they wait at the same time. Returns when all are
    /// closed.
    ///
    /// @param calls the system calls of another thread
    public static void closeTogether(List<Fd> all, Function<Arena, ? extends Posix> calls) {
        Queue<Integer> numbers = new ConcurrentLinkedQueue<>();
        for (Fd fd : all) {
            if (fd.number != CLOSED) {
                numbers.add(fd.number);
                fd.number = CLOSED;
            }
        }
        try (ExecutorService threads =
                Executors.newFixedThreadPool(
                        MOST_THREADS, Thread.ofPlatform().name("switchd-close").factory())) {
            for (int i = 0; i < Math.min(MOST_THREADS, numbers.size()); i++) {
                threads.execute(() -> drain(numbers, calls));
            }
        }
    }

    private static void drain(Queue<Integer> numbers, Function<Arena, ? extends Posix> calls) {
        try (Arena arena = Arena.ofConfined()) {
            Posix posix = calls.apply(arena);
            for (Integer number = numbers.poll(); number != null; number = numbers.poll()) {
                posix.close(number);
            }
        }
    }

    @Override
    public String toString() {
        return number == CLOSED ? "closed" : "fd " + number;
    }
}
