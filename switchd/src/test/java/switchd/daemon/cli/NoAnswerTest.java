package switchd.daemon.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/// What the commands say where the daemon is not there or does not answer as it should: one line,
/// with the exit status for "unavailable".
@Timeout(60)
final class NoAnswerTest {
    private static final List<String> COMMANDS =
            List.of(
                    "status",
                    "status --json",
                    "status --watch 0.1",
                    "events",
                    "reload",
                    "stop",
                    "network ls",
                    "network show lan",
                    "port ls",
                    "port show web",
                    "port add web --isolated",
                    "port rm web",
                    "port up web",
                    "port down web",
                    "port detach web",
                    "metrics",
                    "capture web",
                    "trace web",
                    "run --port web -- true {fd}",
                    "run --bridge br0 -- true {fd}");

    /// What is at the control socket's path.
    enum Place {
        NOTHING,
        DEAD_SOCKET,
        FILE,
        CLOSES_AT_ONCE,
        CLOSES_AFTER_THE_REQUEST,
        CLOSES_WITHIN_THE_ANSWER,
        ANSWERS_NONSENSE,
        ANSWERS_ANOTHER_REQUEST;

        /// Does to a client what the name says.
        void serve(SocketChannel client) throws IOException {
            if (this == CLOSES_AT_ONCE) {
                return;
            }
            ByteBuffer octet = ByteBuffer.allocate(1);
            while (client.read(octet.clear()) > 0 && octet.get(0) != '\n') {
                octet.clear();
            }
            String answer =
                    switch (this) {
                        case CLOSES_WITHIN_THE_ANSWER -> "{\"jsonrpc\":\"2.0\",\"id\":1,\"resu";
                        case ANSWERS_NONSENSE -> "HTTP/1.1 400 Bad Request\n";
                        case ANSWERS_ANOTHER_REQUEST ->
                                "{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":{}}\n";
                        default -> "";
                    };
            ByteBuffer left = ByteBuffer.wrap(answer.getBytes(UTF_8));
            while (left.hasRemaining()) {
                client.write(left);
            }
        }
    }

    @TempDir private Path folder = Path.of("");

    static Stream<Arguments> everyCommandEverywhere() {
        return Arrays.stream(Place.values())
                .flatMap(place -> COMMANDS.stream().map(words -> Arguments.of(words, place)));
    }

    @ParameterizedTest
    @MethodSource("everyCommandEverywhere")
    void itIsToldInALine(String words, Place place) throws Exception {
        Path socket = folder.resolve("control.sock");
        switch (place) {
            case NOTHING -> check(words, socket);
            case FILE -> {
                Files.createFile(socket);
                check(words, socket);
            }
            case DEAD_SOCKET -> {
                listen(socket).close();
                check(words, socket);
            }
            default -> {
                try (ServerSocketChannel server = listen(socket)) {
                    Thread.ofPlatform().daemon().start(() -> serve(server, place));
                    check(words, socket);
                }
            }
        }
    }

    private static ServerSocketChannel listen(Path socket) throws IOException {
        return ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                .bind(UnixDomainSocketAddress.of(socket));
    }

    private static void check(String words, Path socket) {
        // Before the command that `run` is to become.
        String[] parts = words.split(" -- ");
        parts[0] += " --control " + socket;
        String all = String.join(" -- ", parts);
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine = Main.commandLine(() -> {}, all.split(" "));
        commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int status = commandLine.execute(all.split(" "));
        assertThat(err.toString()).as(all).hasLineCount(1).startsWith("switchd: ").endsWith("\n");
        assertThat(status).as(err.toString()).isEqualTo(69);
        assertThat(out.toString()).isEmpty();
    }

    /// Until the server is closed. A command may have a second connection while the first is quiet.
    private static void serve(ServerSocketChannel server, Place place) {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                Thread.ofPlatform().daemon().start(() -> serve(client, place));
            } catch (IOException _) {
                // The test is over.
            }
        }
    }

    private static void serve(SocketChannel client, Place place) {
        try (client) {
            place.serve(client);
        } catch (IOException _) {
            // The client has gone first.
        }
    }
}
