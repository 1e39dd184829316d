package switchd.darwin.testkit;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A kqueue. Knotes that were found ready stand in a queue and are asked again when they are told;
/// those that are level-triggered go back to its end.
final class FakeKqueue extends FakeFile {
    private static final int EV_ADD = (int) Abi.constant("EV_ADD");
    private static final int EV_DELETE = (int) Abi.constant("EV_DELETE");
    private static final int EV_ENABLE = (int) Abi.constant("EV_ENABLE");
    private static final int EV_DISABLE = (int) Abi.constant("EV_DISABLE");
    private static final int EV_CLEAR = (int) Abi.constant("EV_CLEAR");
    private static final int EV_ONESHOT = (int) Abi.constant("EV_ONESHOT");
    private static final int EV_DISPATCH = (int) Abi.constant("EV_DISPATCH");
    private static final int EV_RECEIPT = (int) Abi.constant("EV_RECEIPT");
    private static final int EV_ERROR = (int) Abi.constant("EV_ERROR");
    private static final int EVFILT_READ = (int) Abi.constant("EVFILT_READ");
    private static final String EVENT = "kevent64_s";
    private static final int BYTES = Abi.size(EVENT);
    private static final long NANOS = 1_000_000_000;

    /// What is left in the room for events that are not told: no reader may take it for one.
    private static final byte GARBAGE = (byte) 0xd5;

    private final FakeProcess owner;
    private final List<Knote> knotes = new ArrayList<>();
    private final Deque<Knote> queue = new ArrayDeque<>();
    private boolean closed;

    FakeKqueue(FakeProcess owner) {
        this.owner = owner;
    }

    /// `kevent64`
    int kevent(
            MemorySegment changes,
            int changeCount,
            MemorySegment events,
            int eventCount,
            boolean immediate,
            MemorySegment timeout) {
        long deadline = immediate ? System.nanoTime() : deadline(timeout);
        int told = 0;
        for (int i = 0; i < changeCount; i++) {
            AbiStruct change = AbiStruct.at(EVENT, changes, i);
            int flags = flags(change);
            String error = register(change, flags);
            if (told < eventCount && (error != null || (flags & EV_RECEIPT) != 0)) {
                AbiStruct event = AbiStruct.at(EVENT, events, told);
                event.memory().copyFrom(change.memory());
                event.setShort(flags | EV_ERROR, "flags");
                event.setLong(error == null ? 0 : Abi.constant(error), "data");
                told++;
            } else if (error != null) {
                throw new Refused(error);
            }
        }
        if (changeCount > 0) {
            owner.kernel.changed();
        }
        if (told == 0 && eventCount > 0) {
            told = await(events, eventCount, deadline);
        }
        if (told < eventCount) {
            long rest = (long) told * BYTES;
            UserMemory.of(events, rest, (long) eventCount * BYTES - rest).fill(GARBAGE);
        }
        return told;
    }

    @Override
    int watchable(int filter) {
        return filter == EVFILT_READ ? 0 : (int) -Abi.constant("EINVAL");
    }

    @Override
    long readable() {
        look();
        return queue.isEmpty() ? NOT_READY : queue.size();
    }

    @Override
    void closed() {
        closed = true;
        knotes.clear();
        queue.clear();
    }

    /// A descriptor of the process was closed: what watched it goes, without an event.
    void forget(int descriptor) {
        for (Knote knote : List.copyOf(knotes)) {
            if (knote.isOf(descriptor)) {
                drop(knote);
            }
        }
    }

    /// Deletion overrules addition, and disabling enabling.
    private static int flags(AbiStruct change) {
        int flags = change.getShort("flags");
        flags = (flags & EV_DELETE) != 0 ? flags & ~EV_ADD : flags;
        return (flags & EV_DISABLE) != 0 ? flags & ~EV_ENABLE : flags;
    }

    private @Nullable String register(AbiStruct change, int flags) {
        try {
            Knote found = knotes.stream().filter(k -> k.isMeantBy(change)).findFirst().orElse(null);
            if (found == null) {
                Refused.when((flags & EV_ADD) == 0, "ENOENT");
                found = new Knote(owner, change);
                found.flags = found.flags & ~EV_DELETE;
                knotes.add(found);
            } else if ((flags & EV_DELETE) != 0) {
                drop(found);
                return null;
            } else {
                found.touch(change);
            }
            if ((flags & (EV_DISABLE | EV_ENABLE)) != 0) {
                found.disabled = (flags & EV_DISABLE) != 0;
            }
            activateIfReady(found);
            return null;
        } catch (Refused e) {
            return e.errno();
        }
    }

    private void activateIfReady(Knote knote) {
        if (knote.disabled && knote.active) {
            knote.active = false;
            queue.remove(knote);
        } else if (!knote.disabled && !knote.active && knote.isReady()) {
            knote.active = true;
            queue.add(knote);
        }
    }

    private void drop(Knote knote) {
        knotes.remove(knote);
        queue.remove(knote);
    }

    /// Queues what was woken and is ready.
    private void look() {
        for (Knote knote : knotes) {
            if (knote.wasWoken()) {
                activateIfReady(knote);
            }
        }
    }

    private int await(MemorySegment events, int room, long deadline) {
        while (true) {
            Refused.when(closed, "EBADF");
            look();
            int told = tell(events, room);
            if (told > 0 || System.nanoTime() >= deadline) {
                return told;
            }
            owner.kernel.sleepUntil(owner, deadline);
        }
    }

    private int tell(MemorySegment events, int room) {
        int told = 0;
        List<Knote> again = new ArrayList<>();
        while (told < room && !queue.isEmpty()) {
            Knote knote = queue.remove();
            knote.active = false;
            if (!knote.isReady()) {
                continue;
            }
            knote.tell(AbiStruct.at(EVENT, events, told));
            told++;
            if ((knote.flags & EV_ONESHOT) != 0) {
                drop(knote);
            } else if ((knote.flags & EV_DISPATCH) != 0) {
                knote.disabled = true;
            } else if ((knote.flags & EV_CLEAR) == 0) {
                again.add(knote);
            }
        }
        for (Knote knote : again) {
            knote.active = true;
            queue.add(knote);
        }
        return told;
    }

    /// When a wait ends, in the terms of [System#nanoTime].
    private static long deadline(MemorySegment timeout) {
        if (timeout.address() == 0) {
            return Long.MAX_VALUE;
        }
        AbiStruct time = new AbiStruct("timespec", timeout);
        long seconds = time.getLong("tv_sec");
        long nanos = time.getLong("tv_nsec");
        Refused.when(seconds < 0 || nanos < 0 || nanos >= NANOS, "EINVAL");
        long most = Long.MAX_VALUE / NANOS / 2;
        return System.nanoTime() + Math.min(seconds, most) * NANOS + nanos;
    }
}
