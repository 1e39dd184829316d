package switchd.darwin.testkit;

import org.jspecify.annotations.Nullable;

/// What a kqueue knows of one thing that it watches (XNU `bsd/kern/kern_event.c`).
final class Knote {
    private static final int READ = (int) Abi.constant("EVFILT_READ");
    private static final int WRITE = (int) Abi.constant("EVFILT_WRITE");
    private static final int PROC = (int) Abi.constant("EVFILT_PROC");
    private static final int USER = (int) Abi.constant("EVFILT_USER");
    private static final int EV_CLEAR = (int) Abi.constant("EV_CLEAR");
    private static final int EV_ONESHOT = (int) Abi.constant("EV_ONESHOT");
    private static final int EV_EOF = (int) Abi.constant("EV_EOF");
    private static final int NOTE_TRIGGER = (int) Abi.constant("NOTE_TRIGGER");
    private static final int NOTE_EXIT = (int) Abi.constant("NOTE_EXIT");
    private static final int NOTE_FFCTRLMASK = (int) Abi.constant("NOTE_FFCTRLMASK");
    private static final int NOTE_FFLAGSMASK = (int) Abi.constant("NOTE_FFLAGSMASK");

    final long ident;
    final int filter;
    int flags;
    long udata;
    boolean disabled;

    /// In the queue of those that are to be looked at.
    boolean active;

    private final @Nullable FakeFile file;
    private final @Nullable FakeProcess process;
    private int wanted;
    private long data;
    private int happened;
    private boolean triggered;
    private long seenWakeUps;

    /// Attaches: `EBADF`, `ESRCH`, or what the file says against being watched.
    Knote(FakeProcess owner, AbiStruct change) {
        ident = change.getLong("ident");
        filter = (short) change.getShort("filter");
        flags = change.getShort("flags");
        udata = change.getLong("udata");
        wanted = change.getInt("fflags");
        data = change.getLong("data");
        if (filter == READ || filter == WRITE) {
            file = owner.file(ident);
            int watchable = file.watchable(filter);
            if (watchable < 0) {
                throw new Refused(Names.errno(-watchable));
            }
            if (wanted != 0) {
                throw new UnsupportedOperationException("fflags " + wanted + " of a descriptor");
            }
            seenWakeUps = file.wakeUps(filter);
        } else {
            file = null;
        }
        process = filter == PROC ? owner.kernel.process(ident) : null;
        Refused.when(filter == PROC && process == null, "ESRCH");
        if (filter == PROC) {
            flags |= EV_CLEAR;
        } else if (filter == USER) {
            triggered = (wanted & NOTE_TRIGGER) != 0;
        } else if (file == null) {
            Refused.when(filter >= 0, "EINVAL");
            throw new UnsupportedOperationException("kqueue filter " + filter);
        }
    }

    /// True where it goes with a descriptor of the process.
    boolean isOf(int descriptor) {
        return file != null && ident == descriptor;
    }

    /// True where `change` speaks of this one.
    boolean isMeantBy(AbiStruct change) {
        return change.getLong("ident") == ident && (short) change.getShort("filter") == filter;
    }

    /// Takes over what a later change says, the `udata` as well.
    void touch(AbiStruct change) {
        int fflags = change.getInt("fflags");
        udata = change.getLong("udata");
        if (filter == USER) {
            touchUser(fflags);
            data = change.getLong("data");
        } else {
            wanted = fflags;
        }
    }

    private void touchUser(int fflags) {
        int bits = fflags & NOTE_FFLAGSMASK;
        int control = fflags & NOTE_FFCTRLMASK;
        if (control == Abi.constant("NOTE_FFAND")) {
            wanted &= bits;
        } else if (control == Abi.constant("NOTE_FFOR")) {
            wanted |= bits;
        } else if (control == (int) Abi.constant("NOTE_FFCOPY")) {
            wanted = bits;
        }
        triggered |= (fflags & NOTE_TRIGGER) != 0;
    }

    /// True where the kernel woke it since it was last asked.
    boolean wasWoken() {
        if (file == null) {
            return true;
        }
        long wakeUps = file.wakeUps(filter);
        boolean woken = wakeUps == FakeFile.UNCOUNTED || wakeUps != seenWakeUps;
        seenWakeUps = wakeUps;
        return woken;
    }

    /// True where there is something to tell now.
    boolean isReady() {
        if (process != null && !process.isAlive() && (wanted & NOTE_EXIT) != 0) {
            happened = NOTE_EXIT;
            flags |= EV_EOF | EV_ONESHOT;
        }
        return file == null ? triggered || happened != 0 : fileData() != FakeFile.NOT_READY;
    }

    /// Writes the event.
    void tell(AbiStruct event) {
        event.memory().fill((byte) 0);
        event.setLong(ident, "ident");
        event.setShort(filter, "filter");
        event.setShort(flags, "flags");
        event.setInt(file == null ? filter == USER ? wanted : happened : 0, "fflags");
        event.setLong(file == null ? data : fileData(), "data");
        event.setLong(udata, "udata");
        if ((flags & EV_CLEAR) != 0) {
            triggered = false;
            happened = 0;
        }
    }

    private long fileData() {
        if (file == null) {
            return FakeFile.NOT_READY;
        }
        return filter == READ ? file.readable() : file.writable();
    }
}
