package switchd.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import switchd.core.Errno;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.posix.FileRights;
import switchd.posix.Ids;
import switchd.posix.Owner;

/// [FileRights] by the file system ids, which every thread has of its own; with them root's power
/// over files goes and comes back (`man 7 capabilities`). The thread's further groups are given up
/// meanwhile, as root's own would open doors that the owner cannot.
final class ThreadFileRights implements FileRights {
    /// Leaves the id as it is; the call then only tells it.
    private static final int ASK = -1;

    private final Linux linux;

    ThreadFileRights(Linux linux) {
        this.linux = linux;
    }

    /// @throws PermissionException where this process is not root and `owner` is somebody else
    @Override
    public <T> T as(Owner owner, Work<T> work) throws SwitchdException {
        Owner self = Owner.current(linux);
        boolean isOneself = self.uid() == owner.uid() && self.uid() != 0;
        if (isOneself || self.equals(owner)) {
            return work.run();
        }
        try (Arena arena = Arena.ofConfined()) {
            int count = check("getgroups()", linux.getgroups(0, MemorySegment.NULL));
            MemorySegment groups = arena.allocate(JAVA_INT, Math.max(count, 1));
            check("getgroups()", linux.getgroups(count, groups));
            dropGroups();
            try {
                become(owner);
                return work.run();
            } finally {
                become(self);
                check("setgroups()", linux.setgroups(count, groups));
            }
        }
    }

    private void dropGroups() throws SwitchdException {
        int result = linux.setgroups(0, MemorySegment.NULL);
        if (Errno.EPERM.is(result)) {
            throw new PermissionException(
                    "giving a socket to another user takes root: run it with sudo",
                    new SyscallException("setgroups()", result));
        }
        check("setgroups()", result);
    }

    /// These calls tell no error: whether they had an effect is asked for.
    private void become(Owner owner) throws SyscallException {
        // The group first: without root's user id it could not be changed any more.
        linux.setfsgid(owner.gid());
        linux.setfsuid(owner.uid());
        if (linux.setfsgid(ASK) != owner.gid()) {
            throw new SyscallException(
                    "setfsgid(" + Ids.text(owner.gid()) + ")", Errno.EPERM.number());
        }
        if (linux.setfsuid(ASK) != owner.uid()) {
            throw new SyscallException(
                    "setfsuid(" + Ids.text(owner.uid()) + ")", Errno.EPERM.number());
        }
    }

    private static int check(String call, int result) throws SyscallException {
        return (int) SyscallException.check(call, result);
    }
}
