package switchd.core;

import org.jspecify.annotations.Nullable;

/// One port's uplink at work: frames from the LAN to the port, and the port's frames to the LAN.
///
/// Where the interface is of no use any more, whatever the cause, the port keeps its VM, its frames
/// for the LAN are dropped and counted, and a new uplink is opened in the place of the old one: at
/// first soon, then ever more slowly, and whenever the LAN has changed. Closing one and opening one
/// takes the kernel milliseconds: in one turn a network does so for one port only. Used by the
/// loop's thread alone.
final class PortUplink implements EventHandler, AutoCloseable {
    private static final long FIRST_PAUSE = RepairPace.FIRST;
    private static final long LONGEST_PAUSE = RepairPace.LONGEST;

    /// An uplink that is lost again before this is not tried as soon as the first time.
    private static final long STEADY = RepairPace.STEADY;

    private final Lan lan;
    private final Port port;
    private final BridgedNetwork network;
    private final LoopTimer readOn;
    private final LoopTimer repair;
    private Uplink uplink;
    private @Nullable Watch watch;
    private boolean lost;
    private boolean closed;
    private @Nullable String loss;
    private boolean refusalTold;
    private long pause = FIRST_PAUSE;
    private long lostAt;
    private long triedAt;
    private Outages outages = Outages.NONE;

    private PortUplink(Lan lan, Uplink uplink, Port port, BridgedNetwork network) {
        this.lan = lan;
        this.uplink = uplink;
        this.port = port;
        this.network = network;
        this.readOn = network.loop().timer(this::readOn);
        this.repair = network.loop().timer(this::repair);
    }

    /// Opens a place for `port` on `lan` and watches it.
    ///
    /// @throws SwitchdException where the kernel refuses; nothing is left behind
    static PortUplink open(Lan lan, Port port, BridgedNetwork network) throws SwitchdException {
        try (Undo undo = new Undo()) {
            Uplink opened = place(lan, port, network, undo);
            PortUplink result = new PortUplink(lan, opened, port, network);
            result.use(opened);
            undo.keep();
            return result;
        }
    }

    private static Uplink place(Lan lan, Port port, BridgedNetwork network, Undo undo)
            throws SwitchdException {
        Uplink opened = lan.openUplink(network.slots());
        undo.push(opened::close);
        opened.carry(port.guards().vlans());
        if (network.keepsApart()) {
            opened.keepApart();
        }
        opened.accept(port.policy().reception());
        return opened;
    }

    private void use(Uplink opened) throws SyscallException {
        watch = network.loop().watch(opened.fd(), this);
        uplink = opened;
        opened.whenLost(reason -> {
            if (opened.equals(uplink)) {
                lose(reason);
            }
        });
    }

    InterfaceName interfaceName() {
        return uplink.interfaceName();
    }

    /// Why the interface is of no use, or cannot be had again; null where it is there.
    @Nullable String loss() {
        return loss;
    }

    /// The times without it that are over.
    Outages outages() {
        return outages;
    }

    @Override
    public void ready(boolean readable, boolean writable) throws SyscallException {
        if (!readOn.isSet()) {
            read();
        }
    }

    private void read() throws SyscallException {
        if (!lost && !port.holdsFromLan()) {
            FrameBatch frames = uplink.receive(port.share());
            uplink.countLosses(port.toVm());
            if (frames.count() > 0) {
                if (!(port.policy().macPolicy() instanceof MacPolicy.Fixed)) {
                    forgetMoved(frames);
                }
                port.fromLan(frames);
            }
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
            read();
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
        port.frameGuards().unsent(frames, done);
    }

    /// Follows the port's guards, which have changed. One that is lost does so when it is back.
    ///
    /// @param otherVlans true where another interface is to take its place: kernels let VLANs in
    ///   before an interface is used
    /// @throws SwitchdException where the kernel refuses; it is as before then
    void guardsChanged(boolean otherVlans) throws SwitchdException {
        if (lost) {
            return;
        }
        if (!otherVlans) {
            if (network.keepsApart()) {
                uplink.keepApart();
            }
            return;
        }
        try (Undo undo = new Undo()) {
            Uplink former = uplink;
            Watch formerWatch = watch;
            use(place(lan, port, network, undo));
            undo.keep();
            readOn.cancel();
            if (formerWatch != null) {
                formerWatch.close();
            }
            former.close();
        }
    }

    /// Has the kernel pass nothing between this uplink and others that are kept apart.
    void keepApart() {
        if (lost) {
            return;
        }
        try {
            uplink.keepApart();
        } catch (SwitchdException e) {
            lose(e);
        }
    }

    void accept(Reception reception) {
        if (lost) {
            return;
        }
        try {
            uplink.accept(reception);
            uplink.countLosses(port.toVm());
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
        if (lost) {
            return;
        }
        long now = network.loop().now();
        boolean steady = outages.repairs() == 0 || now - triedAt > STEADY;
        pause = steady ? FIRST_PAUSE : Math.min(2 * pause, LONGEST_PAUSE);
        lost = true;
        loss = reason;
        lostAt = now;
        rest();
        repair.set(0);
        port.report(new PortEvent.UplinkLost(port.name(), interfaceName(), reason));
    }

    /// Something has changed on the LAN: a lost uplink may be had again now.
    void retryNow() {
        if (lost) {
            repair.set(Math.max(0, triedAt + FIRST_PAUSE - network.loop().now()));
        }
    }

    private void repair() {
        if (!network.takesRepair()) {
            repair.set(0);
        } else if (!closed) {
            closed = true;
            uplink.close();
            repair.set(Math.max(0, lostAt + pause - network.loop().now()));
        } else {
            reopen();
        }
    }

    private void reopen() {
        triedAt = network.loop().now();
        try (Undo undo = new Undo()) {
            lan.checkReturn();
            use(place(lan, port, network, undo));
            undo.keep();
        } catch (SwitchdException | RuntimeException e) {
            loss = String.valueOf(e.getMessage());
            if (!refusalTold && isRefusal(e)) {
                refusalTold = true;
                port.report(new PortEvent.NoUplink(port.name(), String.valueOf(loss)));
            }
            pause = Math.min(2 * pause, LONGEST_PAUSE);
            repair.set(pause);
            return;
        }
        long outage = network.loop().time() - lostAt;
        lost = false;
        closed = false;
        loss = null;
        refusalTold = false;
        outages = outages.plus(outage);
        network.repaired();
        port.report(new PortEvent.UplinkBack(port.name(), interfaceName(), outage));
    }

    /// True where the kernel has said no, and it is not others that are waited for.
    private static boolean isRefusal(Exception failure) {
        return failure instanceof SyscallException
                || failure.getCause() instanceof SyscallException;
    }

    /// Closing twice is no error.
    @Override
    public void close() {
        repair.cancel();
        rest();
        uplink.close();
    }

    private void rest() {
        readOn.cancel();
        if (watch != null) {
            watch.close();
            watch = null;
        }
    }
}
