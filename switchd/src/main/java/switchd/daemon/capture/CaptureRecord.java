package switchd.daemon.capture;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import switchd.core.Direction;
import switchd.core.DropCause;

/// One record of a capture's stream, from the daemon to its client: a header of [#HEADER_BYTES]
/// bytes, big-endian, then the bytes of the frame.
///
/// ```
///  0 kind         0 a frame, 1 frames that the client was too slow for, 2 drops without a frame
///  1 direction    0 toLan, 1 toVm
///  2 drop cause   0 none: passed on, else its place in DropCause, from 1 on
///  3 0
///  4 bytes of the frame that follow
///  8 bytes of the frame
/// 12 frames       that were lost since the last record; with kind 2, that were dropped
/// 16 time         nanoseconds since 1970
/// ```
///
/// @param kind what it tells
/// @param direction of the frame, or of the drops
/// @param cause null where the frame was passed on
/// @param length of the frame when it was whole, in bytes
/// @param count frames that were lost before this one, or dropped
/// @param time nanoseconds since 1970
/// @param frame its first bytes; empty where the record is of another kind
@SuppressWarnings("ArrayRecordComponent") // made once a frame by the reader, compared by nobody
public record CaptureRecord(
        Kind kind,
        Direction direction,
        @Nullable DropCause cause,
        int length,
        long count,
        long time,
        byte[] frame) {
    /// What a record tells.
    public enum Kind {
        /// A frame was passed on or dropped.
        FRAME,
        /// Frames are missing here: the client did not read in time.
        LOST,
        /// Frames were dropped that nobody has any more.
        UNSEEN
    }

    /// Bytes before the frame.
    public static final int HEADER_BYTES = 24;

    /// No frame is longer.
    public static final int LONGEST_FRAME = 1 << 17;

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(BIG_ENDIAN);

    /// Writes a header.
    static void write(
            MemorySegment to,
            long at,
            Kind kind,
            Direction direction,
            @Nullable DropCause cause,
            int captured,
            int length,
            long count,
            long time) {
        int causeCode = cause == null ? 0 : cause.ordinal() + 1;
        to.set(INT, at, kind.ordinal() << 24 | direction.ordinal() << 16 | causeCode << 8);
        to.set(INT, at + 4, captured);
        to.set(INT, at + 8, length);
        to.set(INT, at + 12, (int) Math.min(count, 0xffff_ffffL));
        to.set(LONG, at + 16, time);
    }

    /// Takes the next record out of `from`, or nothing where it is not all there yet.
    ///
    /// @throws IllegalArgumentException where that is no record
    static @Nullable CaptureRecord read(ByteBuffer from) {
        int at = from.position();
        if (from.remaining() < HEADER_BYTES) {
            return null;
        }
        int captured = from.getInt(at + 4);
        int kind = from.get(at);
        int direction = from.get(at + 1);
        int causeCode = from.get(at + 2);
        if (captured < 0
                || captured > LONGEST_FRAME
                || kind < 0
                || kind >= Kind.values().length
                || direction < 0
                || direction >= Direction.values().length
                || causeCode < 0
                || causeCode > DropCause.values().length) {
            throw new IllegalArgumentException("the daemon sends what is no capture record");
        }
        if (from.remaining() < HEADER_BYTES + captured) {
            return null;
        }
        byte[] frame = new byte[captured];
        from.get(at + HEADER_BYTES, frame);
        from.position(at + HEADER_BYTES + captured);
        return new CaptureRecord(
                Kind.values()[kind],
                Direction.values()[direction],
                causeCode == 0 ? null : DropCause.values()[causeCode - 1],
                from.getInt(at + 8),
                Integer.toUnsignedLong(from.getInt(at + 12)),
                from.getLong(at + 16),
                frame);
    }
}
