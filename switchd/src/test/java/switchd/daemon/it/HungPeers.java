package switchd.daemon.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import switchd.attach.testkit.VmSocket;
import switchd.core.SwitchdException;
import switchd.daemon.control.ControlClient;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.VmClient;
import switchd.posix.Fd;
import switchd.posix.NativePosix;
import tools.jackson.databind.JsonNode;

/// Everybody whom a daemon talks to, and none of them reads any more: to the daemon, processes that
/// were sent SIGSTOP are the same.
final class HungPeers implements AutoCloseable {
    private static final String FLOODER = "02:00:00:00:0b:01";

    private final Deque<Closeable> open = new ArrayDeque<>();

    private <T extends Closeable> T add(T peer) {
        open.push(peer);
        return peer;
    }

    /// Words that run the rest as systemd does, with a socket for its news that is full and a
    /// stderr that is a full pipe.
    List<String> around(Path notify, Path stderr) throws IOException {
        VmSocket manager = VmSocket.bound(notify);
        open.push(manager::close);
        VmSocket other = VmSocket.bound(notify.resolveSibling("other")).connect(notify);
        open.push(other::close);
        boolean room = true;
        while (room) {
            room = other.trySend((byte) 'x');
        }
        return List.of(
                "env",
                "NOTIFY_SOCKET=" + manager.local(),
                "sh",
                "-c",
                // 64 KiB is what a pipe takes; it must have a reader to be opened.
                "mkfifo \"$0\" && exec 2<>\"$0\""
                        + " && dd if=/dev/zero bs=4096 count=16 status=none >&2 && exec \"$@\"",
                stderr.toString());
    }

    /// They come, and stay: VMs for whom frames wait, clients who have asked for more than they
    /// take, and those who have asked half a question.
    ///
    /// @param stream a port's socket
    /// @param metrics the port of 127.0.0.1 where it is scraped
    void come(Lab lab, DaemonProcess daemon, Path control, Path stream, int metrics)
            throws Exception {
        VmClient flooder = VmClient.vfkit(daemon.socket("flooder"));
        open.push(flooder::close);
        open.push(VmClient.vfkit(daemon.socket("datagram"))::close);
        connect(UnixDomainSocketAddress.of(stream));
        ask(control, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"events.subscribe\"}\n");
        ask(control, "{\"jsonrpc\":\"2.0\",\"id\":1,\"meth");
        scrape(lab, metrics);
        add(capture(control));
        byte[] frame = Frames.sized(Frames.BROADCAST, FLOODER, 1400);
        try (ControlClient client = ControlClient.connect(control)) {
            Await.until(
                    "frames that wait for both",
                    Await.SHORT,
                    () -> {
                        for (int i = 0; i < 500; i++) {
                            flooder.trySend(frame);
                        }
                        return waits(client, "datagram") && waits(client, "stream");
                    });
        }
    }

    private static void scrape(Lab lab, int port) {
        String words =
                "exec 3<>/dev/tcp/127.0.0.1/%d; printf 'GET /metrics HT' >&3; echo sent; exec sleep 99"
                        .formatted(port);
        lab.host().start("bash", "-c", words).awaitOutput("sent", Await.SHORT);
    }

    private static boolean waits(ControlClient client, String port) {
        try {
            JsonNode shown = client.call("port.show", Map.of("name", port));
            return shown.at("/port/toVm/drops/vmFull").asLong(0) > 0;
        } catch (SwitchdException e) {
            throw new AssertionError(e);
        }
    }

    /// The far end of a capture that nobody reads.
    private static Closeable capture(Path control) throws SwitchdException {
        Arena arena = Arena.ofShared();
        int number =
                ControlClient.callForDescriptor(control, "port.capture", Map.of("name", "datagram"))
                        .number();
        Fd fd = new Fd(new NativePosix(arena), number);
        return () -> {
            fd.close();
            arena.close();
        };
    }

    private void ask(Path control, String text) throws IOException {
        connect(UnixDomainSocketAddress.of(control)).write(utf8(text));
    }

    private SocketChannel connect(UnixDomainSocketAddress address) throws IOException {
        SocketChannel channel = add(SocketChannel.open(StandardProtocolFamily.UNIX));
        channel.connect(address);
        return channel;
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    @Override
    public void close() throws IOException {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }
}
