package switchd.daemon.control;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.newsclub.net.unix.AFUNIXServerSocketChannel;
import org.newsclub.net.unix.AFUNIXSocketChannel;
import switchd.posix.Ids;

/// The clients that are connected, and who else is let in. For the control thread alone.
final class Clients {
    /// At once.
    static final int MOST = 64;

    /// Of one user.
    static final int MOST_OF_USER = 16;

    /// Kept free for root and the daemon's own user.
    private static final int RESERVED = 8;

    private static final int ACCEPTS_PER_TURN = 16;
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);
    private static final Logger LOG = System.getLogger(Clients.class.getName());

    private final AFUNIXServerSocketChannel listener;
    private final SelectionKey key;
    private final Rights rights;
    private final ControlLoop loop;
    private final List<Client> all = new ArrayList<>();
    private long acceptFrom;

    Clients(AFUNIXServerSocketChannel listener, SelectionKey key, Rights rights, ControlLoop loop) {
        this.listener = listener;
        this.key = key;
        this.rights = rights;
        this.loop = loop;
        acceptFrom = loop.now();
    }

    List<Client> all() {
        return all;
    }

    /// Serves what the selector has found.
    void ready() {
        for (Client client : List.copyOf(all)) {
            client.ready();
            client.work();
        }
        // Last, when those that have left are gone.
        if ((key.readyOps() & SelectionKey.OP_ACCEPT) != 0) {
            accept();
        }
    }

    /// Sends what has come together, does what has become possible.
    void work() {
        for (Client client : List.copyOf(all)) {
            client.work();
        }
        loop.events().wanted(all.stream().anyMatch(Client::isSubscribed));
    }

    /// Ends what has lasted too long.
    ///
    /// @return nanoseconds until there may be something to end again
    long expire() {
        long least = Long.MAX_VALUE;
        for (Client client : List.copyOf(all)) {
            least = Math.min(least, client.expire());
        }
        if (key.interestOps() == 0) {
            long left = acceptFrom - loop.now();
            if (left <= 0) {
                key.interestOps(SelectionKey.OP_ACCEPT);
            }
            least = Math.min(least, left);
        }
        return least;
    }

    private void accept() {
        try {
            for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
                AFUNIXSocketChannel channel = listener.accept();
                if (channel == null) {
                    return;
                }
                admit(channel);
            }
        } catch (IOException e) {
            // The poll would say at once that somebody is still waiting.
            LOG.log(
                    Level.WARNING,
                    "control: no client can be let in, trying again: " + e.getMessage());
            key.interestOps(0);
            acceptFrom = loop.now() + PAUSE;
        }
    }

    private void admit(AFUNIXSocketChannel channel) throws IOException {
        try {
            channel.configureBlocking(false);
            Peer peer = Peer.of(channel, loop.posix());
            String full = full(peer);
            if (!full.isEmpty()) {
                channel.write(
                        ByteBuffer.wrap(JsonRpc.notification("closing", Map.of("reason", full))));
                channel.close();
                return;
            }
            all.add(
                    new Client(
                            channel,
                            channel.register(loop.selector(), SelectionKey.OP_READ),
                            peer,
                            rights.isAdministrator(peer),
                            loop));
        } catch (IOException | RuntimeException _) {
            channel.close(); // gone again
        }
    }

    private String full(Peer peer) {
        long his = all.stream().filter(client -> client.peer().uid() == peer.uid()).count();
        if (his >= MOST_OF_USER) {
            return "user "
                    + Ids.text(peer.uid())
                    + " has "
                    + his
                    + " control clients already: end some";
        }
        if (all.size() >= (rights.isOwn(peer) ? MOST : MOST - RESERVED)) {
            return "there are " + all.size() + " control clients already: try again later";
        }
        return "";
    }

    /// Forgets a client that is closed.
    void closed(Client client) {
        all.remove(client);
    }

    /// Closes them all, having sent what can be sent at once.
    void close() {
        for (Client client : List.copyOf(all)) {
            client.work();
            client.close();
        }
    }
}
