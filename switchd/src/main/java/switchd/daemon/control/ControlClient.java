package switchd.daemon.control;

import java.io.FileDescriptor;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import switchd.core.HostException;
import switchd.core.SwitchdException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// A connection to a running daemon's control socket: calls, one after the other, and the
/// notifications that some of them lead to. For one thread.
///
/// Plain calls go by the JDK's own channel: it is ready in a third of the time that junixsocket
/// takes to load its library (0.1 s against 0.35 s on two slow cores). Only a call that is answered
/// with a descriptor needs junixsocket, see [#callForDescriptor].
public final class ControlClient implements AutoCloseable {
    /// Longer than the daemon takes to give up.
    static final int ANSWER_MILLIS = 15_000;

    private final LineChannel lines;
    private final Deque<JsonNode> notifications = new ArrayDeque<>();
    private int lastId;

    private ControlClient(LineChannel lines) {
        this.lines = lines;
    }

    /// An answer with a descriptor, which belongs to whoever asked.
    ///
    /// @param result as of every call
    /// @param descriptor open; for a `FileInputStream`
    /// @param number of the descriptor, for `exec`
    public record HandedOver(JsonNode result, FileDescriptor descriptor, int number) {}

    /// Connects to a daemon.
    ///
    /// @param socket its control socket, see [ControlPlace#usual()]
    /// @throws SwitchdException where no daemon is there, or this user may not talk to it; with the
    ///   cure
    public static ControlClient connect(Path socket) throws SwitchdException {
        try {
            return new ControlClient(
                    new LineChannel(SocketChannel.open(UnixDomainSocketAddress.of(socket))));
        } catch (IOException | IllegalArgumentException | UnsupportedOperationException e) {
            throw NotConnected.why(socket, e);
        }
    }

    /// Calls a method that takes no parameters.
    ///
    /// @throws SwitchdException as the method fails
    public JsonNode call(String method) throws SwitchdException {
        return call(method, Map.of());
    }

    /// Calls a method and waits for its answer.
    ///
    /// @param params a record or a map; becomes the request's `params`
    /// @throws SwitchdException as the method fails: its kind gives the command's exit status
    public JsonNode call(String method, Object params) throws SwitchdException {
        int id = ++lastId;
        lines.send(JsonRpc.request(id, method, params));
        while (true) {
            JsonNode message =
                    read(ANSWER_MILLIS)
                            .orElseThrow(() ->
                                    new HostException(
                                            "the daemon has ended: "
                                                    + method
                                                    + " was not answered: see its log"));
            if (message.has("method")) {
                notifications.add(message);
            } else {
                return JsonRpc.result(message, id);
            }
        }
    }

    /// As [#call(String, Object)], with the result as a record.
    ///
    /// @throws SwitchdException as the method fails
    public <T> T call(String method, Object params, Class<T> type) throws SwitchdException {
        try {
            return JsonRpc.MAPPER.treeToValue(call(method, params), type);
        } catch (JacksonException _) {
            throw new HostException(
                    "the daemon answers "
                            + method
                            + " as this switchd does not know it: it has another version: restart it");
        }
    }

    /// The next notification (`{"method":…,"params":…}`), waiting for it as long as it takes;
    /// nothing where the daemon has ended.
    ///
    /// @throws SwitchdException where what comes is no message
    public Optional<JsonNode> next() throws SwitchdException {
        JsonNode waiting = notifications.poll();
        return waiting != null ? Optional.of(waiting) : read(0);
    }

    /// Calls a method that is answered with a descriptor, on a connection of its own.
    ///
    /// @throws SwitchdException as the method fails, or where the answer brings no descriptor
    public static HandedOver callForDescriptor(Path socket, String method, Object params)
            throws SwitchdException {
        return DescriptorCall.run(socket, method, params);
    }

    private Optional<JsonNode> read(int millis) throws SwitchdException {
        Optional<byte[]> line = lines.receive(millis);
        return line.isEmpty() ? Optional.empty() : Optional.of(JsonRpc.message(line.get()));
    }

    /// Closing twice is no error.
    @Override
    public void close() {
        lines.close();
    }
}
