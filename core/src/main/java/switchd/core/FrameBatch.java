package switchd.core;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Frames where they lie in memory: the unit that the frame path moves.
///
/// A batch is filled by one system call and drained by one. It holds no bytes of its own, only
/// offsets and lengths into [#memory()]; a second batch over the same memory can therefore name
/// some of the frames again ([#over], [#add(FrameBatch, int)]) without a copy. A frame is an
/// Ethernet II frame without preamble and check sequence.
///
/// Used by the loop's thread alone; nothing here allocates after construction.
public final class FrameBatch {
    /// Bytes of an 802.1Q tag.
    static final int TAG_BYTES = 4;

    /// Bytes before each frame that are [#memory()], too, so that for the time of a call there can
    /// be what a kernel wants before a frame. But for the room of a tag, they may be another
    /// frame's.
    public static final int HEADROOM = 16;

    /// Frames in a batch that one call of `recvmmsg` or `recvmsg_x` fills.
    public static final int CAPACITY = 64;

    private static final int CACHE_LINE = 64;
    private static final int TYPE = 12;
    private static final int INNER_TYPE = 16;
    private static final ValueLayout.OfInt WORD =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(BIG_ENDIAN);
    private static final ValueLayout.OfShort HALF =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(BIG_ENDIAN);

    private final int[] offsets;
    private final int[] lengths;
    private final int stride;
    private MemorySegment memory;
    private int count;

    private FrameBatch(MemorySegment memory, int capacity, int stride) {
        this.memory = memory;
        this.offsets = new int[capacity];
        this.lengths = new int[capacity];
        this.stride = stride;
    }

    /// A batch of slots to receive into, each a little longer than the longest frame of a network
    /// with this MTU, so that a longer frame is told from the longest one. Before each there is
    /// room for a tag.
    public static FrameBatch slots(Arena arena, int capacity, int mtu) {
        // An odd number of cache lines: the headers of all frames must not share a few cache sets.
        int lines = (EthernetFrame.longest(mtu) + TAG_BYTES + CACHE_LINE) / CACHE_LINE | 1;
        int stride = lines * CACHE_LINE;
        MemorySegment memory = arena.allocate(CACHE_LINE + (long) capacity * stride, CACHE_LINE);
        return new FrameBatch(memory, capacity, stride);
    }

    /// A batch that names frames in other memory.
    ///
    /// @param capacity the most frames it can name
    public static FrameBatch view(int capacity) {
        return new FrameBatch(MemorySegment.NULL, capacity, 0);
    }

    /// Where the frames lie.
    public MemorySegment memory() {
        return memory;
    }

    /// The number of slots, or of frames that can be named.
    public int capacity() {
        return offsets.length;
    }

    /// The bytes of a slot; 0 for a view.
    public int slotBytes() {
        return stride == 0 ? 0 : stride - TAG_BYTES;
    }

    /// Where slot `i` begins.
    public int slot(int i) {
        return CACHE_LINE + i * stride;
    }

    /// The number of frames.
    public int count() {
        return count;
    }

    /// True where there is no room for another frame.
    public boolean isFull() {
        return count == offsets.length;
    }

    /// Where frame `i` begins in [#memory()].
    public int offset(int i) {
        return offsets[i];
    }

    /// The bytes of frame `i`.
    public int length(int i) {
        return lengths[i];
    }

    /// Forgets the frames.
    public void clear() {
        count = 0;
    }

    /// Forgets the frames and names frames in `other` from here on.
    public void over(MemorySegment other) {
        memory = other;
        count = 0;
    }

    /// Adds the frame of `length` bytes at `offset`; the batch must not be full.
    public void add(int offset, int length) {
        set(count, offset, length);
        count++;
    }

    /// Says where frame `i` lies, without regard to [#count()].
    void set(int i, int offset, int length) {
        offsets[i] = offset;
        lengths[i] = length;
    }

    /// Adds frame `i` of a batch over the same memory.
    public void add(FrameBatch other, int i) {
        add(other.offsets[i], other.lengths[i]);
    }

    /// Drops all frames from `newCount` on.
    public void truncate(int newCount) {
        count = newCount;
    }

    /// Puts frame `from` in the place of frame `to`: how a batch is weeded without a copy.
    public void move(int from, int to) {
        set(to, offsets[from], lengths[from]);
    }

    /// The destination address of frame `i`, which must have 14 bytes.
    public long destination(int i) {
        return address(offsets[i]);
    }

    /// The source address of frame `i`, which must have 14 bytes.
    public long source(int i) {
        return address(offsets[i] + 6L);
    }

    /// The type of frame `i`, which must have 14 bytes; of a tagged one, the tag's.
    int type(int i) {
        return Short.toUnsignedInt(memory.get(HALF, offsets[i] + TYPE));
    }

    /// The type behind the tag of frame `i`, which must have 18 bytes.
    int innerType(int i) {
        return Short.toUnsignedInt(memory.get(HALF, offsets[i] + INNER_TYPE));
    }

    /// The tag of frame `i`: type 0x8100, priority, VLAN.
    int tag(int i) {
        return memory.get(WORD, offsets[i] + TYPE);
    }

    /// Writes another one in its place.
    void setTag(int i, int tag) {
        memory.set(WORD, offsets[i] + TYPE, tag);
    }

    /// Puts a tag into frame `i`: its addresses move into the four bytes before it, its payload
    /// stays. Those bytes are there before every slot, and before a frame of a stream.
    public void insertTag(int i, int tag) {
        moveAddresses(offsets[i], -TAG_BYTES);
        offsets[i] -= TAG_BYTES;
        lengths[i] += TAG_BYTES;
        setTag(i, tag);
    }

    /// Takes the tag out of frame `i`: its addresses move behind it, and it is kept before them
    /// where [#restoreTag] finds it.
    void removeTag(int i) {
        int tag = tag(i);
        moveAddresses(offsets[i], TAG_BYTES);
        memory.set(WORD, offsets[i], tag);
        offsets[i] += TAG_BYTES;
        lengths[i] -= TAG_BYTES;
    }

    /// Undoes [#removeTag].
    void restoreTag(int i) {
        insertTag(i, memory.get(WORD, offsets[i] - TAG_BYTES));
    }

    private void moveAddresses(int at, int by) {
        long first = memory.get(LONG, at);
        int last = memory.get(WORD, at + Long.BYTES);
        memory.set(LONG, at + by, first);
        memory.set(WORD, at + by + Long.BYTES, last);
    }

    private long address(long at) {
        return Short.toUnsignedLong(memory.get(HALF, at)) << 32
                | Integer.toUnsignedLong(memory.get(WORD, at + 2));
    }
}
