package switchd.darwin.testkit;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// What lies in a unix datagram socket to be received, with the limits of `sbspace` and `sbreserve`
/// (XNU `bsd/kern/uipc_socket2.c`): bytes, the senders' addresses included, and kernel memory.
final class DatagramQueue {
    /// A datagram and its sender's address.
    static final class Datagram {
        private final byte[] from;
        private final byte[] data;

        Datagram(byte[] from, byte[] data) {
            this.from = from;
            this.data = data;
        }

        byte[] from() {
            return from;
        }

        byte[] data() {
            return data;
        }
    }

    private static final int DEFAULT_SIZE = 4096;
    private static final int MEMORY_FACTOR = 8;
    private static final int MBUF = 256;
    private static final int MBUF_DATA = 160;
    private static final int CLUSTER = 2048;
    private static final int BIG_CLUSTER = 4096;

    /// `kern.ipc.maxsockbuf`.
    private static final int SB_MAX = 8 << 20;

    private final Profile profile;
    private final ArrayDeque<Datagram> datagrams = new ArrayDeque<>();
    private int size = DEFAULT_SIZE;
    private long bytes;
    private long payload;
    private long memory;

    DatagramQueue(Profile profile) {
        this.profile = profile;
    }

    /// What a buffer becomes that is asked to be of `wanted` bytes, 0 where that is refused.
    static int granted(Profile profile, int wanted, int former) {
        if (profile.since(Profile.MACOS14)) {
            return wanted > SB_MAX && former == SB_MAX ? 0 : Math.min(wanted, SB_MAX);
        }
        long largest = (long) SB_MAX * CLUSTER / (MBUF + CLUSTER);
        return wanted > largest ? 0 : wanted;
    }

    int size() {
        return size;
    }

    /// Sets the size; false where it is refused.
    boolean resize(int wanted) {
        int granted = granted(profile, wanted, size);
        if (granted > 0) {
            size = granted;
        }
        return granted > 0;
    }

    /// Bytes that still fit.
    long space() {
        long largest = (long) size * MEMORY_FACTOR;
        if (!profile.since(Profile.MACOS14)) {
            largest = Math.min(largest, SB_MAX);
        }
        return Math.max(0, Math.min(size - bytes, largest - memory));
    }

    /// Takes a datagram in; false where there is no room.
    boolean add(byte[] from, byte[] data) {
        int length = from.length + data.length;
        if (length > space()) {
            return false;
        }
        datagrams.add(new Datagram(from, data));
        bytes += length;
        payload += data.length;
        memory += memory(data.length);
        return true;
    }

    @Nullable Datagram peek() {
        return datagrams.peek();
    }

    @Nullable Datagram poll() {
        Datagram datagram = datagrams.poll();
        if (datagram != null) {
            bytes -= datagram.from.length + datagram.data.length;
            payload -= datagram.data.length;
            memory -= memory(datagram.data.length);
        }
        return datagram;
    }

    boolean isEmpty() {
        return datagrams.isEmpty();
    }

    /// Bytes of all datagrams, addresses excluded.
    long payload() {
        return payload;
    }

    /// Kernel memory of a datagram: an mbuf for the address, and mbufs with clusters for the data.
    private static long memory(int length) {
        if (length <= MBUF_DATA) {
            return 2 * MBUF;
        }
        int cluster = length <= CLUSTER ? CLUSTER : BIG_CLUSTER;
        int clusters = (length + cluster - 1) / cluster;
        return MBUF + (long) clusters * (MBUF + cluster);
    }
}
