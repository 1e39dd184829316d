package switchd.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which port a hardware address was last seen at.
///
/// A fixed number of entries, each in one of eight places that its address hashes to. Where all
/// eight hold live entries of others, or where its port has used up its share ([AddressQuota]), a
/// new address is not learned and its frames are flooded: a VM that makes up addresses cannot drive
/// out the others', nor fill the table. An entry lives [#AGE_NANOS] after its address was last
/// seen; the one that a port is configured for stays there while its VM is attached, and makes way
/// for nobody.
///
/// Used by the loop's thread alone; nothing here allocates after construction.
public final class ForwardingTable {
    /// As IEEE 802.1D recommends.
    public static final long AGE_NANOS = 300_000_000_000L;

    /// How often a port with a full share is searched for old entries at most.
    private static final long SWEEP_NANOS = 1_000_000_000L;

    private static final int WAYS = 8;
    private static final long NOBODY = -1;

    private final long[] addresses;
    private final @Nullable Port[] ports;
    private final long[] seen;
    private final int mask;

    /// @param entries the most addresses it can hold; a power of two of at least eight
    public ForwardingTable(int entries) {
        if (entries < WAYS || Integer.bitCount(entries) != 1) {
            throw new IllegalArgumentException("not a power of two of at least 8: " + entries);
        }
        addresses = new long[entries];
        Arrays.fill(addresses, NOBODY);
        ports = new @Nullable Port[entries];
        seen = new long[entries];
        mask = entries - WAYS;
    }

    /// Notes that `address` is behind `port` now, wherever it was before; but the address that
    /// another port is configured for stays there.
    ///
    /// @param now nanoseconds
    /// @return false where there is no place for it, or where it is another port's
    public boolean learn(long address, Port port, long now) {
        int set = set(address);
        int place = -1;
        for (int i = set; i < set + WAYS; i++) {
            if (addresses[i] == address) {
                if (isReserved(i, port)) {
                    return false;
                }
                place = i;
                break;
            }
            if (place < 0 && (addresses[i] == NOBODY || isOld(i, now))) {
                place = i;
            }
        }
        if (place < 0 && port.policy().isFor(address)) {
            place = guest(set);
        }
        if (place < 0) {
            return false;
        }
        if (ports[place] != port) {
            if (!hasRoom(port, now) && !port.policy().isFor(address)) {
                return false;
            }
            clear(place);
            port.quota.used++;
        }
        addresses[place] = address;
        ports[place] = port;
        seen[place] = now;
        return true;
    }

    /// True where another address behind `port` can be learned; old ones make way.
    ///
    /// @param now nanoseconds
    boolean hasRoom(Port port, long now) {
        AddressQuota quota = port.quota;
        if (quota.isFull() && now - quota.sweptAt > SWEEP_NANOS) {
            quota.sweptAt = now;
            for (int i = 0; i < ports.length; i++) {
                if (ports[i] == port && isOld(i, now)) {
                    clear(i);
                }
            }
        }
        return !quota.isFull();
    }

    /// The port that `address` is behind, or null where that is not known.
    ///
    /// @param now nanoseconds
    public @Nullable Port find(long address, long now) {
        int place = place(address);
        return place < 0 || isOld(place, now) ? null : ports[place];
    }

    /// Forgets `address`.
    public void forget(long address) {
        int place = place(address);
        if (place >= 0) {
            clear(place);
        }
    }

    /// Forgets all that is behind `port`.
    public void forget(Port port) {
        for (int i = 0; i < ports.length; i++) {
            if (ports[i] == port) {
                clear(i);
            }
        }
    }

    /// The addresses that are behind `port`.
    ///
    /// @param most how many of them at most
    /// @param now nanoseconds
    public List<MacAddress> addressesOf(Port port, int most, long now) {
        List<MacAddress> found = new ArrayList<>();
        for (int i = 0; i < ports.length && found.size() < most; i++) {
            if (ports[i] == port && !isOld(i, now)) {
                found.add(new MacAddress(addresses[i]));
            }
        }
        return found;
    }

    private int place(long address) {
        int set = set(address);
        for (int i = set; i < set + WAYS; i++) {
            if (addresses[i] == address) {
                return i;
            }
        }
        return -1;
    }

    /// A place whose address is one of several behind its port: it gives way to a VM's own address.
    private int guest(int set) {
        for (int i = set; i < set + WAYS; i++) {
            if (!isOwned(i)) {
                return i;
            }
        }
        return -1;
    }

    private int set(long address) {
        return (int) ((address * 0x9E37_79B9_7F4A_7C15L) >>> 40) & mask & -WAYS;
    }

    private boolean isOld(int place, long now) {
        return now - seen[place] > AGE_NANOS && !isOwned(place);
    }

    private boolean isOwned(int place) {
        Port port = ports[place];
        return port != null && port.policy().isFor(addresses[place]);
    }

    private boolean isReserved(int place, Port other) {
        Port port = ports[place];
        return port != null && port != other && port.policy().isFor(addresses[place]);
    }

    private void clear(int place) {
        Port port = ports[place];
        if (port != null) {
            port.quota.used--;
        }
        addresses[place] = NOBODY;
        ports[place] = null;
    }
}
