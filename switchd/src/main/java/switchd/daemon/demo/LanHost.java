package switchd.daemon.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import switchd.core.SwitchdException;
import switchd.linux.NetworkNamespace;

/// The host on the demo's LAN: the kernel's own stack, in a namespace of its own.
final class LanHost implements AutoCloseable {
    private static final int ANSWER_MILLIS = 5_000;
    private static final int DISCARD = 9;

    private final NetworkNamespace namespace;
    private final Addresses addresses;
    private final DatagramChannel udp;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(65_536);

    /// @param namespace where the host's interface is up and has its addresses
    /// @throws SwitchdException where its socket cannot be had
    LanHost(NetworkNamespace namespace, Addresses addresses) throws SwitchdException {
        this.namespace = namespace;
        this.addresses = addresses;
        this.udp = namespace.call(_ -> listen(addresses.ipv4()));
    }

    private static DatagramChannel listen(InetAddress address) throws IOException {
        DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);
        channel.setOption(StandardSocketOptions.SO_RCVBUF, 4 << 20);
        channel.bind(new InetSocketAddress(address, DISCARD));
        channel.configureBlocking(false);
        return channel;
    }

    Addresses addresses() {
        return addresses;
    }

    /// Pings a guest.
    ///
    /// @return nanoseconds from echo request to echo reply
    long ping(InetAddress guest) throws SwitchdException {
        return namespace.call(_ -> {
            long start = System.nanoTime();
            if (!guest.isReachable(ANSWER_MILLIS)) {
                throw new IOException(guest.getHostAddress() + " does not answer");
            }
            return System.nanoTime() - start;
        });
    }

    /// Takes the datagrams in that have come.
    ///
    /// @return how many
    int drain() throws IOException {
        int received = 0;
        while (true) {
            buffer.clear();
            if (udp.receive(buffer) == null) {
                return received;
            }
            received++;
        }
    }

    /// Sends UDP datagrams to a guest.
    void flood(InetAddress guest, int datagrams, int payload) throws IOException {
        InetSocketAddress target = new InetSocketAddress(guest, DISCARD);
        for (int i = 0; i < datagrams; ) {
            buffer.clear().limit(payload);
            i += udp.send(buffer, target) > 0 ? 1 : 0;
        }
    }

    @Override
    public void close() {
        try {
            udp.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
