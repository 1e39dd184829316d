package switchd.core;

import org.jspecify.annotations.Nullable;

/// One port's uplink at work: frames from the LAN to the port, and the port's frames to the LAN.
///
/// Where the kernel says that the interface is of no use any more, the port keeps its VM and its
/// frames for the LAN are dropped and counted. Used by the loop's thread alone.
final class PortUplink implements EventHandler, AutoCloseable {
    private final Uplink uplink;
    private final Port port;
    private final BridgedNetwork network;
    private final LoopTimer readOn;
    private @Nullable Watch watch;
    private boolean lost;
    private @Nullable String loss;

    private PortUplink(Uplink uplink, Port port, BridgedNetwork network) {
        this.uplink = uplink;
        this.port = port;
        this.network = network;
        this.readOn = network.loop().timer(this::readOn);
    }

    /// Opens a place for `port` on `lan` and watches it.
    ///
    /// @throws SwitchdException where the kernel refuses; nothing is left behind
    static PortUplink open(Lan lan, Port port, BridgedNetwork network) throws SwitchdException {
        try (Undo undo = new Undo()) {
            Uplink uplink = lan.openUplink(network.slots());
            undo.push(uplink::close);
            uplink.accept(port.policy().reception());
            PortUplink result = new PortUplink(uplink, port, network);
            uplink.whenLost(result::lose);
            result.watch = network.loop().watch(uplink.fd(), result);
            undo.keep();
            return result;
        }
    }

    InterfaceName interfaceName() {
        return uplink.interfaceName();
    }

    /// Why the interface is of no use any more, or null where it is.
    @Nullable String loss() {
        return loss;
    }

    @Override
    public void ready(boolean readable, boolean writable) throws SyscallException {
        for (int burst = 0; burst < Port.BURSTS && !lost && !port.holdsFromLan(); burst++) {
            FrameBatch frames = uplink.receive();
            uplink.countLosses(port.toVm());
            if (frames.count() == 0) {
                break;
            }
            if (!(port.policy().macPolicy() instanceof MacPolicy.Fixed)) {
                forgetMoved(frames);
            }
            port.fromLan(frames);
        }
        if (watch == null) {
            return;
        }
        if (port.holdsFromLan()) {
            watch.interest(false, false);
        } else if (uplink.hasMore()) {
            // The others come first; the poller does not tell of what is here already.
            readOn.set(0);
        }
    }

    private void readOn() {
        try {
            ready(true, false);
        } catch (SyscallException | RuntimeException e) {
            lose(e);
        }
    }

    /// An address that was behind the port and now sends from the LAN has moved there.
    private void forgetMoved(FrameBatch frames) {
        for (int i = 0; i < frames.count(); i++) {
            if (frames.length(i) >= EthernetFrame.SHORTEST) {
                long source = frames.source(i);
                if (network.table().find(source, network.loop().now()) == port) {
                    network.table().forget(source);
                }
            }
        }
    }

    @Override
    public void failed(Exception cause) {
        watch = null;
        lose(cause);
    }

    /// Sends the port's frames to the LAN, and counts them.
    void send(FrameBatch frames) {
        int done = 0;
        while (done < frames.count() && !lost) {
            try {
                int sent = uplink.send(frames, done);
                if (sent == 0) {
                    break;
                }
                if (sent == FrameSink.REFUSED) {
                    port.toLan().dropped(DropCause.OVERSIZE, frames, done, done + 1);
                    done++;
                    continue;
                }
                port.toLan().passed(frames, done, done + sent);
                done += sent;
            } catch (SyscallException | RuntimeException e) {
                lose(e);
            }
        }
        DropCause cause = lost ? DropCause.UPLINK_LOST : DropCause.UPLINK_FULL;
        port.toLan().dropped(cause, frames, done, frames.count());
    }

    void accept(Reception reception) {
        if (lost) {
            return;
        }
        try {
            uplink.accept(reception);
        } catch (SyscallException e) {
            lose(e);
        }
    }

    /// The port has room again.
    void resume() {
        if (watch == null) {
            return;
        }
        try {
            watch.interest(true, false);
            if (uplink.hasMore()) {
                readOn.set(0);
            }
        } catch (SyscallException e) {
            lose(e);
        }
    }

    private void lose(Exception cause) {
        lose(String.valueOf(cause.getMessage()));
    }

    private void lose(String reason) {
        if (!lost) {
            lost = true;
            loss = reason;
            close();
            port.report(new PortEvent.UplinkLost(port.name(), interfaceName(), reason));
        }
    }

    /// Closing twice is no error.
    @Override
    public void close() {
        readOn.cancel();
        if (watch != null) {
            watch.close();
            watch = null;
        }
        uplink.close();
    }
}
