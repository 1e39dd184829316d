package switchd.core;

import java.util.Arrays;

/// The questions that a VM has lately asked of DHCP servers: only answers to these count. At most
/// [#MOST]; later ones take the places of the oldest.
///
/// Used by the loop's thread alone; nothing here allocates after construction.
final class DhcpRequests {
    static final int MOST = 8;

    /// How long an answer may take.
    static final long PATIENCE_NANOS = 120_000_000_000L;

    private final long[] numbers = new long[MOST];
    private final long[] clients = new long[MOST];
    private final int[] vlans = new int[MOST];
    private final long[] until = new long[MOST];
    private int next;

    DhcpRequests() {
        clear();
    }

    /// @param number the transaction's
    /// @param client who asks
    void note(long number, long client, int vlan, long now) {
        int i = find(number, client, vlan, now);
        if (i < 0) {
            i = next;
            next = (next + 1) % MOST;
        }
        numbers[i] = number;
        clients[i] = client;
        vlans[i] = vlan;
        until[i] = now + PATIENCE_NANOS;
    }

    boolean has(long number, long client, int vlan, long now) {
        return find(number, client, vlan, now) >= 0;
    }

    void clear() {
        Arrays.fill(numbers, -1);
    }

    private int find(long number, long client, int vlan, long now) {
        for (int i = 0; i < MOST; i++) {
            if (numbers[i] == number
                    && clients[i] == client
                    && vlans[i] == vlan
                    && now < until[i]) {
                return i;
            }
        }
        return -1;
    }
}
