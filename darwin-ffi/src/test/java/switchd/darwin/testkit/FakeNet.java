package switchd.darwin.testkit;

import java.lang.foreign.MemorySegment;

/// The networking half of a kernel in memory. Every method is called with the kernel's lock held;
/// what fails throws [Refused].
@SuppressWarnings("DoNotCallSuggester")
final class FakeNet {
    private final FakeKernel kernel;

    FakeNet(FakeKernel kernel) {
        this.kernel = kernel;
    }

    /// `socket(PF_NDRV, type, protocol)`
    FakeSocket openNdrv(int euid, int type) {
        throw new UnsupportedOperationException();
    }

    /// `socket(PF_SYSTEM, SOCK_RAW, SYSPROTO_EVENT)`
    FakeSocket openKernelEvents() {
        throw new UnsupportedOperationException();
    }

    /// `open("/dev/bpf" + unit)`: `ENOENT` where there is no such device, `EACCES` for others than
    /// root, `EBUSY` where it is open. The device itself refuses what its descriptor may not do.
    FakeFile openBpf(int euid, int unit, boolean readable, boolean writable) {
        throw new UnsupportedOperationException();
    }

    /// `ioctl` on a socket of any family, where the socket itself does not know the request.
    int interfaceIoctl(int euid, long request, MemorySegment argument) {
        throw new UnsupportedOperationException();
    }

    /// `sysctlbyname`, of the names below `net.link`, `debug.bpf` and the like: `ENOENT` for
    /// others.
    int sysctl(
            int euid,
            String name,
            MemorySegment old,
            MemorySegment oldLength,
            MemorySegment value,
            long valueLength) {
        throw new UnsupportedOperationException();
    }

    /// What `getifaddrs` puts into `*list`, until [#freeifaddrs] of it.
    MemorySegment getifaddrs() {
        throw new UnsupportedOperationException();
    }

    void freeifaddrs(MemorySegment list) {
        throw new UnsupportedOperationException();
    }

    FakeKernel kernel() {
        return kernel;
    }
}
