package switchd.core;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One VM NIC's place on a network: policy, counters, and the way to the VM ([VmQueue]).
///
/// A port knows no kind of network and no kind of socket. A VM attaches as a [VmLink] and may go
/// and come again; frames for a port without a VM are dropped and counted.
///
/// Used by the loop's thread alone, but for the counters.
public final class Port implements EventHandler {
    private final String name;
    private final EventLoop loop;
    private final Network network;
    private final PortPolicy policy;
    private Guards guards;
    private FrameGuards frameGuards;
    private final PortNews news;
    private final Counters toLan = new Counters(Direction.TO_LAN);
    private final Counters toVm = new Counters(Direction.TO_VM);
    private final VmQueue queue;
    private final LoopTimer readOn;
    private @Nullable VmLink vm;
    private @Nullable Watch watch;
    private long attachedAt;
    private long heardAt;
    private boolean sent;

    /// Its share of the network's table.
    final AddressQuota quota;

    /// Where the port's network keeps what belongs to it.
    int index = -1;

    /// @param name for people, and in the path of the port's socket
    /// @param events hears what happens, on the loop's thread; must not block
    public Port(
            String name,
            EventLoop loop,
            Network network,
            MacPolicy macPolicy,
            Guards guards,
            Consumer<PortEvent> events,
            Arena arena) {
        this.name = name;
        this.loop = loop;
        this.network = network;
        this.guards = guards;
        this.quota = new AddressQuota(guards.limits().addresses(), loop.now());
        this.frameGuards = new FrameGuards(guards, this, network, loop, null);
        this.policy = new PortPolicy(macPolicy, network.mtu(), frameGuards);
        this.news = new PortNews(name, events);
        this.queue = new VmQueue(this, loop, toVm, network.mtu(), arena);
        this.readOn = loop.timer(this::readOn);
    }

    /// The port's name.
    public String name() {
        return name;
    }

    /// What it lets pass.
    public PortPolicy policy() {
        return policy;
    }

    /// What its VM may do.
    public Guards guards() {
        return guards;
    }

    /// Puts others in their place. The VM stays attached, the counters go on, and frames that wait
    /// for the VM reach it. What was learnt of its IP addresses stays where they are judged as
    /// before, and is forgotten where they are not. With other VLANs the port has another uplink.
    ///
    /// @throws SwitchdException where its uplink cannot be had like that; it has its former guards
    ///   then
    public void guard(Guards wanted) throws SwitchdException {
        Guards former = guards;
        if (wanted.equals(former)) {
            return;
        }
        guards = wanted;
        try {
            network.guardsChanged(this, former);
        } catch (SwitchdException | RuntimeException e) {
            guards = former;
            throw e;
        }
        boolean asBefore =
                wanted.ips().equals(former.ips()) && wanted.vlans().equals(former.vlans());
        IpGuard kept = asBefore ? frameGuards.ips() : null;
        frameGuards = new FrameGuards(wanted, this, network, loop, kept);
        policy.guard(frameGuards);
        if (quota.limit(wanted.limits().addresses())) {
            network.forget(this); // those that it goes on to use find their places again
            network.locate(this);
        }
        news.guardsChanged();
    }

    /// The IP addresses that its VM may send from, besides those that follow from its hardware
    /// address; null where it may from any.
    public @Nullable List<Lease> leases() {
        return frameGuards.leases();
    }

    /// What its VM has sent.
    public Counters toLan() {
        return toLan;
    }

    /// What its VM has been sent.
    public Counters toVm() {
        return toVm;
    }

    /// From here on `tap` is shown every frame that is passed on or dropped here; null ends that.
    public void tap(@Nullable FrameTap tap) {
        toLan.tap(tap);
        toVm.tap(tap);
    }

    /// True while a VM is there.
    public boolean isAttached() {
        return vm != null;
    }

    /// The far end of the link, or null while no VM is there.
    public @Nullable Peer peer() {
        return vm == null ? null : vm.peer();
    }

    /// The most frames that may be moved from or to its VM before it is the turn of others.
    public int share() {
        return vm == null ? FairShare.AMONG_OTHERS : loop.share().of(this, loop.now());
    }

    /// Sees whether a VM may attach: one that turns out to be gone is detached.
    public boolean isFree() {
        if (vm != null && vm.isGone()) {
            detach("it is gone, and another VM is here");
        }
        return vm == null;
    }

    /// The loop's time when the VM attached; of no meaning where there is none.
    public long attachedAt() {
        return attachedAt;
    }

    /// The loop's time when the VM last sent something; of no meaning before that.
    public long heardAt() {
        return heardAt;
    }

    /// The frames that wait for the VM.
    public VmQueue queue() {
        return queue;
    }

    /// Why the last client was not let in, or null where it was.
    public @Nullable String refusal() {
        return news.refusal();
    }

    /// True where a frame of its VM, or of the last one, was passed on since it attached.
    public boolean hasSent() {
        return sent;
    }

    /// The first address other than its own that the VM, or the last one, has sent from since it
    /// attached; null where there was none.
    public @Nullable MacAddress foreignSource() {
        return news.foreignSource();
    }

    /// Tells whoever listens what has happened here.
    public void report(PortEvent event) {
        news.report(event);
    }

    /// Gives the port its VM; one that is there already must be detached first.
    ///
    /// @throws SyscallException where its descriptor cannot be watched; the port has no VM then
    public void attach(VmLink link) throws SyscallException {
        attach(link, false);
    }

    /// As [#attach], for a VM that was attached to the daemon before this one and has not noticed.
    ///
    /// @throws SyscallException as [#attach]
    public void resume(VmLink link) throws SyscallException {
        attach(link, true);
    }

    private void attach(VmLink link, boolean resumed) throws SyscallException {
        if (vm != null) {
            throw new IllegalStateException(name + " has a VM already: " + vm.peer());
        }
        Watch linkWatch = loop.watch(link.fd(), this);
        watch = linkWatch;
        vm = link;
        queue.open(link, linkWatch);
        attachedAt = loop.now();
        news.begin();
        sent = false;
        network.locate(this);
        report(new PortEvent.Attached(name, link.peer().toString(), resumed));
    }

    /// Goes on with what was learnt of its VM by the daemon before this one.
    public void recall(Learnt learnt) {
        policy.recall(learnt);
        network.locate(this);
        network.vmChanged(this);
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
        readOn.cancel();
        if (watch != null) {
            watch.close();
            watch = null;
        }
        policy.forget();
        queue.close();
        network.forget(this);
        network.vmChanged(this);
        String peer = gone.peer().toString();
        gone.close();
        report(new PortEvent.Detached(name, peer, reason));
    }

    @Override
    public void ready(boolean readable, boolean writable) throws SyscallException {
        if (writable) {
            queue.release();
        }
        if (readable && !readOn.isSet()) {
            read();
        }
    }

    private void read() throws SyscallException {
        VmLink link = vm;
        if (link == null) {
            return;
        }
        FrameBatch frames = link.receive(share());
        if (frames.count() > 0) {
            fromVm(frames);
        }
        if (vm != null && vm.hasMore()) {
            // The others come first; the poller does not tell of what is here already.
            readOn.set(0);
        }
    }

    private void readOn() {
        try {
            read();
        } catch (SyscallException | RuntimeException e) {
            detach(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void failed(Exception cause) {
        watch = null;
        detach(String.valueOf(cause.getMessage()));
    }

    /// Passes frames of the VM on to the network; those that the policy forbids are weeded out.
    public void fromVm(FrameBatch frames) {
        heardAt = loop.now();
        boolean knew = policy.knowsVm();
        int kept = 0;
        for (int i = 0; i < frames.count(); i++) {
            @Nullable DropCause cause = policy.judgeFromVm(frames, i);
            if (cause == null) {
                frames.move(i, kept++);
            } else {
                toLan.dropped(cause, frames, i, i + 1);
                if (cause == DropCause.FOREIGN_SOURCE) {
                    news.tellForeignSource(frames.source(i), policy);
                } else if (cause.isGuard()) {
                    news.tellGuard(Direction.TO_LAN, cause, frames, i);
                }
            }
        }
        frames.truncate(kept);
        sent |= kept > 0;
        if (knew != policy.knowsVm()) {
            network.vmChanged(this);
        }
        policy.tellLearning();
        network.fromVm(this, frames);
        if (queue.holdsFromLan() && frameGuards.listens()) {
            lanMayGoOn();
        }
    }

    /// Passes frames of the LAN on to the VM; those that are none, or the VM's own, are weeded out.
    void fromLan(FrameBatch frames) {
        int kept = 0;
        for (int i = 0; i < frames.count(); i++) {
            @Nullable DropCause cause = policy.judgeFromLan(frames, i);
            if (cause == null) {
                frames.move(i, kept++);
            } else {
                toVm.dropped(cause, frames, i, i + 1);
                if (cause == DropCause.OWN_ECHO) {
                    news.tellConflict(policy);
                } else if (cause == DropCause.RATE) {
                    news.tellGuard(Direction.TO_VM, cause, frames, i);
                }
            }
        }
        frames.truncate(kept);
        policy.tellLearning();
        queue.sendFromLan(frames);
    }

    /// Passes frames of other ports on to the VM, as far as they are for it; they have a lawful
    /// length already.
    void toVm(FrameBatch frames) {
        if (!frameGuards.concernPorts()) {
            queue.sendFromPorts(frames);
            return;
        }
        FrameBatch passed = frameGuards.fromPorts(frames, this);
        if (passed.count() > 0) {
            queue.sendFromPorts(passed);
        }
        frameGuards.restore();
        policy.tellLearning();
    }

    /// True where frame `i` is of one of the port's VLANs.
    boolean carries(FrameBatch frames, int i) {
        return frameGuards.carries(frames, i);
    }

    /// What its guards do.
    FrameGuards frameGuards() {
        return frameGuards;
    }

    /// True where frames may go from the one to the other.
    boolean mayTalkTo(Port other) {
        return guards.isolation().allows(other.guards.isolation());
    }

    /// True while frames wait for the VM.
    boolean isHolding() {
        return queue.isHolding();
    }

    /// True while frames of the LAN wait for the VM: its uplink should not be read. It is all the
    /// same while a guard has to hear what others say to the VM; what it has no room for is lost.
    boolean holdsFromLan() {
        return queue.holdsFromLan() && !frameGuards.listens();
    }

    /// Frames of the LAN do not wait any more.
    void lanMayGoOn() {
        network.resumed(this);
    }

    /// Tells that a guard has dropped a frame: once for each VM, guard and direction.
    void tellGuard(Direction direction, DropCause cause, FrameBatch frames, int i) {
        news.tellGuard(direction, cause, frames, i);
    }
}
