package switchd.daemon.selftest;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import switchd.core.InterfaceName;
import switchd.core.SwitchdException;
import switchd.daemon.LoopThread;
import switchd.daemon.host.Writer;

/// What the self-test needs of a host: a bridge of its own with an address of the host's stack on
/// it, and the few things about a bridge that each kernel does in its own way.
public interface TestBed extends AutoCloseable {
    /// The host, as the report tells it.
    Report.Host describe();

    /// Opens the host for the thread that calls it.
    LoopThread.HostOpener host(Writer writer);

    /// The ways of this host to write frames, the usual one first.
    List<Writer> writers();

    /// What a way to write is called in the report.
    String nameOf(Writer writer);

    /// Makes the bridge; it is up.
    ///
    /// @throws SwitchdException where it cannot be had; what was made goes with [#close()]
    void build() throws SwitchdException;

    /// The bridge that was built.
    InterfaceName bridge();

    /// The IPv4 address, in a /24, that the host's stack has on the bridge; null where it has none.
    ///
    /// @throws SwitchdException where the kernel refuses it
    @Nullable Integer giveAddress() throws SwitchdException;

    /// Does work, and starts threads, where the bridge can be seen.
    ///
    /// @throws SwitchdException as the work does
    <T> T inside(Callable<T> work) throws SwitchdException;

    /// Takes a port out of the bridge.
    ///
    /// @param uplink as the port's status names it
    /// @throws SwitchdException where the kernel refuses
    void leave(InterfaceName uplink) throws SwitchdException;

    /// Takes a port into the bridge again.
    ///
    /// @param uplink as the port's status names it
    /// @throws SwitchdException where the kernel refuses
    void join(InterfaceName uplink) throws SwitchdException;

    /// True where a frame of full size may carry a tag on top on every such host; false where that
    /// is to be found out.
    boolean mustCarryTags();

    /// Leaves interfaces behind as a daemon that was killed does; null where none survive it.
    ///
    /// @throws SwitchdException where that fails; what was made goes with [#close()]
    default @Nullable Leftover leaveInterfaces() throws SwitchdException {
        return null;
    }

    /// What a daemon that was killed has left behind.
    interface Leftover {
        /// What it is called.
        String name();

        /// True once it is gone.
        ///
        /// @throws SwitchdException where it cannot be looked for
        boolean isGone() throws SwitchdException;
    }

    /// Gives the bed up without removing it.
    ///
    /// @return the commands that remove it, in order
    /// @throws SwitchdException where it cannot be kept
    List<String> keep() throws SwitchdException;

    /// What is there of the bed, after [#close()]: nothing, where all is well.
    ///
    /// @throws SwitchdException where it cannot be looked for
    List<String> remains() throws SwitchdException;

    /// Removes what was made. Closing twice is no error.
    @Override
    void close() throws SwitchdException;
}
