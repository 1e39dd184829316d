package switchd.darwin.testkit;

import java.util.HashMap;
import java.util.Map;

/// The nodes `/dev/bpf0`, `/dev/bpf1` and so on: opening the last makes one more.
final class FakeBpfDevices {
    private final FakeNet net;
    private final Map<Integer, FakeBpf> open = new HashMap<>();
    private int nodes = 4;

    FakeBpfDevices(FakeNet net) {
        this.net = net;
    }

    FakeBpf open(int euid, int unit, boolean readable, boolean writable) {
        Refused.when(unit < 0 || unit >= nodes, "ENOENT");
        Refused.when(euid != 0, "EACCES");
        if (unit == nodes - 1 && nodes < net.sysctls.get("debug.bpf_maxdevices")) {
            nodes++;
        }
        Refused.when(open.containsKey(unit), "EBUSY");
        FakeBpf device = new FakeBpf(net, unit, readable, writable);
        open.put(unit, device);
        return device;
    }

    void close(int unit) {
        open.remove(unit);
    }
}
