package switchd.attach;

import org.jspecify.annotations.Nullable;
import switchd.core.EventHandler;
import switchd.core.EventLoop;
import switchd.core.Port;
import switchd.core.PortEvent;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.core.Watch;

/// The socket at a port's path: bound, watched, and followed by a fresh one when it has become a
/// VM's link.
final class Listener implements AutoCloseable {
    private final EventLoop loop;
    private final Port port;
    private final SocketPath path;
    private final EventHandler handler;
    private final ArrivalPace pace;
    private SocketPath.@Nullable Bound socket;
    private @Nullable Watch watch;
    private boolean buffersTold;
    private boolean silenceTold;

    /// @param pace of those who are let in
    /// @param handler hears that somebody knocks
    Listener(EventLoop loop, Port port, SocketPath path, ArrivalPace pace, EventHandler handler) {
        this.loop = loop;
        this.port = port;
        this.path = path;
        this.pace = pace;
        this.handler = handler;
    }

    /// The socket, or null where there is none for now.
    SocketPath.@Nullable Bound socket() {
        return socket;
    }

    /// True while it listens with this very socket.
    boolean holds(SocketPath.Bound bound) {
        return socket != null && socket.fd() == bound.fd();
    }

    /// Listens with a fresh socket.
    ///
    /// @throws SwitchdException where it cannot be had; nothing is left behind
    void open() throws SwitchdException {
        close();
        try (Undo undo = new Undo()) {
            SocketPath.Bound bound = path.bind();
            undo.push(bound.fd()::close);
            undo.push(path::remove);
            Watch fresh = loop.watch(bound.fd().number(), handler);
            undo.push(fresh::close);
            if (isResting()) {
                fresh.interest(false, false);
            }
            watch = fresh;
            socket = bound;
            undo.keep();
            tellVoice();
            tellSmallBuffers(bound);
        }
    }

    /// Listens again where nobody reaches the socket any more; where that fails, it is told once.
    void ensureOpen() {
        if (socket != null && path.isOurs()) {
            return;
        }
        try {
            open();
        } catch (SwitchdException e) {
            tellSilence(e);
        }
    }

    /// Counts one who comes: the last one for now lets others wait until the next look.
    void arrive() throws SyscallException {
        pace.arrived();
        if (isResting()) {
            sleep();
        }
    }

    /// True where nobody else is let in until the next look.
    boolean isResting() {
        return pace.isSpent();
    }

    /// Lets those who knock wait until the next look; it is told once why.
    void rest(SyscallException cause) throws SyscallException {
        sleep();
        tellSilence(cause);
    }

    private void sleep() throws SyscallException {
        if (watch != null) {
            watch.interest(false, false);
        }
    }

    /// Sees whether the path answers, and hears whoever has knocked meanwhile.
    void look() {
        pace.look();
        ensureOpen();
        try {
            if (watch != null) {
                watch.interest(true, false);
            }
        } catch (SyscallException e) {
            close();
            tellSilence(e);
        }
    }

    /// Hands the socket over; the path leads to it until the next [#open].
    SocketPath.@Nullable Bound take() {
        SocketPath.Bound taken = socket;
        socket = null;
        if (watch != null) {
            watch.close();
            watch = null;
        }
        return taken;
    }

    /// Reports that no VM can attach, once until one can again.
    void tellSilence(Exception cause) {
        if (!silenceTold) {
            silenceTold = true;
            String reason = String.valueOf(cause.getMessage());
            port.report(new PortEvent.NotListening(port.name(), path.path(), reason));
        }
    }

    /// Reports that VMs can attach again, where it was told that none can.
    void tellVoice() {
        if (silenceTold) {
            silenceTold = false;
            port.report(new PortEvent.Listening(port.name(), path.path()));
        }
    }

    private void tellSmallBuffers(SocketPath.Bound bound) {
        if (!buffersTold
                && (bound.sendBuffer() < SocketPath.SEND_BUFFER
                        || bound.receiveBuffer() < SocketPath.RECEIVE_BUFFER)) {
            buffersTold = true;
            port.report(
                    new PortEvent.SmallBuffers(
                            port.name(),
                            path.path(),
                            SocketPath.SEND_BUFFER,
                            bound.sendBuffer(),
                            SocketPath.RECEIVE_BUFFER,
                            bound.receiveBuffer()));
        }
    }

    /// Closes the socket; the path stays. Closing twice is no error.
    @Override
    public void close() {
        SocketPath.Bound closing = take();
        if (closing != null) {
            closing.fd().close();
        }
    }
}
