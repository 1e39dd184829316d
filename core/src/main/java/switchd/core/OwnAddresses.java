package switchd.core;

import java.util.ArrayList;
import java.util.List;

/// The addresses that a VM is configured for, as in [Leases]. They hold in every VLAN, for good.
///
/// Used by the loop's thread alone; only [#list] allocates after construction.
final class OwnAddresses {
    private final long[] high;
    private final long[] low;
    private final List<Lease> all = new ArrayList<>();

    OwnAddresses(List<IpAddress> addresses) {
        high = new long[addresses.size()];
        low = new long[addresses.size()];
        for (int i = 0; i < high.length; i++) {
            IpAddress address = addresses.get(i);
            high[i] = address.six() ? address.high() : Leases.IP4;
            low[i] = address.low();
            all.add(new Lease(address, 0, Lease.Source.CONFIGURED, Lease.NEVER));
        }
    }

    boolean has(long h, long l) {
        for (int i = 0; i < high.length; i++) {
            if (high[i] == h && low[i] == l) {
                return true;
            }
        }
        return false;
    }

    List<Lease> list() {
        return List.copyOf(all);
    }
}
