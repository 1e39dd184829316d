package switchd.core;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What [Guards] ask for, done to the frames of one port. [PortPolicy] asks here once a frame has a
/// lawful length and a source that is the VM's. A further guard gets its place here.
///
/// Used by the loop's thread alone; nothing here allocates after construction.
final class FrameGuards {
    private static final int LEAST_BURST_BYTES = 64 << 10;
    private static final int BURSTS_A_SECOND = 50;

    private final EventLoop loop;
    private final boolean[] forbidden = new boolean[LinkProtocol.values().length];
    private final @Nullable VlanGuard vlans;
    private final @Nullable TokenBucket groupFrames;
    private final @Nullable AddressGuard addresses;
    private final @Nullable TokenBucket toLan;
    private final @Nullable TokenBucket toVm;
    private final @Nullable IpGuard ips;
    private final FrameBatch shown = FrameBatch.view(FrameBatch.CAPACITY);

    /// @param port whose quota of addresses is set
    /// @param known goes on to guard the VM's IP addresses; null for a guard that knows nothing
    ///   yet, or none
    FrameGuards(
            Guards guards, Port port, Network network, EventLoop loop, @Nullable IpGuard known) {
        this.loop = loop;
        int longest = EthernetFrame.longest(network.mtu());
        forbid(guards.allowed());
        Guards.Limits limits = guards.limits();
        int frames = limits.groupFrames();
        vlans = VlanGuard.of(guards.vlans(), longest);
        groupFrames = frames == 0 ? null : new TokenBucket(frames, frames, loop.now());
        addresses = AddressGuard.of(limits, port, network.table(), loop.now());
        toLan = rate(limits.toLanBits(), limits.burstBytes(), longest);
        toVm = rate(limits.toVmBits(), limits.burstBytes(), longest);
        ips = known != null ? known : IpGuard.of(port, network);
    }

    private void forbid(Set<LinkProtocol> allowed) {
        for (LinkProtocol protocol : LinkProtocol.values()) {
            forbidden[protocol.ordinal()] = !allowed.contains(protocol);
        }
    }

    private @Nullable TokenBucket rate(long bits, int burstBytes, int longest) {
        if (bits == 0) {
            return null;
        }
        long usual = Math.max(bits / Byte.SIZE / BURSTS_A_SECOND, LEAST_BURST_BYTES);
        long burst = Math.max(burstBytes == 0 ? usual : burstBytes, longest);
        return new TokenBucket(bits, burst * Byte.SIZE, loop.now());
    }

    /// Why frame `i` of the VM is dropped, or null where it passes; it has the form then that it
    /// has on the uplink.
    @Nullable DropCause fromVm(FrameBatch frames, int i) {
        @Nullable LinkProtocol protocol = LinkProtocol.of(frames, i);
        if (protocol != null && forbidden[protocol.ordinal()]) {
            return DropCause.PROTOCOL;
        }
        if (vlans != null) {
            @Nullable DropCause cause = vlans.judgeFromVm(frames, i);
            if (cause != null) {
                return cause;
            }
        }
        if (addresses != null) {
            @Nullable DropCause cause = addresses.judge(frames.source(i), loop.now());
            if (cause != null) {
                return cause;
            }
        }
        if (groupFrames != null
                && MacAddress.isGroup(frames.destination(i))
                && !groupFrames.take(1, loop.now())) {
            return DropCause.GROUP_RATE;
        }
        if (exceeds(toLan, frames, i)) {
            return DropCause.RATE;
        }
        if (ips != null) { // last: it takes note of what the LAN will see
            @Nullable DropCause cause = ips.fromVm(frames, i, protocol != null, loop.now());
            if (cause != null) {
                return cause;
            }
        }
        if (vlans != null) {
            vlans.enter(frames, i);
        }
        return null;
    }

    /// Why frame `i` of the LAN is dropped, or null where it passes; it has the form then that it
    /// has at the VM.
    @Nullable DropCause fromLan(FrameBatch frames, int i) {
        if (vlans != null && !vlans.carries(frames, i)) {
            return DropCause.FOREIGN_VLAN;
        }
        if (ips != null && ips.snoops()) {
            ips.toVm(frames, i, true, loop.now());
        }
        if (exceeds(toVm, frames, i)) {
            return DropCause.RATE;
        }
        if (vlans != null) {
            vlans.leave(frames, i);
        }
        return null;
    }

    private boolean exceeds(@Nullable TokenBucket rate, FrameBatch frames, int i) {
        return rate != null && !rate.take((long) frames.length(i) * Byte.SIZE, loop.now());
    }

    /// The IP addresses that the VM may send from; null where it may from any.
    @Nullable List<Lease> leases() {
        return ips == null ? null : ips.list(loop.now());
    }

    /// The guard of the VM's IP addresses; null where it may have any.
    @Nullable IpGuard ips() {
        return ips;
    }

    /// As [IpGuard#listens].
    boolean listens() {
        return ips != null && ips.listens(loop.now());
    }

    /// Hears which frames of the VM have not reached the LAN: those from `from` on.
    void unsent(FrameBatch frames, int from) {
        for (int i = from; ips != null && ips.snoops() && i < frames.count(); i++) {
            ips.unsent(frames, i, loop.now());
        }
    }

    /// Another number after each change of [#learnt].
    int version() {
        return ips == null ? 0 : ips.version();
    }

    /// What was learnt of the VM, its `address` among it.
    Learnt learnt(@Nullable MacAddress address) {
        return ips == null
                ? new Learnt(address, List.of(), List.of())
                : ips.learnt(address, loop.now());
    }

    /// Takes that up again.
    void recall(Learnt learnt) {
        if (ips != null) {
            ips.recall(learnt, loop.now());
        }
    }

    /// Forgets what a VM that is gone had.
    void forget() {
        if (ips != null) {
            ips.forget();
        }
    }

    /// True where frames of other ports have to go through [#fromPorts].
    boolean concernPorts() {
        return vlans != null || toVm != null || (ips != null && ips.snoops());
    }

    /// True where frame `i` of another port is of one of this port's VLANs.
    boolean carries(FrameBatch frames, int i) {
        return vlans == null || vlans.carries(frames, i);
    }

    /// Those frames of another port that the VM gets, in the form that they have there. They belong
    /// to others, too: [#restore()] must follow. Those of other VLANs are not for this port; those
    /// that are too many are dropped.
    FrameBatch fromPorts(FrameBatch frames, Port port) {
        shown.over(frames.memory());
        for (int i = 0; i < frames.count(); i++) {
            if (!carries(frames, i)) {
                continue;
            }
            if (ips != null && ips.snoops()) {
                ips.toVm(frames, i, false, loop.now());
            }
            if (exceeds(toVm, frames, i)) {
                port.toVm().dropped(DropCause.RATE, frames, i, i + 1);
                port.tellGuard(Direction.TO_VM, DropCause.RATE, frames, i);
                continue;
            }
            shown.add(frames, i);
            if (vlans != null) {
                vlans.leave(shown, shown.count() - 1);
            }
        }
        return shown;
    }

    /// Gives the frames of the last [#fromPorts] back as they were.
    void restore() {
        for (int i = 0; vlans != null && i < shown.count(); i++) {
            vlans.restore(shown, i);
        }
        shown.clear();
    }
}
