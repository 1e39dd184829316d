package switchd.darwin.testkit;

import java.lang.foreign.MemorySegment;

/// `ioctl` and `fcntl`: what is the same for all kinds of files.
final class Descriptors {
    private static final int O_NONBLOCK = (int) Abi.constant("O_NONBLOCK");
    private static final long FIONBIO = Abi.constant("FIONBIO");
    private static final long FIONREAD = Abi.constant("FIONREAD");

    private Descriptors() {}

    static int ioctl(FakeXnu caller, FakeFile file, long request, MemorySegment argument) {
        if (request == FIONBIO) {
            file.nonBlocking =
                    UserMemory.of(argument, 0, Integer.BYTES).get(UserMemory.INT, 0) != 0;
            return 0;
        }
        if (request == FIONREAD && file instanceof FakeUnixSocket socket) {
            int bytes = (int) socket.received.payload();
            UserMemory.of(argument, 0, Integer.BYTES).set(UserMemory.INT, 0, bytes);
            return 0;
        }
        int result = own(caller, file, request, argument);
        if (result == -Abi.constant("ENOTTY") && file instanceof FakeSocket) {
            return caller.kernel().net.interfaceIoctl(caller.process().euid, request, argument);
        }
        return result;
    }

    private static int own(FakeXnu caller, FakeFile file, long request, MemorySegment argument) {
        try {
            return file.ioctl(caller, request, argument);
        } catch (Refused e) {
            return e.result();
        }
    }

    static int fcntl(FakeFile file, int command, int argument) {
        if (command == Abi.constant("F_GETFL")) {
            return file.accessMode | (file.nonBlocking ? O_NONBLOCK : 0);
        } else if (command == Abi.constant("F_SETFL")) {
            file.nonBlocking = (argument & O_NONBLOCK) != 0;
            return 0;
        }
        boolean closeOnExec =
                command == Abi.constant("F_SETFD") || command == Abi.constant("F_GETFD");
        Refused.when(!closeOnExec, "EINVAL");
        return 0;
    }
}
