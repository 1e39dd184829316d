package switchd.daemon;

import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import switchd.core.Counters;
import switchd.core.PortEvent;
import switchd.core.SwitchdException;
import switchd.daemon.host.Hosts;

/// The daemon: a network, its ports, and the thread that moves their frames.
///
/// Methods may be called from any thread; what they ask for is done by the loop's thread.
public final class Daemon implements AutoCloseable {
    private final LoopThread thread;
    private final Switchboard board;

    private Daemon(LoopThread thread, Switchboard board) {
        this.thread = thread;
        this.board = board;
    }

    /// What has gone through a port.
    ///
    /// @param name the port's
    /// @param toLan what its VM has sent
    /// @param toVm what its VM has been sent
    public record Traffic(String name, Counters toLan, Counters toVm) {}

    /// Starts the loop's thread and opens network and ports; they are up when this returns.
    ///
    /// @param events hears what happens at the ports, on the loop's thread; must not block
    /// @throws SwitchdException where something cannot be had, with the cure; nothing is left
    ///   behind
    public static Daemon start(DaemonSpec spec, Consumer<PortEvent> events)
            throws SwitchdException {
        return start(spec, arena -> Hosts.open(arena, spec.writer()), events);
    }

    /// As [#start(DaemonSpec, Consumer)], on a given host.
    public static Daemon start(
            DaemonSpec spec, LoopThread.HostOpener host, Consumer<PortEvent> events)
            throws SwitchdException {
        DaemonSpec checked = spec.validated();
        LoopThread thread = LoopThread.start("switchd-loop", host);
        try {
            Switchboard board =
                    thread.ask(() -> Switchboard.open(thread.context(), checked, events));
            thread.atEnd(board::close);
            return new Daemon(thread, board);
        } catch (SwitchdException | RuntimeException e) {
            thread.stop();
            throw e;
        }
    }

    /// What is up now.
    ///
    /// @throws SwitchdException never in practice; declared as every question to the loop
    public Status status() throws SwitchdException {
        return thread.ask(board::status);
    }

    /// What has gone through each port so far.
    ///
    /// @throws SwitchdException never in practice; declared as every question to the loop
    public List<Traffic> traffic() throws SwitchdException {
        return thread.ask(board::traffic);
    }

    /// What an operator should know of the network, a sentence each.
    public List<String> notices() {
        return board.notices();
    }

    /// Opens one more port while the others go on.
    ///
    /// @throws SwitchdException where it cannot be had; nothing is left behind
    public void addPort(PortSpec port) throws SwitchdException {
        thread.ask(() -> {
            board.add(port.validated());
            return true;
        });
    }

    /// Removes a port while the others go on.
    ///
    /// @throws SwitchdException where there is none of that name
    public void removePort(String name) throws SwitchdException {
        thread.ask(() -> {
            board.remove(name);
            return true;
        });
    }

    /// Waits until the loop has ended, by [#close()] or by a failure.
    ///
    /// @throws InterruptedException where the waiting thread is interrupted
    public void awaitEnd() throws InterruptedException {
        thread.awaitEnd();
    }

    /// Removes ports and network and ends the loop, within two seconds whatever hangs. Closing
    /// twice is no error.
    @Override
    public void close() {
        try {
            thread.loop().execute(board::close);
        } catch (RejectedExecutionException _) {
            return; // it has ended already
        }
        thread.stop();
    }
}
