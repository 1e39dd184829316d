package switchd.linux;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The checksum of IP, TCP and UDP (RFC 1071): the ones' complement of the ones' complement sum of
/// 16-bit words in network order.
///
/// Sums are numbers of 16 bits, as the words would be read in network order. Nothing here
/// allocates.
final class InternetChecksum {
    // The sum is the same in either order of octets, but for its own: so it takes eight at a time.
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfShort HALF =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final long LOW = 0xffff_ffffL;
    private static final int STEP = 4 * Long.BYTES;

    private InternetChecksum() {}

    /// The sum over `length` octets at `at`; a last odd one counts as the high half of a word.
    static int sum(MemorySegment memory, long at, int length) {
        long sum = 0;
        int i = 0;
        for (; i <= length - STEP; i += STEP) {
            long one = memory.get(LONG, at + i);
            long two = memory.get(LONG, at + i + 8);
            long three = memory.get(LONG, at + i + 16);
            long four = memory.get(LONG, at + i + 24);
            sum += (one & LOW) + (two & LOW) + (three & LOW) + (four & LOW);
            sum += (one >>> 32) + (two >>> 32) + (three >>> 32) + (four >>> 32);
        }
        for (; i < length - 1; i += 2) {
            sum += Short.toUnsignedLong(memory.get(HALF, at + i));
        }
        if (i < length) {
            sum += Byte.toUnsignedLong(memory.get(ValueLayout.JAVA_BYTE, at + i));
        }
        return Integer.reverseBytes(fold(sum)) >>> 16;
    }

    /// What sums and numbers of 16 bits add up to, as a sum.
    static int fold(long sum) {
        long folded = (sum >>> 32) + (sum & LOW);
        folded = (folded >>> 16) + (folded & 0xffff);
        folded = (folded >>> 16) + (folded & 0xffff);
        return (int) ((folded >>> 16) + (folded & 0xffff));
    }

    /// What goes into the header: never 0, which says in UDP that there is none. 0xffff is the same
    /// number.
    static int ofTransport(int sum) {
        int checksum = ~sum & 0xffff;
        return checksum == 0 ? 0xffff : checksum;
    }

    /// Writes a sum or checksum where a header has it.
    static void set(MemorySegment memory, long at, int value) {
        memory.set(HALF, at, Short.reverseBytes((short) value));
    }
}
