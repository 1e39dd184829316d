package switchd.launchd;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.UsageException;
import switchd.posix.DescriptorMessage;
import switchd.posix.Fd;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;
import switchd.posix.SocketTimeout;
import switchd.posix.UnixAddress;

/// Tells systemd how the daemon is, as sd_notify(3) does: datagrams to the socket that
/// `NOTIFY_SOCKET` names. Where it is not set nobody asked, and nothing is told.
///
/// Belongs to the thread of its [Posix]. A manager that does not read, as while it takes a new
/// configuration itself, is waited for, for a bounded time.
public final class ServiceManager implements AutoCloseable {
    private static final int LONGEST_MESSAGE = 4_096;
    private static final int PATIENCE_SECONDS = 10;

    private final Posix posix;
    private final @Nullable Fd socket;
    private final LongSupplier nanos;
    private final @Nullable Watchdog watchdog;

    private ServiceManager(
            Posix posix, @Nullable Fd socket, LongSupplier nanos, @Nullable Watchdog watchdog) {
        this.posix = posix;
        this.socket = socket;
        this.nanos = nanos;
        this.watchdog = watchdog;
    }

    /// One that nobody hears.
    public static ServiceManager none(Posix posix) {
        return new ServiceManager(posix, null, System::nanoTime, null);
    }

    /// Connects to the socket in the environment, if there is one.
    ///
    /// @param pid of this process
    /// @throws SwitchdException where there is, and it cannot be reached
    public static ServiceManager open(Posix posix, Environment environment, long pid)
            throws SwitchdException {
        return open(posix, environment, pid, System::nanoTime, PATIENCE_SECONDS);
    }

    /// @param nanos the monotonic clock, on Linux that of `CLOCK_MONOTONIC`, as [System#nanoTime()]
    ///   is there
    /// @param patience how many seconds one message may take
    static ServiceManager open(
            Posix posix, Environment environment, long pid, LongSupplier nanos, int patience)
            throws SwitchdException {
        String name = environment.take("NOTIFY_SOCKET");
        OptionalLong period = Watchdog.period(environment, pid);
        if (name == null) {
            return new ServiceManager(posix, null, nanos, null);
        }
        Fd socket = connect(posix, name, patience);
        Watchdog watchdog =
                period.isPresent() ? new Watchdog(socket.number(), period.getAsLong()) : null;
        return new ServiceManager(posix, socket, nanos, watchdog);
    }

    private static Fd connect(Posix posix, String name, int patience) throws SwitchdException {
        if (!name.matches("[/@].+")) {
            throw new UsageException(
                    "NOTIFY_SOCKET: an absolute path or @NAME, not '" + name + "'");
        }
        int type = PosixConstants.SOCK_DGRAM;
        int fd = posix.socket(PosixConstants.AF_UNIX, type, 0);
        SyscallException.check("socket(AF_UNIX, SOCK_DGRAM)", fd);
        Fd socket = new Fd(posix, fd);
        try (Arena arena = Arena.ofConfined()) {
            posix.fcntl(fd, PosixConstants.F_SETFD, PosixConstants.FD_CLOEXEC);
            SocketTimeout.send(posix, fd, patience);
            UnixAddress address = UnixAddress.of(arena, name);
            int length = address.length();
            if (name.startsWith("@")) {
                // Linux's abstract names begin with a NUL and end with the length.
                address.memory().set(ValueLayout.JAVA_BYTE, UnixAddress.PATH, (byte) 0);
                length--;
            }
            int result = posix.connect(fd, address.memory(), length);
            SyscallException.check("connect(NOTIFY_SOCKET=" + name + ")", result);
            return socket;
        } catch (SwitchdException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /// The daemon serves, from the start on or after [#reloading].
    ///
    /// @param status a line for `systemctl status`
    /// @throws SyscallException where it does not get through
    public void ready(String status) throws SyscallException {
        send("READY=1\nSTATUS=" + line(status));
    }

    /// The daemon takes a new configuration; [#ready] follows.
    ///
    /// @throws SyscallException where it does not get through
    public void reloading() throws SyscallException {
        send("RELOADING=1\nMONOTONIC_USEC=" + TimeUnit.NANOSECONDS.toMicros(nanos.getAsLong()));
    }

    /// What the daemon is at.
    ///
    /// @param status a line for `systemctl status`
    /// @throws SyscallException where it does not get through
    public void status(String status) throws SyscallException {
        send("STATUS=" + line(status));
    }

    /// The daemon is about to end. Nobody is waited for, now or later: where the manager does not
    /// read, the message is lost.
    ///
    /// @throws SyscallException where it does not get through
    public void stopping() throws SyscallException {
        if (socket != null) {
            posix.fcntl(socket.number(), PosixConstants.F_SETFL, PosixConstants.O_NONBLOCK);
        }
        send("STOPPING=1");
    }

    /// What the manager wants to hear of now and again while the daemon serves; null where it did
    /// not ask. Of use until [#close()].
    public @Nullable Watchdog watchdog() {
        return watchdog;
    }

    /// True where there is a manager that is told.
    public boolean isTold() {
        return socket != null;
    }

    /// Has the manager hold a copy of a descriptor and hand it to the next process of the service:
    /// `FDSTORE=1` of sd_notify(3). It closes the copy by itself where nobody is at the far end of
    /// a stream any more. Where the unit has no `FileDescriptorStoreMax=`, it holds none.
    ///
    /// @param name letters, digits, dashes and dots
    /// @throws SyscallException where it does not get through
    public void store(String name, int descriptor) throws SyscallException {
        send("FDSTORE=1\nFDNAME=" + name, descriptor);
    }

    /// Has the manager close the copies of this name.
    ///
    /// @throws SyscallException where it does not get through
    public void remove(String name) throws SyscallException {
        send("FDSTOREREMOVE=1\nFDNAME=" + name);
    }

    private static String line(String text) {
        return text.replace('\n', ' ');
    }

    private void send(String message) throws SyscallException {
        send(message, DescriptorMessage.NONE);
    }

    private void send(String message, int descriptor) throws SyscallException {
        if (socket != null) {
            byte[] bytes = message.getBytes(UTF_8);
            byte[] bounded = Arrays.copyOf(bytes, Math.min(bytes.length, LONGEST_MESSAGE));
            long sent = DescriptorMessage.send(posix, socket.number(), bounded, descriptor);
            String first = message.lines().findFirst().orElse("");
            SyscallException.check("sendmsg(NOTIFY_SOCKET, " + first + ")", sent);
        }
    }

    /// Closing twice is no error.
    @Override
    public void close() {
        if (socket != null) {
            socket.close();
        }
    }
}
