package switchd.attach;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import switchd.core.IpAddress;
import switchd.core.Learnt;
import switchd.core.Lease;
import switchd.core.MacAddress;

/// What a port has learnt of its VM as octets, for the daemon after this one.
///
/// Times are how long something is still good, and when that was so by the clock on the wall: the
/// loop's time is of no meaning to another process. A clock that is set back meanwhile makes
/// nothing last longer than it was good then.
final class VmNote {
    /// The most octets of one.
    static final int MOST = 1024;

    private static final byte FORM = 1;
    private static final long NOBODY = -1;
    private static final int HIGHEST_VLAN = 4094;
    private static final Lease.Source[] SOURCES = Lease.Source.values();

    private VmNote() {}

    /// @param now the loop's time
    /// @param millis the clock's
    static byte[] write(Learnt learnt, long now, long millis) {
        ByteBuffer note = ByteBuffer.allocate(MOST);
        MacAddress address = learnt.address();
        note.put(FORM).putLong(millis).putLong(address == null ? NOBODY : address.value());
        note.put((byte) learnt.leases().size());
        for (Lease lease : learnt.leases()) {
            note.put((byte) lease.source().ordinal()).put((byte) (lease.address().six() ? 1 : 0));
            note.putLong(lease.address().high()).putLong(lease.address().low());
            note.putShort((short) lease.vlan()).putLong(left(lease.expiresAt(), now));
        }
        note.put((byte) learnt.prefixes().size());
        for (Learnt.Prefix prefix : learnt.prefixes()) {
            note.putLong(prefix.prefix()).putShort((short) prefix.vlan());
            note.putLong(left(prefix.expiresAt(), now));
        }
        byte[] bytes = new byte[note.position()];
        note.flip().get(bytes);
        return bytes;
    }

    private static long left(long expiresAt, long now) {
        return expiresAt == Lease.NEVER ? Lease.NEVER : expiresAt - now;
    }

    /// Reads what [#write] gave; nothing where anything in it cannot be.
    static Optional<Learnt> read(byte[] bytes, long now, long millis) {
        try {
            return Optional.of(read(ByteBuffer.wrap(bytes), now, millis));
        } catch (BufferUnderflowException | IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    private static Learnt read(ByteBuffer note, long now, long millis) {
        check(note.get() == FORM);
        long away = TimeUnit.MILLISECONDS.toNanos(Math.max(0, millis - note.getLong()));
        @Nullable MacAddress address = address(note.getLong());
        List<Lease> leases = new ArrayList<>();
        for (int i = count(note, Learnt.MOST_LEASES); i > 0; i--) {
            int source = note.get();
            check(source > 0 && source < SOURCES.length);
            boolean six = note.get() == 1;
            IpAddress ip = new IpAddress(six, note.getLong(), note.getLong());
            check(ip.isStation() && (six || (ip.high() == 0 && ip.low() >>> Integer.SIZE == 0)));
            int vlan = vlan(note);
            leases.add(new Lease(ip, vlan, SOURCES[source], end(note.getLong(), away, now)));
        }
        List<Learnt.Prefix> prefixes = new ArrayList<>();
        for (int i = count(note, Learnt.MOST_PREFIXES); i > 0; i--) {
            long prefix = note.getLong();
            int vlan = vlan(note);
            prefixes.add(new Learnt.Prefix(vlan, prefix, end(note.getLong(), away, now)));
        }
        check(!note.hasRemaining());
        return new Learnt(address, leases, prefixes);
    }

    private static @Nullable MacAddress address(long value) {
        if (value == NOBODY) {
            return null;
        }
        MacAddress address = new MacAddress(value);
        check(value != 0 && !address.isGroup());
        return address;
    }

    private static int count(ByteBuffer note, int most) {
        int count = note.get();
        check(count >= 0 && count <= most);
        return count;
    }

    private static int vlan(ByteBuffer note) {
        int vlan = note.getShort();
        check(vlan >= 0 && vlan <= HIGHEST_VLAN);
        return vlan;
    }

    /// Not later than any lease can be: both protocols have 32 bits of seconds.
    private static long end(long left, long away, long now) {
        check(left > 0 && (left == Lease.NEVER || left >>> 32 < 1_000_000_000L));
        return left == Lease.NEVER ? Lease.NEVER : now + left - Math.min(left, away);
    }

    private static void check(boolean holds) {
        if (!holds) {
            throw new IllegalArgumentException("no note");
        }
    }
}
