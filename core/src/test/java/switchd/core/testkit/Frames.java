package switchd.core.testkit;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import switchd.core.FrameBatch;
import switchd.core.MacAddress;

/// Ethernet frames to test with: each carries a number behind its header, so that a test can say
/// which frames came, and in which order.
public final class Frames {
    /// The address of all stations.
    public static final MacAddress BROADCAST = MacAddress.parse("ff:ff:ff:ff:ff:ff");

    /// The bytes of a frame where nothing else is said: Ethernet's shortest on the wire.
    public static final int LENGTH = 60;

    private static final int SOURCE = 6;
    private static final int TYPE = 12;
    private static final int NUMBER = 14;
    private static final int NUMBERED = 18;
    private static final short EXPERIMENTAL = (short) 0x88b5;

    private Frames() {}

    /// A unicast address of a VM; another number gives another address.
    ///
    /// @param number from 0 to 65535
    public static MacAddress mac(int number) {
        return new MacAddress(0x5254_0000_0000L | number);
    }

    /// A frame of [#LENGTH] bytes.
    public static byte[] frame(MacAddress to, MacAddress from, int number) {
        return frame(to, from, number, LENGTH);
    }

    /// A frame of `length` bytes; one shorter than 18 is cut, its number included.
    public static byte[] frame(MacAddress to, MacAddress from, int number, int length) {
        ByteBuffer frame = ByteBuffer.allocate(Math.max(length, NUMBERED));
        frame.putLong(0, to.value() << 16);
        frame.putLong(SOURCE, from.value() << 16);
        frame.putShort(TYPE, EXPERIMENTAL);
        frame.putInt(NUMBER, number);
        return Arrays.copyOf(frame.array(), length);
    }

    /// `count` frames with the numbers from `first` on.
    public static byte[][] frames(MacAddress to, MacAddress from, int first, int count) {
        byte[][] frames = new byte[count][];
        for (int i = 0; i < count; i++) {
            frames[i] = frame(to, from, first + i);
        }
        return frames;
    }

    /// `frame` with a tag of four bytes before its type.
    ///
    /// @param type 0x8100 for 802.1Q
    /// @param control priority and VLAN
    public static byte[] tagged(byte[] frame, int type, int control) {
        return ByteBuffer.allocate(frame.length + Integer.BYTES)
                .put(frame, 0, TYPE)
                .putInt(type << 16 | control)
                .put(frame, TYPE, frame.length - TYPE)
                .array();
    }

    /// The number of a frame made here.
    public static int number(byte[] frame) {
        return ByteBuffer.wrap(frame).getInt(NUMBER);
    }

    /// The numbers of frames made here.
    public static List<Integer> numbers(List<byte[]> frames) {
        return frames.stream().map(Frames::number).toList();
    }

    /// A batch with slots for a network of this MTU, holding copies of `frames`.
    public static FrameBatch batch(int mtu, byte[]... frames) {
        int capacity = Math.max(frames.length, 1);
        FrameBatch batch = FrameBatch.slots(Arena.ofAuto(), capacity, mtu);
        for (byte[] frame : frames) {
            put(frame, batch);
        }
        return batch;
    }

    /// Adds a copy of `frame` to a batch of slots, cut where it is longer than a slot, as the
    /// kernel does.
    public static void put(byte[] frame, FrameBatch batch) {
        int slot = batch.slot(batch.count());
        int length = Math.min(frame.length, batch.slotBytes());
        MemorySegment.copy(frame, 0, batch.memory(), ValueLayout.JAVA_BYTE, slot, length);
        batch.add(slot, length);
    }

    /// A copy of the bytes of frame `i`.
    public static byte[] bytes(FrameBatch batch, int i) {
        return batch.memory()
                .asSlice(batch.offset(i), batch.length(i))
                .toArray(ValueLayout.JAVA_BYTE);
    }
}
