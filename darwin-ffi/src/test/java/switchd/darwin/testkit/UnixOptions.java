package switchd.darwin.testkit;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;

/// `getsockopt` and `setsockopt` of a unix datagram socket.
final class UnixOptions {
    private static final long SOL_SOCKET = Abi.constant("SOL_SOCKET");

    /// Taken, and without effect here.
    private static final Set<String> INERT =
            Set.of(
                    "SO_NOSIGPIPE",
                    "SO_REUSEADDR",
                    "SO_RCVLOWAT",
                    "SO_SNDLOWAT",
                    "SO_RCVTIMEO",
                    "SO_SNDTIMEO");

    private UnixOptions() {}

    static int get(
            FakeUnixSocket socket,
            int level,
            int option,
            MemorySegment value,
            MemorySegment length) {
        byte[] answer = level == SOL_SOCKET ? generic(socket, option) : local(socket, option);
        int room = UserMemory.of(length, 0, Integer.BYTES).get(UserMemory.INT, 0);
        int told = Math.min(room, answer.length);
        MemorySegment.copy(answer, 0, UserMemory.of(value, 0, told), JAVA_BYTE, 0, told);
        length.set(UserMemory.INT, 0, told);
        return 0;
    }

    static int set(FakeUnixSocket socket, int level, int option, MemorySegment value, int length) {
        Refused.when(level != SOL_SOCKET, "EOPNOTSUPP");
        Refused.when(length < Integer.BYTES, "EINVAL");
        int wanted = UserMemory.of(value, 0, length).get(UserMemory.INT, 0);
        if (option == Abi.constant("SO_SNDBUF")) {
            Refused.when(wanted < 1, "EINVAL");
            int granted = DatagramQueue.granted(socket.kernel.profile, wanted, socket.sendSize);
            Refused.when(granted == 0, "ENOBUFS");
            socket.sendSize = granted;
        } else if (option == Abi.constant("SO_RCVBUF")) {
            Refused.when(wanted < 1, "EINVAL");
            Refused.when(!socket.received.resize(wanted), "ENOBUFS");
        } else {
            Refused.when(
                    INERT.stream().noneMatch(name -> Abi.constant(name) == option), "ENOPROTOOPT");
        }
        return 0;
    }

    private static byte[] generic(FakeUnixSocket socket, int option) {
        if (option == Abi.constant("SO_SNDBUF")) {
            return ints(socket.sendSize);
        } else if (option == Abi.constant("SO_RCVBUF")) {
            return ints(socket.received.size());
        } else if (option == Abi.constant("SO_TYPE")) {
            return ints(socket.type);
        } else if (option == Abi.constant("SO_ERROR")) {
            String error = socket.error;
            socket.error = null;
            return ints(error == null ? 0 : (int) Abi.constant(error));
        }
        throw new Refused("ENOPROTOOPT");
    }

    private static byte[] local(FakeUnixSocket socket, int option) {
        Refused.when(option == Abi.constant("LOCAL_PEERCRED"), "EINVAL");
        boolean pid =
                option == Abi.constant("LOCAL_PEERPID") || option == Abi.constant("LOCAL_PEEREPID");
        boolean token = option == Abi.constant("LOCAL_PEERTOKEN");
        Refused.when(!pid && !token, "EOPNOTSUPP");
        FakeUnixSocket peer = Refused.ifNull(socket.peer, "ENOTCONN");
        FakeProcess user = peer.lastUser;
        if (pid) {
            return ints(user.pid);
        }
        Refused.when(!user.isAlive(), "EINVAL");
        return ints(user.euid, user.euid, user.egid, user.realUid, user.egid, user.pid, 0, 1);
    }

    private static byte[] ints(int... values) {
        ByteBuffer bytes =
                ByteBuffer.allocate(values.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(values);
        return bytes.array();
    }
}
