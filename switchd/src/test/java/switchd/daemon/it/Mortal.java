package switchd.daemon.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import switchd.attach.testkit.StreamSocket;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.VmClient;

/// A VM with a port of its own that lives many times: it attaches, asks for the LAN's host, has the
/// answer, and is killed.
final class Mortal {
    private final String name;
    private final Path socket;
    private final Path stream;
    private final byte[] address;
    private final byte[] question;
    private @Nullable VmClient datagrams;
    private @Nullable StreamSocket connection;

    private Mortal(String name, Path directory, String mac, String ip) {
        this.name = name;
        this.socket = directory.resolve("net.sock");
        this.stream = directory.resolve("stream.sock");
        this.question = Frames.arpRequest(mac, ip, Lab.LAN_ADDRESS);
        this.address = Arrays.copyOfRange(question, 6, 12);
    }

    static Mortal number(int i, Lab lab) {
        String name = "mortal" + i;
        Path directory = lab.workspace().file(name);
        return new Mortal(
                name, directory, "02:00:00:00:0e:%02x".formatted(i), "10.77.0." + (100 + i));
    }

    String name() {
        return name;
    }

    Path socket() {
        return socket;
    }

    Path stream() {
        return stream;
    }

    Path directory() {
        return Objects.requireNonNull(socket.getParent());
    }

    void attach(boolean asStream) {
        if (asStream) {
            connection = StreamSocket.connect(stream);
            connection.send(question);
        } else {
            datagrams = VmClient.vfkit(socket);
            datagrams.send(question);
        }
    }

    void awaitAnswer() {
        StreamSocket client = connection;
        if (client != null) {
            byte[] frame = client.receive();
            while (!isForMe(frame)) { // others' questions
                frame = client.receive();
            }
        } else {
            Objects.requireNonNull(datagrams).await("an answer", this::isForMe);
        }
    }

    private boolean isForMe(byte[] frame) {
        return Arrays.equals(frame, 0, address.length, address, 0, address.length);
    }

    void kill() throws IOException {
        if (connection != null) {
            connection.close();
            connection = null;
        } else {
            VmClient vm = Objects.requireNonNull(datagrams);
            vm.closeAbruptly();
            Files.deleteIfExists(vm.local());
        }
    }
}
