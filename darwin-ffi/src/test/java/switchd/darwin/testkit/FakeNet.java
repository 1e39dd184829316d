package switchd.darwin.testkit;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// The networking half of a kernel in memory. Every method is called with the kernel's lock held;
/// what fails throws [Refused].
final class FakeNet {
    final FakeInterfaces interfaces = new FakeInterfaces(this);
    final FakeSysctls sysctls;
    final List<FakeKernelEvents> listeners = new ArrayList<>();
    final List<FakeNdrv> ndrvSockets = new ArrayList<>();
    final FakeBpfDevices bpf = new FakeBpfDevices(this);
    final FakeIfaddrs ifaddrs = new FakeIfaddrs();

    private final FakeKernel kernel;
    private final InterfaceRequests requests = new InterfaceRequests(this);
    private int events;

    FakeNet(FakeKernel kernel) {
        this.kernel = kernel;
        this.sysctls = new FakeSysctls(kernel.profile);
        interfaces.attach(new FakeLoopback(this));
        interfaces.attach(new FakeNic(this, 0, false));
        interfaces.attach(new FakeNic(this, 1, true));
    }

    /// A physical interface: `en0` has a cable, `en1` Wi-Fi.
    FakeNic nic(String name) {
        return (FakeNic) interfaces.require(name, "ENXIO");
    }

    /// Gives a bridge an address of the host's.
    void address(String name, byte[] address) {
        FakeBridge bridge = (FakeBridge) interfaces.require(name, "ENXIO");
        bridge.host = new FakeHostStack(bridge, address);
        bridge.attach((int) Abi.constant("PF_INET"));
    }

    FakeKernel kernel() {
        return kernel;
    }

    /// `socket(PF_NDRV, type, protocol)`
    FakeSocket openNdrv(int euid, int type) {
        Refused.when(type != (int) Abi.constant("SOCK_RAW"), "EPROTONOSUPPORT");
        Refused.when(euid != 0, "EPERM");
        FakeNdrv socket = new FakeNdrv(this);
        ndrvSockets.add(socket);
        return socket;
    }

    /// `socket(PF_SYSTEM, SOCK_RAW, SYSPROTO_EVENT)`
    FakeSocket openKernelEvents() {
        FakeKernelEvents listener = new FakeKernelEvents(this);
        listeners.add(listener);
        return listener;
    }

    /// `open("/dev/bpf" + unit)`: `ENOENT` where there is no such device, `EACCES` for others than
    /// root, `EBUSY` where it is open. The device itself refuses what its descriptor may not do.
    FakeFile openBpf(int euid, int unit, boolean readable, boolean writable) {
        return bpf.open(euid, unit, readable, writable);
    }

    /// `ioctl` on a socket of any family, where the socket itself does not know the request and
    /// says `ENOTTY`.
    int interfaceIoctl(int euid, long request, MemorySegment argument) {
        return requests.run(euid, request, argument);
    }

    /// `sysctlbyname`, of the names below `net.link` and `debug.bpf`: `ENOENT` for others.
    int sysctl(
            int euid,
            String name,
            MemorySegment old,
            MemorySegment oldLength,
            MemorySegment value,
            long valueLength) {
        return sysctls.run(euid, name, old, oldLength, value, valueLength);
    }

    /// What `getifaddrs` puts into `*list`, until [#freeifaddrs] of it.
    MemorySegment getifaddrs() {
        return ifaddrs.list(interfaces);
    }

    void freeifaddrs(MemorySegment list) {
        ifaddrs.free(list);
    }

    /// The medium has come or gone: its bridge and the listeners hear of it.
    void linkChanged(FakeInterface of) {
        post(of.active() ? "KEV_DL_LINK_ON" : "KEV_DL_LINK_OFF", of);
        if (of.bridge != null) {
            of.bridge.linkMayChange();
        }
    }

    /// Tells the listeners of kernel events.
    void post(String event, FakeInterface about) {
        post(event, about, 0, 0, Abi.size("net_event_data"));
    }

    void postProtocol(String event, FakeInterface about, int protocol) {
        post(event, about, protocol, about.protocols.size(), Abi.size("kev_dl_proto_data"));
    }

    private void post(String event, FakeInterface about, int protocol, int remaining, int size) {
        int header = Abi.offset("kern_event_msg", "event_data");
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(header + Abi.size("kev_dl_proto_data"), 8);
            new AbiStruct("kern_event_msg", memory)
                    .setInt(header + size, "total_size")
                    .setInt((int) Abi.constant("KEV_VENDOR_APPLE"), "vendor_code")
                    .setInt((int) Abi.constant("KEV_NETWORK_CLASS"), "kev_class")
                    .setInt((int) Abi.constant("KEV_DL_SUBCLASS"), "kev_subclass")
                    .setInt(++events, "id")
                    .setInt((int) Abi.constant(event), "event_code");
            AbiStruct data = new AbiStruct("kev_dl_proto_data", memory.asSlice(header));
            data.setInt(about.family(), "link_data", "if_family")
                    .setInt(about.unit, "link_data", "if_unit")
                    .setBytes(about.prefix.getBytes(US_ASCII), "link_data", "if_name")
                    .setInt(protocol, "proto_family")
                    .setInt(remaining, "proto_remaining_count");
            byte[] message = memory.asSlice(0, header + size).toArray(JAVA_BYTE);
            for (FakeKernelEvents listener : listeners) {
                listener.post(message);
            }
        }
    }
}
