package switchd.feth;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static switchd.darwin.Structs.IFBREQ;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import switchd.core.Errno;
import switchd.core.HostException;
import switchd.core.InterfaceName;
import switchd.core.LanMember;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.darwin.DarwinConstants;
import switchd.darwin.InterfaceControl;
import switchd.darwin.Structs;

/// A macOS bridge: who is a member of it, and how to become one.
///
/// Source: XNU `bsd/net/if_bridge.c`. Used by one thread.
public final class Bridge implements AutoCloseable {
    private static final long MEMBER = Structs.offset(IFBREQ, "ifbr_ifsname");
    private static final long MEMBER_FLAGS = Structs.offset(IFBREQ, "ifbr_ifsflags");

    // Long enough for the kernel to remove a bridge, short enough for whoever waits for us.
    private static final long PAUSE_NANOS = 10_000_000;
    private static final int MOST_PAUSES = 100;

    private static final String ODD_NAME =
            "cannot make a bridge %s: macOS's have names like bridge7";

    private final OwnInterfaces own;
    private final InterfaceName name;
    private final boolean creates;
    private Undo made;

    private Bridge(OwnInterfaces own, InterfaceName name, boolean creates, Undo made) {
        this.own = own;
        this.name = name;
        this.creates = creates;
        this.made = made;
    }

    /// A bridge that is there, and up.
    ///
    /// @throws HostException where there is none of this name, or it is down
    public static Bridge open(OwnInterfaces own, InterfaceName name) throws SwitchdException {
        BridgeCheck.requireUsable(own, name);
        return new Bridge(own, name, false, new Undo());
    }

    /// As [#open], but makes the bridge where there is none of this name; [#close()] removes it
    /// then.
    ///
    /// @throws HostException where what has this name is no bridge, or is down
    /// @throws switchd.core.PermissionException where making it takes root
    public static Bridge openOrCreate(OwnInterfaces own, InterfaceName name)
            throws SwitchdException {
        try (Undo undo = new Undo()) {
            boolean missing = make(own, undo, name, MOST_PAUSES);
            if (missing) {
                own.control().setUp(name);
            }
            BridgeCheck.requireUsable(own, name);
            return new Bridge(own, name, missing, undo.take());
        }
    }

    /// False where there is something of this name already.
    private static boolean make(OwnInterfaces own, Undo undo, InterfaceName name, int mostPauses)
            throws SwitchdException {
        try {
            if (!makePatiently(own, undo, name, mostPauses).equals(name)) {
                throw new HostException(ODD_NAME.formatted(name));
            }
            return true;
        } catch (SyscallException e) {
            if (e.is(Errno.EEXIST)) {
                return false;
            }
            if (e.is(Errno.EINVAL)) {
                throw new HostException(ODD_NAME.formatted(name), e);
            }
            throw e;
        }
    }

    /// The kernel refuses the name of a bridge that was removed, by the sweep just now perhaps,
    /// until it has taken the last of it apart.
    private static InterfaceName makePatiently(
            OwnInterfaces own, Undo undo, InterfaceName name, int mostPauses)
            throws SwitchdException {
        for (int pauses = 0; ; pauses++) {
            try {
                return own.create(undo, name.value(), "bridge");
            } catch (SyscallException e) {
                boolean isMade = !undo.isEmpty();
                if (isMade || !e.is(Errno.EBUSY) || pauses == mostPauses) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /// Makes the bridge again where it was made here and is gone.
    ///
    /// @throws HostException where there is none, or it is down
    /// @throws SyscallException where the kernel refuses: EBUSY while the last of the former one is
    ///   taken apart
    public void mend() throws SwitchdException {
        if (creates && !exists()) {
            own.undo(made);
            try (Undo undo = new Undo()) {
                if (make(own, undo, name, 0)) {
                    own.control().setUp(name);
                }
                made = undo.take();
            }
        }
        requireUsable();
    }

    /// True where there is an interface of this name.
    public boolean exists() throws SyscallException {
        try {
            own.control().flags(name);
            return true;
        } catch (SyscallException e) {
            if (e.is(Errno.ENXIO)) {
                return false;
            }
            throw e;
        }
    }

    /// Sees whether frames pass there.
    ///
    /// @throws HostException where there is no such bridge any more, or it is down
    public void requireUsable() throws SwitchdException {
        BridgeCheck.requireUsable(own, name);
    }

    /// Its name.
    public InterfaceName name() {
        return name;
    }

    /// True where it goes with [#close()].
    public boolean isOurs() {
        return !made.isEmpty();
    }

    /// Bytes of payload that a frame carries there.
    public int mtu() throws SyscallException {
        return own.control().mtu(name);
    }

    /// Its members. One that goes meanwhile is left out.
    public List<LanMember> members() throws SyscallException {
        return BridgeMembers.of(own.control(), name);
    }

    /// True where `candidate` is a member.
    ///
    /// @throws SyscallException ENXIO where the bridge is gone
    public boolean hasMember(InterfaceName candidate) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = request(arena, candidate);
            ask(DarwinConstants.BRDGGIFFLGS, request, "BRDGGIFFLGS, " + candidate);
            return true;
        } catch (SyscallException e) {
            if (e.is(Errno.ENOENT)) {
                return false;
            }
            throw e;
        }
    }

    /// Makes `candidate` a member, and switches it on; it may be one already. It must have the
    /// bridge's MTU: the first member of a bridge would impose its own.
    ///
    /// @throws HostException where the bridge cannot take it
    public void add(InterfaceName candidate) throws SwitchdException {
        try (Arena arena = Arena.ofConfined()) {
            String text = "BRDGADD, " + candidate;
            MemorySegment request = request(arena, candidate);
            own.control().setDriver(name, DarwinConstants.BRDGADD, request, text);
        } catch (SyscallException e) {
            if (!e.is(Errno.EEXIST)) {
                throw BridgeCheck.refused(own, name, candidate, e);
            }
        }
    }

    /// Has the bridge pass nothing between `member` and its other private members.
    ///
    /// @throws SyscallException ENOENT where it is no member
    public void setPrivate(InterfaceName member) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = request(arena, member);
            ask(DarwinConstants.BRDGGIFFLGS, request, "BRDGGIFFLGS, " + member);
            int flags = request.get(JAVA_INT, MEMBER_FLAGS) | DarwinConstants.IFBIF_PRIVATE;
            request.set(JAVA_INT, MEMBER_FLAGS, flags);
            String text = "BRDGSIFFLGS, " + member + " private";
            own.control().setDriver(name, DarwinConstants.BRDGSIFFLGS, request, text);
        }
    }

    /// Ends the membership of `member`, which switches it off; no error where it is none, or the
    /// bridge is gone.
    public void remove(InterfaceName member) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            String text = "BRDGDEL, " + member;
            MemorySegment request = request(arena, member);
            own.control().setDriver(name, DarwinConstants.BRDGDEL, request, text);
        } catch (SyscallException e) {
            if (!e.is(Errno.ENOENT) && !e.is(Errno.ENXIO)) {
                throw e;
            }
        }
    }

    /// What an operator should know of it, a sentence each; often empty.
    public List<String> notices() throws SyscallException {
        return BridgeNotices.of(name, members());
    }

    private void ask(int command, MemorySegment request, String text) throws SyscallException {
        own.control().getDriver(name, command, request, text);
    }

    private static MemorySegment request(Arena arena, InterfaceName member) {
        MemorySegment request = arena.allocate(IFBREQ);
        InterfaceControl.putName(request, MEMBER, member);
        return request;
    }

    /// Removes the bridge where it was made here. Closing twice is no error.
    @Override
    public void close() {
        own.undo(made);
    }
}
