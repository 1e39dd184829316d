package switchd.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The addresses that a VM has got, or has made, each for a time: at most [#MOST]. Where there is
/// no room, those that the VM has made itself make way, the one that was used longest ago first.
///
/// An address is two numbers: the high one of IPv4 is [#IP4], with which no IPv6 address of a
/// station begins. Used by the loop's thread alone; only [#list] allocates.
final class Leases {
    static final int MOST = 16;

    /// Stands in the place of an IPv4 address's first half.
    static final long IP4 = -1;

    /// Stands for any client: what an earlier daemon has seen.
    private static final long ANYBODY = 0;

    /// Stands for any VLAN.
    static final int ANY_VLAN = -1;

    /// How long a VM that asks whether an address is free waits for the answer (RFC 6620, TENT_LT).
    static final long TENTATIVE_NANOS = 500_000_000;

    private final long[] high = new long[MOST];
    private final long[] low = new long[MOST];
    private final int[] vlan = new int[MOST];
    private final long[] validFrom = new long[MOST];
    private final long[] expiresAt = new long[MOST];
    private final long[] usedAt = new long[MOST];
    private final Lease.@Nullable Source[] sources = new Lease.@Nullable Source[MOST];
    private final long[] clients = new long[MOST];
    private int last;

    /// Until when somebody may object to the last claim.
    private long asksUntil = Long.MIN_VALUE;

    /// Counts changes.
    private int version;

    /// True where the VM may send from the address.
    boolean holds(int vlanId, long h, long l, long now) {
        int i = isAt(last, vlanId, h, l) ? last : find(vlanId, h, l);
        if (i < 0 || now >= expiresAt[i] || now < validFrom[i]) {
            return false;
        }
        usedAt[i] = now;
        last = i;
        return true;
    }

    /// A server has given the address; it is valid at once.
    void grant(int vlanId, long h, long l, Lease.Source source, long expiry, long now) {
        grant(vlanId, h, l, source, expiry, ANYBODY, now);
    }

    /// The same to one of the VM's clients, who alone may give it back.
    ///
    /// @param client his number
    void grant(
            int vlanId, long h, long l, Lease.Source source, long expiry, long client, long now) {
        int known = find(vlanId, h, l);
        int i = known >= 0 ? known : place(now);
        put(i, vlanId, h, l, source, now, expiry);
        if (i >= 0) {
            clients[i] = client;
        }
    }

    /// True where a server has given the address, and that client may give it back.
    boolean isOf(int vlanId, long h, long l, long client) {
        int i = find(vlanId, h, l);
        return i >= 0 && (clients[i] == client || clients[i] == ANYBODY);
    }

    /// The VM asks whether the address is free: it is the VM's unless somebody objects in time.
    void claim(int vlanId, long h, long l, Lease.Source source, long expiry, long now) {
        int known = find(vlanId, h, l);
        if (known < 0 || now >= expiresAt[known]) {
            asksUntil = now + TENTATIVE_NANOS;
            put(known < 0 ? place(now) : known, vlanId, h, l, source, asksUntil, expiry);
        }
    }

    /// True while somebody may object to a claim.
    boolean isAsking(long now) {
        return now < asksUntil;
    }

    private void put(
            int i, int vlanId, long h, long l, Lease.Source source, long from, long expiry) {
        if (i < 0) {
            return;
        }
        version++;
        high[i] = h;
        low[i] = l;
        vlan[i] = vlanId;
        sources[i] = source;
        validFrom[i] = from;
        expiresAt[i] = expiry;
        usedAt[i] = from;
        clients[i] = ANYBODY;
    }

    /// Somebody else has the address, or is asking for it at the same time.
    ///
    /// @param owned true where he has it: it is not the VM's then even if it was; one that a server
    ///   gave stays
    void contest(long h, long l, boolean owned, long now) {
        for (int i = 0; i < MOST; i++) {
            Lease.Source source = sources[i];
            if (source != null
                    && source.isSelfMade()
                    && low[i] == l
                    && high[i] == h
                    && (owned || now < validFrom[i])) {
                sources[i] = null;
                version++;
            }
        }
    }

    /// True where the address is here, valid now or soon.
    ///
    /// @param vlanId on the network, or [#ANY_VLAN]
    /// @param access the VLAN on the network of what is 0 here
    boolean knows(int vlanId, int access, long h, long l, long now) {
        for (int i = 0; i < MOST; i++) {
            boolean meets = vlanId == ANY_VLAN || (vlan[i] == 0 ? access : vlan[i]) == vlanId;
            if (meets && sources[i] != null && low[i] == l && high[i] == h && now < expiresAt[i]) {
                return true;
            }
        }
        return false;
    }

    /// The VM gives the address back.
    void remove(int vlanId, long h, long l) {
        int i = find(vlanId, h, l);
        if (i >= 0) {
            sources[i] = null;
            version++;
        }
    }

    /// What came from there is taken back.
    void remove(int vlanId, Lease.Source source) {
        for (int i = 0; i < MOST; i++) {
            if (sources[i] == source && vlan[i] == vlanId) {
                sources[i] = null;
                version++;
            }
        }
    }

    /// A router tells how long addresses below a prefix of 64 bits are good.
    void extend(int vlanId, long prefix, long expiry) {
        for (int i = 0; i < MOST; i++) {
            if (sources[i] == Lease.Source.SLAAC && vlan[i] == vlanId && high[i] == prefix) {
                expiresAt[i] = expiry;
                version++;
            }
        }
    }

    /// Another number after each change.
    int version() {
        return version;
    }

    /// Takes up what was listed before, in another process perhaps.
    void recall(List<Lease> known, long now) {
        for (Lease lease : known) {
            IpAddress address = lease.address();
            if (lease.source() != Lease.Source.CONFIGURED && now < lease.expiresAt()) {
                long h = address.six() ? address.high() : IP4;
                grant(lease.vlan(), h, address.low(), lease.source(), lease.expiresAt(), now);
            }
        }
    }

    void clear() {
        version++;
        Arrays.fill(sources, null);
    }

    /// Those that are valid now.
    List<Lease> list(long now) {
        List<Lease> valid = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            Lease.Source source = sources[i];
            if (source != null && now < expiresAt[i] && now >= validFrom[i]) {
                boolean six = high[i] != IP4;
                IpAddress address = new IpAddress(six, six ? high[i] : 0, low[i]);
                valid.add(new Lease(address, vlan[i], source, expiresAt[i]));
            }
        }
        return valid;
    }

    private boolean isAt(int i, int vlanId, long h, long l) {
        return sources[i] != null && low[i] == l && high[i] == h && vlan[i] == vlanId;
    }

    private int find(int vlanId, long h, long l) {
        for (int i = 0; i < MOST; i++) {
            if (isAt(i, vlanId, h, l)) {
                return i;
            }
        }
        return -1;
    }

    private int place(long now) {
        int oldest = -1;
        for (int i = 0; i < MOST; i++) {
            Lease.Source source = sources[i];
            if (source == null || now >= expiresAt[i]) {
                return i;
            }
            if (source.isSelfMade() && (oldest < 0 || usedAt[i] < usedAt[oldest])) {
                oldest = i;
            }
        }
        return oldest;
    }
}
