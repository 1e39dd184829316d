package switchd.linux;

import switchd.core.Errno;
import switchd.core.FrameBatch;

/// Frames as they are on the wire: the kernel finishes checksums and cuts long segments before it
/// hands them over. One `read` or `write` a frame.
///
/// @param fd the TAP's
record WholeFrames(Linux linux, int fd) implements TapFrames {
    @Override
    public long receive(FrameBatch slots, int most) {
        while (slots.count() < most) {
            int slot = slots.slot(slots.count());
            long length = linux.read(fd, slots.memory(), slot, slots.slotBytes());
            if (length < 0) {
                return slots.count() > 0 || Errno.EAGAIN.is(length) ? 0 : length;
            }
            slots.add(slot, (int) length);
        }
        return 0;
    }

    @Override
    public long write(FrameBatch batch, int frame) {
        return linux.write(fd, batch.memory(), batch.offset(frame), batch.length(frame));
    }
}
