package switchd.daemon.control;

import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import org.newsclub.net.unix.AFUNIXSocket;
import org.newsclub.net.unix.AFUNIXSocketAddress;
import org.newsclub.net.unix.FileDescriptorCast;
import switchd.core.HostException;
import switchd.core.SwitchdException;

/// One call that is answered with a descriptor (`SCM_RIGHTS`).
final class DescriptorCall {
    private static final int ID = 1;
    private static final int ANCILLARY_BYTES = 256;
    private static final int MAX_LINE = 1 << 20;

    private DescriptorCall() {}

    static ControlClient.HandedOver run(Path socket, String method, Object params)
            throws SwitchdException {
        NativeLibrary.prepare();
        try (AFUNIXSocket connection = AFUNIXSocket.newInstance()) {
            connect(connection, socket);
            connection.setAncillaryReceiveBufferSize(ANCILLARY_BYTES);
            connection.setSoTimeout(ControlClient.ANSWER_MILLIS);
            connection.getOutputStream().write(JsonRpc.request(ID, method, params));
            byte[] line = readLine(connection.getInputStream());
            return answer(method, line, connection.getReceivedFileDescriptors());
        } catch (SocketTimeoutException _) {
            throw new HostException("the daemon does not answer " + method + ": see its log");
        } catch (IOException e) {
            throw new HostException(method + " at " + socket + ": " + e.getMessage());
        }
    }

    private static void connect(AFUNIXSocket connection, Path socket) throws SwitchdException {
        try {
            connection.connect(AFUNIXSocketAddress.of(socket));
        } catch (IOException e) {
            throw NotConnected.why(socket, e);
        }
    }

    private static byte[] readLine(InputStream in) throws IOException, HostException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        byte[] buffer = new byte[4096];
        while (line.size() < MAX_LINE) {
            int read = in.read(buffer);
            if (read < 0) {
                throw new HostException("the daemon has ended without an answer: see its log");
            }
            line.write(buffer, 0, read);
            if (buffer[read - 1] == '\n') {
                return line.toByteArray();
            }
        }
        throw new HostException("the daemon's answer has no end");
    }

    private static ControlClient.HandedOver answer(
            String method, byte[] line, FileDescriptor... descriptors)
            throws SwitchdException, IOException {
        var result = JsonRpc.result(JsonRpc.message(line), ID);
        if (descriptors.length != 1) {
            throw new HostException(
                    method + " was answered with " + descriptors.length + " descriptors, not one");
        }
        // What was received is closed together with the connection.
        FileDescriptorCast own = FileDescriptorCast.duplicating(descriptors[0]);
        return new ControlClient.HandedOver(result, own.getFileDescriptor(), own.as(Integer.class));
    }
}
