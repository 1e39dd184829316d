package switchd.darwin;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import switchd.core.Errno;
import switchd.core.EventHandler;
import switchd.core.SyscallException;
import switchd.posix.Fd;
import switchd.posix.PosixConstants;

/// What the kernel tells of interfaces that come, change and go: a PF_SYSTEM socket, to be watched
/// by an event loop. It takes no privilege.
///
/// The kernel throws away what finds no room in the socket's queue and says nothing of it. (Gaps in
/// the numbers of events do not tell it: all classes of events are numbered together, and the
/// filter takes most of them out.) Whatever is in the queue then is yet to be read: so the listener
/// is asked to look at everything anew whenever about as many bytes as the queue holds have been
/// read and it was not seen empty in between.
public final class KernelEvents implements EventHandler, AutoCloseable {
    /// Hears what happens, on the loop's thread.
    public interface Listener {
        /// Something has happened to an interface.
        void happened(KernelEvent event);

        /// Events may have been lost: what was learned from them must be looked up anew.
        void resync();

        /// No more events will come.
        ///
        /// @param cause what the kernel said
        void ended(Exception cause);
    }

    /// `kev_post_msg` puts every event into one mbuf without a cluster (XNU
    /// `bsd/kern/kern_event.c`).
    private static final int LARGEST = 256;

    /// What the queue holds: `KEV_RECVSPACE` (XNU `bsd/sys/kern_event.h`).
    private static final int QUEUE = 32 * 1024;

    /// Events read before others have their turn.
    private static final int BURST = 64;

    private final Darwin darwin;
    private final Fd socket;
    private final Listener listener;
    private final MemorySegment message;
    private int readSinceEmpty;

    private KernelEvents(Darwin darwin, Fd socket, Arena arena, Listener listener) {
        this.darwin = darwin;
        this.socket = socket;
        this.listener = listener;
        this.message = arena.allocate(LARGEST, Integer.BYTES);
    }

    /// Listens to the kernel from here on.
    ///
    /// @param arena of the loop's thread; must outlive the result
    /// @throws SyscallException where the kernel refuses; nothing is left behind
    public static KernelEvents open(Darwin darwin, Arena arena, Listener listener)
            throws SyscallException {
        int number =
                darwin.socket(
                        DarwinConstants.PF_SYSTEM,
                        DarwinConstants.SOCK_RAW,
                        DarwinConstants.SYSPROTO_EVENT);
        SyscallException.check("socket(PF_SYSTEM, SOCK_RAW, SYSPROTO_EVENT)", number);
        KernelEvents events = new KernelEvents(darwin, new Fd(darwin, number), arena, listener);
        try {
            events.setUp();
            return events;
        } catch (SyscallException e) {
            events.close();
            throw e;
        }
    }

    private void setUp() throws SyscallException {
        int closeOnExec = darwin.fcntl(fd(), PosixConstants.F_SETFD, PosixConstants.FD_CLOEXEC);
        SyscallException.check("fcntl(F_SETFD, FD_CLOEXEC)", closeOnExec);
        int flags = darwin.fcntl(fd(), DarwinConstants.F_GETFL, 0);
        SyscallException.check("fcntl(F_GETFL)", flags);
        int nonBlocking =
                darwin.fcntl(fd(), DarwinConstants.F_SETFL, flags | PosixConstants.O_NONBLOCK);
        SyscallException.check("fcntl(F_SETFL, O_NONBLOCK)", nonBlocking);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment filter =
                    arena.allocateFrom(
                            JAVA_INT,
                            DarwinConstants.KEV_VENDOR_APPLE,
                            DarwinConstants.KEV_NETWORK_CLASS,
                            DarwinConstants.KEV_DL_SUBCLASS);
            int filtered = darwin.ioctl(fd(), Requests.SIOCSKEVFILT, filter);
            SyscallException.check("ioctl(SIOCSKEVFILT)", filtered);
        }
    }

    /// The descriptor to watch.
    public int fd() {
        return socket.number();
    }

    @Override
    public void ready(boolean readable, boolean writable) throws SyscallException {
        for (int i = 0; i < BURST; i++) {
            long length = darwin.read(fd(), message, 0, LARGEST);
            if (Errno.EAGAIN.is(length)) {
                readSinceEmpty = 0;
                return;
            }
            SyscallException.check("read(kernel events)", length);
            readSinceEmpty += (int) length;
            KernelEvent event = KernelEvent.decode(message.asSlice(0, length));
            if (event != null) {
                listener.happened(event);
            }
            if (readSinceEmpty > QUEUE - LARGEST) { // nothing more may come: not when it is empty
                readSinceEmpty = 0;
                listener.resync();
            }
        }
    }

    @Override
    public void failed(Exception cause) {
        listener.ended(cause);
    }

    /// Closes the descriptor; its watch must have ended. Closing twice is no error.
    @Override
    public void close() {
        socket.close();
    }
}
