package switchd.core;

import java.lang.foreign.Arena;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One VM NIC's place on a network: policy, counters, and what waits for the VM.
///
/// A port knows no kind of network and no kind of socket. A VM attaches as a [VmLink] and may go
/// and come again; frames for a port without a VM are dropped and counted.
///
/// **Hold, don't drop.** When the VM takes only part of a batch, the rest waits in the port's own
/// bounded buffer and whoever feeds the port stops ([#isHolding()], [Network#resumed]) until there
/// is room, at most [#HOLD_NANOS] without progress. Other ports never wait for it.
///
/// Used by the loop's thread alone, but for the counters.
public final class Port implements EventHandler {
    /// Batches moved for one event, so that a flooding VM cannot starve the others.
    public static final int BURSTS = 4;

    /// How long frames wait for a VM that takes none: shorter than TCP's shortest timeout (200 ms
    /// on Linux), longer than a busy host keeps a VM from running.
    static final long HOLD_NANOS = 100_000_000;

    /// How soon a VM is asked again where the kernel does not tell that there is room.
    static final long RETRY_NANOS = 1_000_000;

    private final String name;
    private final EventLoop loop;
    private final Network network;
    private final PortPolicy policy;
    private final Consumer<PortEvent> events;
    private final Counters toLan = new Counters();
    private final Counters toVm = new Counters();
    private final HoldBuffer held;
    private final LoopTimer holdDeadline;
    private final LoopTimer retry;
    private @Nullable VmLink vm;
    private @Nullable Watch watch;
    private boolean foreignSourceTold;

    /// Where the port's network keeps what belongs to it.
    int index = -1;

    /// @param name for people, and in the path of the port's socket
    /// @param events hears what happens, on the loop's thread; must not block
    public Port(
            String name,
            EventLoop loop,
            Network network,
            MacPolicy macPolicy,
            Consumer<PortEvent> events,
            Arena arena) {
        this.name = name;
        this.loop = loop;
        this.network = network;
        this.policy = new PortPolicy(macPolicy, network.mtu());
        this.events = events;
        this.held = new HoldBuffer(arena, network.mtu());
        this.holdDeadline = loop.timer(this::giveUpHolding);
        this.retry = loop.timer(this::release);
    }

    /// The port's name.
    public String name() {
        return name;
    }

    /// What it lets pass.
    public PortPolicy policy() {
        return policy;
    }

    /// What its VM has sent.
    public Counters toLan() {
        return toLan;
    }

    /// What its VM has been sent.
    public Counters toVm() {
        return toVm;
    }

    /// True while a VM is there.
    public boolean isAttached() {
        return vm != null;
    }

    /// Tells whoever listens what has happened here.
    public void report(PortEvent event) {
        events.accept(event);
    }

    /// Gives the port its VM; one that is there already must be detached first.
    ///
    /// @throws SyscallException where its descriptor cannot be watched; the port has no VM then
    public void attach(VmLink link) throws SyscallException {
        if (vm != null) {
            throw new IllegalStateException(name + " has a VM already: " + vm.peer());
        }
        watch = loop.watch(link.fd(), this);
        vm = link;
        foreignSourceTold = false;
        report(new PortEvent.Attached(name, link.peer()));
    }

    /// Takes the port's VM away and closes its link; what waits for it is dropped and counted. No
    /// error where there is none.
    ///
    /// @param reason how we know that the VM is gone
    public void detach(String reason) {
        VmLink gone = vm;
        if (gone == null) {
            return;
        }
        vm = null;
        if (watch != null) {
            watch.close();
            watch = null;
        }
        policy.forget();
        if (!held.isEmpty()) {
            dropHeld(DropCause.DETACHED);
            endHolding();
        }
        network.vmChanged(this);
        network.forget(this);
        gone.close();
        report(new PortEvent.Detached(name, gone.peer(), reason));
    }

    @Override
    public void ready(boolean readable, boolean writable) throws SyscallException {
        if (writable) {
            release();
        }
        for (int burst = 0; readable && burst < BURSTS; burst++) {
            VmLink link = vm;
            if (link == null) {
                return;
            }
            FrameBatch frames = link.receive();
            if (frames.count() == 0) {
                return;
            }
            fromVm(frames);
        }
    }

    @Override
    public void failed(Exception cause) {
        watch = null;
        detach(String.valueOf(cause.getMessage()));
    }

    /// Passes frames of the VM on to the network; those that the policy forbids are weeded out.
    public void fromVm(FrameBatch frames) {
        boolean knew = policy.knowsVm();
        int kept = 0;
        for (int i = 0; i < frames.count(); i++) {
            @Nullable DropCause cause = policy.judgeFromVm(frames, i);
            if (cause == null) {
                frames.move(i, kept++);
            } else {
                toLan.dropped(cause, 1);
                if (cause == DropCause.FOREIGN_SOURCE) {
                    tellForeignSource(frames.source(i));
                }
            }
        }
        frames.truncate(kept);
        if (knew != policy.knowsVm()) {
            network.vmChanged(this);
        }
        network.fromVm(this, frames);
    }

    /// Passes frames of the LAN on to the VM; those that are none, or the VM's own, are weeded out.
    void fromLan(FrameBatch frames) {
        int kept = 0;
        for (int i = 0; i < frames.count(); i++) {
            @Nullable DropCause cause = policy.judgeFromLan(frames, i);
            if (cause == null) {
                frames.move(i, kept++);
            } else {
                toVm.dropped(cause, 1);
            }
        }
        frames.truncate(kept);
        toVm(frames);
    }

    /// Sends frames to the VM, or holds them for it; they have passed the guard already.
    void toVm(FrameBatch frames) {
        VmLink link = vm;
        if (link == null) {
            toVm.dropped(DropCause.DETACHED, frames.count());
            return;
        }
        int done = held.isEmpty() ? push(link, frames) : 0;
        if (done < frames.count()) {
            hold(frames, done);
        }
    }

    /// True while frames wait for the VM: whoever can should stop feeding the port.
    boolean isHolding() {
        return !held.isEmpty();
    }

    /// Sends as many frames as the VM takes.
    ///
    /// @param frames new ones, or those that are held
    /// @return the number of frames that are dealt with: sent, or dropped as nobody can send them
    private int push(VmLink link, FrameBatch frames) {
        int done = 0;
        try {
            while (done < frames.count()) {
                int sent = link.send(frames, done);
                if (sent == 0) {
                    break;
                }
                if (sent == FrameSink.REFUSED) {
                    toVm.dropped(DropCause.OVERSIZE, 1);
                    done++;
                    continue;
                }
                toVm.passed(frames, done, done + sent);
                done += sent;
            }
            return done;
        } catch (SyscallException e) {
            if (held.isEmpty()) {
                toVm.dropped(DropCause.DETACHED, frames.count() - done);
            } else {
                held.remove(done);
            }
            detach(e.getMessage());
            return frames.count();
        }
    }

    private void hold(FrameBatch frames, int from) {
        boolean first = held.isEmpty();
        int taken = held.add(frames, from);
        toVm.dropped(DropCause.VM_FULL, frames.count() - from - taken);
        if (first) {
            holdDeadline.set(HOLD_NANOS);
            awaitRoom();
        }
    }

    private void awaitRoom() {
        VmLink link = vm;
        if (link == null || watch == null) {
            return;
        }
        try {
            watch.interest(true, link.tellsRoom());
        } catch (SyscallException e) {
            detach(e.getMessage());
            return;
        }
        if (!link.tellsRoom()) {
            retry.set(RETRY_NANOS);
        }
    }

    /// There may be room: sends what waits.
    private void release() {
        VmLink link = vm;
        if (held.isEmpty() || link == null) {
            return;
        }
        int done = push(link, held.frames());
        if (held.isEmpty()) {
            return; // detached meanwhile
        }
        held.remove(done);
        if (held.isEmpty()) {
            endHolding();
            return;
        }
        if (done > 0) {
            holdDeadline.set(HOLD_NANOS);
        }
        awaitRoom();
    }

    private void giveUpHolding() {
        dropHeld(DropCause.VM_FULL);
        endHolding();
    }

    private void dropHeld(DropCause cause) {
        toVm.dropped(cause, held.count());
        held.remove(held.count());
    }

    private void endHolding() {
        holdDeadline.cancel();
        retry.cancel();
        Watch current = watch;
        if (current != null) {
            try {
                current.interest(true, false);
            } catch (SyscallException e) {
                detach(e.getMessage());
            }
        }
        network.resumed(this);
    }

    private void tellForeignSource(long source) {
        if (foreignSourceTold) {
            return;
        }
        @Nullable MacAddress expected = policy.vmAddress();
        if (expected != null) {
            foreignSourceTold = true;
            report(new PortEvent.ForeignSource(name, new MacAddress(source), expected));
        }
    }
}
