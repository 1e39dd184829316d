package switchd.core;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The prefixes of 64 bits below which the routers of the LAN let stations make addresses (RFC
/// 4862): at most [#MOST].
///
/// Used by the loop's thread alone; only [#list] allocates after construction.
final class Prefixes {
    static final int MOST = 8;

    private static final int OPTIONS = 16;
    private static final int PREFIX = 3;
    private static final int PREFIX_BYTES = 32;
    private static final int AUTONOMOUS = 0x40;
    private static final long FOR_EVER = 0xffff_ffffL;
    private static final long SECOND = 1_000_000_000L;
    private static final long TWO_HOURS = 7_200 * SECOND;

    private final Leases leases;
    private final long[] prefixes = new long[MOST];
    private final int[] vlans = new int[MOST];
    private final long[] until = new long[MOST];

    /// Counts changes.
    private int version;

    Prefixes(Leases leases) {
        this.leases = leases;
        clear();
    }

    /// Reads a router's advertisement.
    void learn(PacketView packet, long now) {
        int at = packet.payload + OPTIONS;
        while (packet.has(at, 2)) {
            int length = packet.octet(at + 1) * 8;
            if (length == 0 || !packet.has(at, length)) {
                return;
            }
            if (packet.octet(at) == PREFIX
                    && length == PREFIX_BYTES
                    && packet.octet(at + 2) == Long.SIZE
                    && (packet.octet(at + 3) & AUTONOMOUS) != 0) {
                learn(packet.vlan, packet.number(at + 16), packet.word(at + 4), now);
            }
            at += length;
        }
    }

    private void learn(int vlan, long prefix, long seconds, long now) {
        if (!NeighbourCheck.isGlobal(prefix)) {
            return;
        }
        long expiry = seconds == FOR_EVER ? Lease.NEVER : now + seconds * SECOND;
        int place = -1;
        for (int i = 0; i < MOST; i++) {
            if (prefixes[i] == prefix && vlans[i] == vlan) {
                place = i;
                break;
            }
            if (now >= until[i]) {
                place = i;
            }
        }
        if (place >= 0) {
            if (now < until[place]) {
                // RFC 4862, 5.5.3 e: nobody is cut off at once.
                expiry = Math.max(expiry, Math.min(until[place], now + TWO_HOURS));
            }
            set(place, vlan, prefix, expiry);
            leases.extend(vlan, prefix, expiry);
        }
    }

    private void set(int place, int vlan, long prefix, long expiry) {
        version++;
        prefixes[place] = prefix;
        vlans[place] = vlan;
        until[place] = expiry;
    }

    /// Another number after each change.
    int version() {
        return version;
    }

    /// Those below which stations may make addresses now.
    List<Learnt.Prefix> list(long now) {
        List<Learnt.Prefix> all = new ArrayList<>();
        for (int i = 0; i < MOST; i++) {
            if (now < until[i]) {
                all.add(new Learnt.Prefix(vlans[i], prefixes[i], until[i]));
            }
        }
        return all;
    }

    /// Takes up what was listed before.
    void recall(List<Learnt.Prefix> known) {
        for (int i = 0; i < Math.min(known.size(), MOST); i++) {
            Learnt.Prefix one = known.get(i);
            if (NeighbourCheck.isGlobal(one.prefix())) {
                set(i, one.vlan(), one.prefix(), one.expiresAt());
            }
        }
    }

    /// The loop's time until which stations may make addresses below the prefix; not later than
    /// `now` where they may not.
    long until(int vlan, long prefix, long now) {
        for (int i = 0; i < MOST; i++) {
            if (prefixes[i] == prefix && vlans[i] == vlan) {
                return until[i];
            }
        }
        return now;
    }

    void clear() {
        version++;
        Arrays.fill(prefixes, 0);
        Arrays.fill(until, Long.MIN_VALUE);
    }
}
