package switchd.daemon.metrics;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import switchd.core.HostException;
import switchd.core.SwitchdException;
import switchd.core.UsageException;

/// Serves `GET /metrics` by HTTP, on one thread of its own, to few clients at a time, each for a
/// bounded time.
///
/// The JDK's own server is not used: its threads cannot be counted and named, and a client that
/// reads nothing would hold it.
public final class MetricsServer implements AutoCloseable {
    private static final Logger LOG = System.getLogger(MetricsServer.class.getName());

    /// Others wait until one of them is served.
    private static final int MOST_CLIENTS = 16;

    private static final long STOP_MILLIS = 500;
    private static final long SELECT_MILLIS = 250;
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Source source;
    private final Selector selector;
    private final ServerSocketChannel listener;
    private final Thread thread;
    private volatile boolean stopping;

    private long pausedUntil;
    private boolean pauses;
    private String text = "";
    private long textNanos;
    private boolean hasText;

    private MetricsServer(Source source, Selector selector, ServerSocketChannel listener) {
        this.source = source;
        this.selector = selector;
        this.listener = listener;
        this.thread = Thread.ofPlatform().name("switchd-metrics").unstarted(this::run);
    }

    /// Gives the text. Asked once a second at most, however many clients there are.
    @FunctionalInterface
    public interface Source {
        /// @throws SwitchdException where the daemon does not answer
        String text() throws SwitchdException;
    }

    /// Starts to serve.
    ///
    /// @throws HostException where the address cannot be had
    public static MetricsServer start(MetricsAddress address, Source source) throws HostException {
        try {
            Selector selector = Selector.open();
            ServerSocketChannel listener = ServerSocketChannel.open();
            try {
                listener.bind(address.address());
                listener.configureBlocking(false);
                listener.register(selector, SelectionKey.OP_ACCEPT);
            } catch (IOException e) {
                listener.close();
                selector.close();
                throw e;
            }
            MetricsServer server = new MetricsServer(source, selector, listener);
            server.thread.start();
            return server;
        } catch (IOException e) {
            throw new HostException(
                    "cannot serve metrics at %s: %s: give another address with --metrics"
                            .formatted(address, e.getMessage()));
        }
    }

    /// Where it listens.
    public MetricsAddress address() {
        try {
            return new MetricsAddress((InetSocketAddress) listener.getLocalAddress());
        } catch (IOException e) {
            throw new IllegalStateException("closed", e);
        }
    }

    private void run() {
        try (selector;
                listener) {
            while (!stopping) {
                selector.select(SELECT_MILLIS);
                long now = System.nanoTime();
                for (SelectionKey key : selector.selectedKeys()) {
                    if (key.isAcceptable()) {
                        accept(key, now);
                    } else {
                        ((HttpExchange) key.attachment()).go(key);
                    }
                }
                selector.selectedKeys().clear();
                endTheSlow(now);
                goOn(now);
            }
            clients().forEach(HttpExchange::close);
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.ERROR, "metrics are not served any more: " + e);
        }
    }

    private void accept(SelectionKey key, long now) {
        try {
            accept(now);
        } catch (IOException e) {
            // The poll would say at once that somebody is still waiting.
            LOG.log(
                    Level.WARNING,
                    "metrics: no client can be served, trying again: " + e.getMessage());
            key.interestOps(0);
            pauses = true;
            pausedUntil = now + PAUSE_NANOS;
        }
    }

    private void goOn(long now) {
        if (pauses && now - pausedUntil >= 0) {
            pauses = false;
            listener.keyFor(selector).interestOps(SelectionKey.OP_ACCEPT);
        }
    }

    private void accept(long now) throws IOException {
        SocketChannel client = listener.accept();
        if (client == null) {
            return;
        }
        if (clients().size() >= MOST_CLIENTS) {
            client.close();
            return;
        }
        client.configureBlocking(false);
        client.register(
                selector, SelectionKey.OP_READ, new HttpExchange(client, now, this::current));
    }

    private List<HttpExchange> clients() {
        List<HttpExchange> clients = new ArrayList<>();
        for (SelectionKey key : selector.keys()) {
            if (key.isValid() && key.attachment() instanceof HttpExchange client) {
                clients.add(client);
            }
        }
        return clients;
    }

    private void endTheSlow(long now) {
        clients().stream().filter(client -> client.isLate(now)).forEach(HttpExchange::close);
    }

    private String current() throws SwitchdException {
        long now = System.nanoTime();
        if (!hasText || now - textNanos > TimeUnit.SECONDS.toNanos(1)) {
            text = ask();
            textNanos = now;
            hasText = true;
        }
        return text;
    }

    private String ask() throws SwitchdException {
        try {
            return source.text();
        } catch (RuntimeException e) {
            throw new UsageException("the daemon does not answer: " + e.getMessage());
        }
    }

    /// Stops and waits for the thread. Closing twice is no error.
    @Override
    public void close() {
        stopping = true;
        selector.wakeup();
        try {
            thread.join(STOP_MILLIS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
