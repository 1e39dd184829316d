package switchd.daemon.selftest;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import switchd.core.EthernetFrame;
import switchd.core.MacAddress;

/// Frames that nobody but the self-test sends or answers: each has a number of its own, so that it
/// is known when it comes.
final class TestFrame {
    /// Kept free for local experiments (IEEE 802, 9.2.3).
    static final int TYPE = 0x88b5;

    static final MacAddress BROADCAST = new MacAddress(0xffff_ffff_ffffL);

    private static final int VLAN_TYPE = 0x8100;
    private static final int VLAN = 5;
    private static final int SHORTEST_ON_A_WIRE = 60;
    private static final AtomicLong NUMBER = new AtomicLong(System.nanoTime());

    private TestFrame() {}

    /// An untagged frame. One that is too short for its number or its header lacks the end of it.
    static byte[] of(MacAddress to, MacAddress from, int length) {
        ByteBuffer frame = header(to, from, length).putShort((short) TYPE);
        return filled(frame, length);
    }

    /// A frame with an 802.1Q tag, which counts into the length.
    static byte[] tagged(MacAddress to, MacAddress from, int length) {
        ByteBuffer frame = header(to, from, length);
        frame.putShort((short) VLAN_TYPE).putShort((short) VLAN).putShort((short) TYPE);
        return filled(frame, length);
    }

    private static ByteBuffer header(MacAddress to, MacAddress from, int length) {
        return put(put(ByteBuffer.allocate(Math.max(length, 32)), to), from);
    }

    private static byte[] filled(ByteBuffer frame, int length) {
        frame.putLong(NUMBER.incrementAndGet());
        while (frame.hasRemaining()) {
            frame.put((byte) frame.position());
        }
        byte[] octets = new byte[length];
        frame.get(0, octets);
        return octets;
    }

    /// True where `received` is `sent`; a short frame may have been padded on its way.
    static boolean is(byte[] received, byte[] sent) {
        boolean mayBePadded =
                sent.length < SHORTEST_ON_A_WIRE && received.length <= SHORTEST_ON_A_WIRE;
        return (received.length == sent.length || mayBePadded)
                && received.length >= sent.length
                && Arrays.equals(received, 0, sent.length, sent, 0, sent.length);
    }

    /// True where `received` begins as `sent` does: whatever became of its end.
    static boolean beginsAs(byte[] received, byte[] sent) {
        int length = Math.min(Math.min(received.length, sent.length), EthernetFrame.SHORTEST + 8);
        return Arrays.equals(received, 0, length, sent, 0, length);
    }

    static ByteBuffer put(ByteBuffer buffer, MacAddress mac) {
        return buffer.putShort((short) (mac.value() >>> 32)).putInt((int) mac.value());
    }
}
