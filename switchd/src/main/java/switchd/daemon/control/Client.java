package switchd.daemon.control;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.AFUNIXSocketChannel;
import switchd.posix.Fd;

/// One connected client: what it sends and is sent. Its requests are served one after the other.
///
/// A request is looked at only when the one before is answered and the client has read what it was
/// sent, so that no client can make more than one call wait, nor fill memory. For the control
/// thread alone.
final class Client implements Caller {
    private static final long HALF_SENT = TimeUnit.SECONDS.toNanos(10);
    private static final long UNREAD = TimeUnit.SECONDS.toNanos(30);
    private static final long IDLE = TimeUnit.MINUTES.toNanos(5);
    private static final long FAREWELL = TimeUnit.SECONDS.toNanos(5);
    private static final int UNREAD_ANSWERS = 1 << 16;
    private static final int UNREAD_EVENTS = 1 << 20;
    private static final int READS_AT_END = 8;

    private final AFUNIXSocketChannel channel;
    private final SelectionKey key;
    private final Peer peer;
    private final boolean administrator;
    private final ControlLoop loop;
    private final RequestLines requests = new RequestLines();
    private final Outbox outbox = new Outbox();
    private final Calls calls;
    private @Nullable Runnable afterwards;
    private boolean subscribed;
    private boolean ended;
    private boolean leaving;

    // Times of the server's clock.
    private long lineBegan;
    private long lastRequest;
    private long lastRead;
    private long leftAt;

    Client(
            AFUNIXSocketChannel channel,
            SelectionKey key,
            Peer peer,
            boolean administrator,
            ControlLoop loop) {
        this.channel = channel;
        this.key = key;
        this.peer = peer;
        this.administrator = administrator;
        this.loop = loop;
        this.calls = new Calls(this, loop);
        lineBegan = lastRequest = lastRead = loop.now();
    }

    @Override
    public Peer peer() {
        return peer;
    }

    @Override
    public boolean isAdministrator() {
        return administrator;
    }

    @Override
    public void subscribe() {
        subscribed = true;
    }

    @Override
    public Runnable progress() {
        return calls.progress();
    }

    boolean isSubscribed() {
        return subscribed && !leaving;
    }

    boolean isOpen() {
        return channel.isOpen();
    }

    /// Serves what the selector has found.
    void ready() {
        try {
            boolean hungUp = !key.isValid();
            if (!ended && !leaving && (hungUp || (key.readyOps() & SelectionKey.OP_READ) != 0)) {
                read(hungUp);
            }
        } catch (IOException _) {
            close(); // the client is gone
        }
    }

    private void read(boolean hungUp) throws IOException {
        if (!requests.isHalfSent()) {
            lineBegan = loop.now();
        }
        ended = !requests.fill(channel);
        // The selector has let go of it: nobody will say that there is more.
        for (int i = 0; hungUp && !ended && i < READS_AT_END; i++) {
            ended = !requests.fill(channel);
        }
        ended |= hungUp;
    }

    /// Does what can be done: serves requests, sends answers.
    void work() {
        if (!isOpen()) {
            return;
        }
        try {
            serve();
        } catch (IOException _) {
            close(); // the client is gone
        }
    }

    private void serve() throws IOException {
        do {
            serveRequests();
            send();
        } while (mayServe() && outbox.isEmpty() && requests.hasLine());
        if (outbox.isEmpty()) {
            runAfterwards();
            if (leaving || (ended && !calls.isBusy())) {
                close();
                return;
            }
        }
        boolean reading = !ended && !leaving && !requests.isFull();
        key.interestOps(
                (reading ? SelectionKey.OP_READ : 0)
                        | (outbox.isEmpty() ? 0 : SelectionKey.OP_WRITE));
    }

    private boolean mayServe() {
        return !leaving && !calls.isBusy();
    }

    private void serveRequests() {
        while (mayServe() && outbox.size() < UNREAD_ANSWERS) {
            byte[] line = requests.next();
            if (line == null) {
                if (requests.isFull()) {
                    leave("a request may have " + RequestLines.MAX_REQUEST + " bytes");
                }
                return;
            }
            lineBegan = lastRequest = loop.now();
            calls.serve(line);
        }
    }

    private void send() throws IOException {
        long before = outbox.size();
        outbox.flush(channel);
        if (outbox.isEmpty() || outbox.size() < before) {
            lastRead = loop.now();
        }
    }

    /// Sends a line, soon.
    ///
    /// @param descriptor goes with it and is closed after that
    void send(byte[] line, @Nullable Fd descriptor) {
        if (outbox.isEmpty()) {
            lastRead = loop.now();
        }
        outbox.add(line, descriptor);
    }

    /// Has `work` done when all that was said is sent, or cannot be.
    void afterwards(Runnable work) {
        afterwards = work;
    }

    private void runAfterwards() {
        Runnable work = afterwards;
        afterwards = null;
        if (work != null) {
            work.run();
        }
    }

    /// Sends an event, unless the client reads too slowly: it has to leave then.
    void event(byte[] line) {
        if (outbox.size() + line.length > UNREAD_EVENTS) {
            leave("events come faster than they are read: connect again");
            return;
        }
        send(line, null);
    }

    /// Says why, and closes when that is read.
    private void leave(String reason) {
        outbox.clear();
        send(JsonRpc.notification("closing", Map.of("reason", reason)), null);
        calls.abandon();
        leaving = true;
        leftAt = loop.now();
    }

    /// Ends what has lasted too long.
    ///
    /// @return nanoseconds until there may be something to end again
    long expire() {
        long now = loop.now();
        if (leaving) {
            return orElse(leftAt + FAREWELL - now, this::close);
        }
        long call = calls.expire();
        long unread =
                outbox.isEmpty() ? Long.MAX_VALUE : orElse(lastRead + UNREAD - now, this::close);
        long request = Long.MAX_VALUE;
        if (!calls.isBusy() && requests.isHalfSent()) {
            request =
                    orElse(
                            lineBegan + HALF_SENT - now,
                            () -> leave("half a request has been there for 10 s"));
        } else if (!calls.isBusy() && !subscribed) {
            request =
                    orElse(lastRequest + IDLE - now, () -> leave("no request came for 5 minutes"));
        }
        return Math.min(call, Math.min(unread, request));
    }

    private static long orElse(long left, Runnable due) {
        if (left <= 0) {
            due.run();
            return 0;
        }
        return left;
    }

    /// Closes the connection. Closing twice is no error.
    void close() {
        calls.abandon();
        outbox.clear();
        runAfterwards();
        try {
            channel.close();
        } catch (IOException _) {
            // Nothing is left to be done.
        }
        loop.clients().closed(this);
    }
}
