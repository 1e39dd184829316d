package switchd.darwin.testkit;

import java.lang.foreign.MemorySegment;

/// `socket` and `socketpair`: which protocols there are.
final class Sockets {
    private static final int AF_UNIX = (int) Abi.constant("AF_UNIX");
    private static final int AF_INET = (int) Abi.constant("AF_INET");
    private static final int PF_NDRV = (int) Abi.constant("PF_NDRV");
    private static final int PF_SYSTEM = (int) Abi.constant("PF_SYSTEM");
    private static final int SOCK_DGRAM = (int) Abi.constant("SOCK_DGRAM");
    private static final int SOCK_STREAM = (int) Abi.constant("SOCK_STREAM");
    private static final int SOCK_RAW = (int) Abi.constant("SOCK_RAW");
    private static final int SYSPROTO_EVENT = (int) Abi.constant("SYSPROTO_EVENT");

    /// A socket that only interface requests are made on.
    private static final class InetSocket extends FakeSocket {}

    private Sockets() {}

    static FakeSocket make(FakeProcess process, int domain, int type, int protocol) {
        FakeKernel kernel = process.kernel;
        if (domain == AF_UNIX) {
            Refused.when(protocol != 0, "EPROTONOSUPPORT");
            Refused.when(type != SOCK_DGRAM && type != SOCK_STREAM, "EPROTONOSUPPORT");
            return type == SOCK_STREAM
                    ? new FakeUnixStream(process)
                    : new FakeUnixSocket(process, type);
        } else if (domain == AF_INET) {
            Refused.when(type != SOCK_DGRAM, "EPROTONOSUPPORT");
            return new InetSocket();
        } else if (domain == PF_NDRV) {
            return kernel.net.openNdrv(process.euid, type);
        } else if (domain == PF_SYSTEM) {
            Refused.when(type != SOCK_RAW || protocol != SYSPROTO_EVENT, "EPROTONOSUPPORT");
            return kernel.net.openKernelEvents();
        }
        throw new Refused("EAFNOSUPPORT");
    }

    static int pair(FakeProcess process, int domain, int type, MemorySegment fds) {
        Refused.when(domain != AF_UNIX, "EOPNOTSUPP");
        Refused.when(type != SOCK_DGRAM && type != SOCK_STREAM, "EPROTONOSUPPORT");
        process.requireRoom(2);
        MemorySegment numbers = UserMemory.of(fds, 0, 2 * Integer.BYTES);
        FakeUnixSocket[] pair =
                type == SOCK_STREAM
                        ? FakeUnixStream.pair(process)
                        : FakeUnixSocket.pair(process, type);
        numbers.set(UserMemory.INT, 0, process.open(pair[0]));
        numbers.set(UserMemory.INT, Integer.BYTES, process.open(pair[1]));
        return 0;
    }

    /// An address, for whoever reads a log.
    static String text(MemorySegment address, int length) {
        if (address.address() == 0 || length < 2 || length > address.byteSize()) {
            return length + " bytes";
        }
        return UserMemory.text(UserMemory.bytes(address.asSlice(0, length)), 2);
    }
}
