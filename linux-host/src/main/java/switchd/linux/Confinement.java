package switchd.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import switchd.core.Errno;
import switchd.core.SyscallException;
import switchd.posix.Fd;
import switchd.posix.PosixConstants;

/// Takes from a thread what the daemon never needs, for good; threads that it starts have no more.
///
/// - Capabilities: [Capability] is what stays.
/// - No program gives more rights (`PR_SET_NO_NEW_PRIVS`).
/// - Landlock, since Linux 5.19: no file is written to, changed or made, root's own included, and
///   no program is run. What stays are directories, sockets, the removal of both, the devices in
///   `/dev/net`, and `/dev/null`.
///
/// Threads that were there before keep what they had: a JVM's own are among them.
public final class Confinement {
    private static final Logger LOG = System.getLogger(Confinement.class.getName());

    /// `struct landlock_ruleset_attr`, of the first version.
    static final StructLayout RULESET =
            MemoryLayout.structLayout(JAVA_LONG.withName("handled_access_fs"));

    /// `struct landlock_path_beneath_attr`, which is packed.
    static final StructLayout BENEATH =
            MemoryLayout.structLayout(
                    JAVA_LONG.withName("allowed_access"), JAVA_INT.withName("parent_fd"));

    private static final int WITH_REFER = 2;
    private static final int WITH_TRUNCATE = 3;

    private static final int FORBIDDEN =
            LinuxConstants.LANDLOCK_ACCESS_FS_EXECUTE
                    | LinuxConstants.LANDLOCK_ACCESS_FS_WRITE_FILE
                    | LinuxConstants.LANDLOCK_ACCESS_FS_MAKE_CHAR
                    | LinuxConstants.LANDLOCK_ACCESS_FS_MAKE_REG
                    | LinuxConstants.LANDLOCK_ACCESS_FS_MAKE_FIFO
                    | LinuxConstants.LANDLOCK_ACCESS_FS_MAKE_BLOCK
                    | LinuxConstants.LANDLOCK_ACCESS_FS_MAKE_SYM
                    | LinuxConstants.LANDLOCK_ACCESS_FS_REFER;

    private final Arena arena;
    private final Linux linux;
    private final ConfinementCalls calls;

    private final long capabilities;
    private final long forbidden;

    private Confinement(Arena arena, long capabilities, long forbidden) {
        this.arena = arena;
        this.capabilities = capabilities;
        this.forbidden = forbidden;
        linux = new NativeLinux(arena);
        calls = new ConfinementCalls(arena);
    }

    /// Confines the thread that calls this. A kernel that lacks a part of it does without.
    ///
    /// @throws SyscallException where a kernel that has it refuses
    public static void enter() throws SyscallException {
        enter(Capability.all(), FORBIDDEN);
    }

    /// Confines the thread that calls this, and with it the programs that it runs: it may run some,
    /// without any capability.
    ///
    /// @throws SyscallException where a kernel that has it refuses
    public static void enterToRun() throws SyscallException {
        enter(0, FORBIDDEN & ~LinuxConstants.LANDLOCK_ACCESS_FS_EXECUTE);
    }

    private static void enter(long capabilities, long forbidden) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            Confinement confinement = new Confinement(arena, capabilities, forbidden);
            confinement.dropBounds();
            confinement.dropCapabilities();
            int result = confinement.calls.prctl(LinuxConstants.PR_SET_NO_NEW_PRIVS, 1);
            SyscallException.check("prctl(PR_SET_NO_NEW_PRIVS)", result);
            confinement.closeFiles();
        }
    }

    /// Where that is not permitted, there is little to drop: a container's root, or no root.
    private void dropBounds() {
        for (int number = 0; number < Long.SIZE; number++) {
            boolean stays = ((capabilities >>> number) & 1) != 0;
            if (!stays && calls.prctl(LinuxConstants.PR_CAPBSET_DROP, number) < 0) {
                return; // EINVAL behind the last one, EPERM from the first on
            }
        }
    }

    private void dropCapabilities() throws SyscallException {
        int version = LinuxConstants.LINUX_CAPABILITY_VERSION_3;
        MemorySegment header = arena.allocateFrom(JAVA_INT, version, 0);
        MemorySegment sets = arena.allocate(JAVA_INT, 6);
        SyscallException.check("capget()", calls.capget(header, sets));
        for (long half = 0; half < 2; half++) {
            int stays = (int) (capabilities >>> (Integer.SIZE * half));
            int permitted = sets.getAtIndex(JAVA_INT, 3 * half + 1) & stays;
            sets.setAtIndex(JAVA_INT, 3 * half, permitted); // effective
            sets.setAtIndex(JAVA_INT, 3 * half + 1, permitted);
            sets.setAtIndex(JAVA_INT, 3 * half + 2, 0); // what a program inherits
        }
        SyscallException.check("capset()", calls.capset(header, sets));
    }

    private void closeFiles() throws SyscallException {
        int asked = LinuxConstants.LANDLOCK_CREATE_RULESET_VERSION;
        int version = calls.createRuleset(MemorySegment.NULL, 0, asked);
        if (version < WITH_REFER) {
            LOG.log(Level.DEBUG, "no Landlock here that could be used ({0})", version);
            return;
        }
        MemorySegment attributes = arena.allocate(RULESET);
        attributes.set(JAVA_LONG, 0, forbidden(version));
        int ruleset = calls.createRuleset(attributes, RULESET.byteSize(), 0);
        SyscallException.check("landlock_create_ruleset()", ruleset);
        Fd fd = new Fd(linux, ruleset);
        try {
            allow(fd, "/", LinuxConstants.LANDLOCK_ACCESS_FS_REFER);
            allow(fd, "/dev/net", LinuxConstants.LANDLOCK_ACCESS_FS_WRITE_FILE);
            allow(fd, "/dev/null", LinuxConstants.LANDLOCK_ACCESS_FS_WRITE_FILE);
            int result = calls.restrictSelf(fd.number());
            SyscallException.check("landlock_restrict_self()", result);
        } finally {
            fd.close();
        }
    }

    private long forbidden(int version) {
        return version < WITH_TRUNCATE
                ? forbidden
                : forbidden | LinuxConstants.LANDLOCK_ACCESS_FS_TRUNCATE;
    }

    private void allow(Fd ruleset, String path, long access) throws SyscallException {
        int flags = LinuxConstants.O_PATH | PosixConstants.O_CLOEXEC;
        int opened = linux.open(arena.allocateFrom(path), flags);
        if (Errno.ENOENT.is(opened)) {
            return; // nor will anything be opened there
        }
        SyscallException.check("open(" + path + ", O_PATH)", opened);
        Fd directory = new Fd(linux, opened);
        try {
            MemorySegment rule = arena.allocate(BENEATH);
            rule.set(JAVA_LONG, 0, access);
            rule.set(JAVA_INT, Long.BYTES, directory.number());
            int type = LinuxConstants.LANDLOCK_RULE_PATH_BENEATH;
            int result = calls.addRule(ruleset.number(), type, rule);
            SyscallException.check("landlock_add_rule(" + path + ")", result);
        } finally {
            directory.close();
        }
    }
}
