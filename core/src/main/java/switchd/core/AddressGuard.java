package switchd.core;

import org.jspecify.annotations.Nullable;

/// Bounds the source addresses behind a port: how many, and how fast new ones come.
///
/// Used by the loop's thread alone; nothing here allocates after construction.
final class AddressGuard {
    private final Port port;
    private final ForwardingTable table;
    private final @Nullable TokenBucket rate;

    private AddressGuard(Port port, ForwardingTable table, @Nullable TokenBucket rate) {
        this.port = port;
        this.table = table;
        this.rate = rate;
    }

    /// The guard for `limits`; null where they say nothing of addresses.
    static @Nullable AddressGuard of(
            Guards.Limits limits, Port port, ForwardingTable table, long now) {
        int perSecond = limits.newAddresses();
        if (perSecond == 0 && limits.addresses() == 0) {
            return null;
        }
        TokenBucket rate = perSecond == 0 ? null : new TokenBucket(perSecond, perSecond, now);
        return new AddressGuard(port, table, rate);
    }

    /// Why a frame from `source` is dropped, or null where it passes; the address is learned then.
    /// Where their number is bounded, one that the table has no place for is one too many: it could
    /// not be counted.
    @Nullable DropCause judge(long source, long now) {
        if (table.find(source, now) == port) {
            return null;
        }
        if (port.quota.isChosen() && !table.hasRoom(port, now)) {
            return DropCause.ADDRESS_LIMIT;
        }
        if (rate != null && !rate.take(1, now)) {
            return DropCause.ADDRESS_RATE;
        }
        boolean learned = table.learn(source, port, now);
        return learned || !port.quota.isChosen() ? null : DropCause.ADDRESS_LIMIT;
    }
}
