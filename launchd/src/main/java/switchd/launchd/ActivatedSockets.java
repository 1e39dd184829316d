package switchd.launchd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import switchd.core.Errno;
import switchd.core.HostException;
import switchd.core.Kernel;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.posix.Downcalls;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;

/// Listening sockets that the service manager opened before it started this process.
///
/// launchd gives them by name, once a process ([LaunchCalls#launch_activate_socket]). systemd gives
/// descriptors from 3 on and tells in `LISTEN_FDS` how many, in `LISTEN_FDNAMES` their names and in
/// `LISTEN_PID` whom it means: see sd_listen_fds(3).
public final class ActivatedSockets {
    private static final int FIRST = 3;
    private static final int MOST = 64;

    /// With what it holds for the daemon: see [SystemdUnits#MOST_HELD].
    private static final int MOST_OF_SYSTEMD = MOST + SystemdUnits.MOST_HELD;

    /// A pointer to the array that launchd's library makes, of which the count is told apart.
    private static final AddressLayout DESCRIPTORS =
            Downcalls.pointerTo(MemoryLayout.sequenceLayout(MOST, JAVA_INT));

    private final Posix posix;
    private final LaunchCalls calls;
    private List<Held> held = List.of();

    /// What systemd has held for the daemon while none ran, see [ServiceManager#store].
    ///
    /// @param name as the daemon gave it
    public record Held(String name, int descriptor) {}

    /// @param calls of the same thread as `posix`
    public ActivatedSockets(Posix posix, LaunchCalls calls) {
        this.posix = posix;
        this.calls = calls;
    }

    /// The descriptors of this name; none where no service manager started this process with such.
    /// No program that this one starts inherits them.
    ///
    /// @param pid of this process
    /// @throws SwitchdException where what is passed on makes no sense
    public List<Integer> take(String name, Environment environment, long pid)
            throws SwitchdException {
        List<Integer> sockets =
                switch (Kernel.current()) {
                    case DARWIN -> fromLaunchd(name);
                    case LINUX -> fromSystemd(name, environment, pid);
                };
        closedOnExec(held.stream().map(Held::descriptor).toList());
        return closedOnExec(sockets);
    }

    /// What came with them under other names; known once [#take] was called.
    public List<Held> held() {
        return held;
    }

    List<Integer> closedOnExec(List<Integer> sockets) throws SyscallException {
        for (int fd : sockets) {
            int result = posix.fcntl(fd, PosixConstants.F_SETFD, PosixConstants.FD_CLOEXEC);
            SyscallException.check("fcntl(" + fd + ", F_SETFD, FD_CLOEXEC)", result);
        }
        return sockets;
    }

    List<Integer> fromLaunchd(String name) throws SwitchdException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment array = arena.allocate(ADDRESS);
            MemorySegment count = arena.allocate(JAVA_LONG);
            int error = calls.launch_activate_socket(arena.allocateFrom(name), array, count);
            if (Errno.ESRCH.is(-error) || Errno.ENOENT.is(-error) || Errno.ENOSYS.is(-error)) {
                return List.of(); // not launchd's job, or one without this socket
            }
            SyscallException.check("launch_activate_socket(" + name + ")", -error);
            MemorySegment numbers = array.get(DESCRIPTORS, 0);
            try {
                long number = count.get(JAVA_LONG, 0);
                if (number < 0 || number > MOST) {
                    throw new HostException(
                            "launch_activate_socket(" + name + "): " + number + " descriptors");
                }
                List<Integer> sockets = new ArrayList<>();
                for (int i = 0; i < number; i++) {
                    sockets.add(numbers.getAtIndex(JAVA_INT, i));
                }
                return sockets;
            } finally {
                calls.free(numbers);
            }
        }
    }

    List<Integer> fromSystemd(String name, Environment environment, long pid) throws HostException {
        String meant = environment.take("LISTEN_PID");
        String count = environment.take("LISTEN_FDS");
        String names = environment.take("LISTEN_FDNAMES");
        if (count == null || !Long.toString(pid).equals(meant)) {
            return List.of();
        }
        if (!count.matches("[0-9]{1,4}") || Integer.parseInt(count) > MOST_OF_SYSTEMD) {
            throw new HostException(
                    "LISTEN_FDS: a number up to " + MOST_OF_SYSTEMD + ", not '" + count + "'");
        }
        String[] told = names == null ? new String[0] : names.split(":", -1);
        List<Integer> sockets = new ArrayList<>();
        List<Held> others = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(count); i++) {
            // Without names there is nothing to choose by: systemd-socket-activate(1) gives none.
            if (names == null || (i < told.length && told[i].equals(name))) {
                sockets.add(FIRST + i);
            } else if (i < told.length) {
                others.add(new Held(told[i], FIRST + i));
            }
        }
        held = List.copyOf(others);
        return sockets;
    }
}
