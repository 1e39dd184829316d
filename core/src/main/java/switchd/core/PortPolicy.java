package switchd.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a port lets pass: frames of a lawful length, and from its VM only those with the VM's own
/// address that pass its [FrameGuards]. Used by the loop's thread alone.
public final class PortPolicy {
    private static final long UNKNOWN = -1;

    private final MacPolicy macPolicy;
    private final int longest;
    private @Nullable FrameGuards guards;
    private long vm;
    private Runnable learning = () -> {};
    private int version;

    /// @param mtu of the port's network, in bytes
    public PortPolicy(MacPolicy macPolicy, int mtu) {
        this(macPolicy, mtu, null);
    }

    /// @param guards null for none
    PortPolicy(MacPolicy macPolicy, int mtu, @Nullable FrameGuards guards) {
        this.guards = guards;
        this.macPolicy = macPolicy;
        this.longest = EthernetFrame.longest(mtu);
        this.vm = configured();
    }

    /// Why frame `i` from the VM is dropped, or null where it passes. With [MacPolicy.Auto] the
    /// first one that passes tells the VM's address.
    public @Nullable DropCause judgeFromVm(FrameBatch frames, int i) {
        @Nullable DropCause cause = judgeLength(frames.length(i));
        if (cause != null) {
            return cause;
        }
        long source = frames.source(i);
        boolean foreign = vm != UNKNOWN && source != vm;
        if (foreign || MacAddress.isGroup(source) || source == 0) {
            return DropCause.FOREIGN_SOURCE;
        }
        if (guards != null) {
            cause = guards.fromVm(frames, i);
            if (cause != null) {
                return cause;
            }
        }
        if (vm == UNKNOWN && !(macPolicy instanceof MacPolicy.Any)) {
            vm = source;
        }
        return null;
    }

    /// Why frame `i` from the LAN is dropped, or null where it passes.
    public @Nullable DropCause judgeFromLan(FrameBatch frames, int i) {
        @Nullable DropCause cause = judgeLength(frames.length(i));
        if (cause != null) {
            return cause;
        }
        if (frames.source(i) == vm) {
            return DropCause.OWN_ECHO;
        }
        return guards == null ? null : guards.fromLan(frames, i);
    }

    /// From here on these judge.
    void guard(FrameGuards others) {
        guards = others;
        learning.run();
    }

    /// Forgets what was learned from a VM that is gone.
    public void forget() {
        vm = configured();
        if (guards != null) {
            guards.forget();
        }
    }

    /// Has `told` run when there may be something new in [#learnt], on the path of frames; one port
    /// has one that is told.
    public void whenLearning(Runnable told) {
        learning = told;
    }

    /// Tells where there is something new.
    void tellLearning() {
        boolean known = vm != UNKNOWN && macPolicy instanceof MacPolicy.Auto;
        int now = (known ? 1 : 0) + (guards == null ? 0 : guards.version() << 1);
        if (now != version) {
            version = now;
            learning.run();
        }
    }

    /// What was learnt of the VM.
    public Learnt learnt() {
        @Nullable MacAddress address = macPolicy instanceof MacPolicy.Auto ? vmAddress() : null;
        return guards == null ? new Learnt(address, List.of(), List.of()) : guards.learnt(address);
    }

    /// Goes on with that.
    void recall(Learnt learnt) {
        MacAddress address = learnt.address();
        if (address != null && macPolicy instanceof MacPolicy.Auto) {
            vm = address.value();
        }
        if (guards != null) {
            guards.recall(learnt);
        }
        tellLearning();
    }

    /// The VM's address, or null where it is not known or where there may be several.
    public @Nullable MacAddress vmAddress() {
        return vm == UNKNOWN ? null : new MacAddress(vm);
    }

    /// True once the VM's one address is known: no object is made.
    boolean knowsVm() {
        return vm != UNKNOWN;
    }

    /// True where frames for `address` may be for what is behind the port.
    boolean mayHave(long address) {
        return vm == address || macPolicy instanceof MacPolicy.Any;
    }

    /// True where the operator configured the port for `address`.
    boolean isFor(long address) {
        return vm == address && macPolicy instanceof MacPolicy.Fixed;
    }

    /// What the operator asked for.
    public MacPolicy macPolicy() {
        return macPolicy;
    }

    /// Which frames the uplink should take.
    Reception reception() {
        if (macPolicy instanceof MacPolicy.Any) {
            return new Reception.Everything();
        }
        @Nullable MacAddress address = vmAddress();
        return address == null ? new Reception.Groups() : new Reception.Vm(address);
    }

    private @Nullable DropCause judgeLength(int length) {
        if (length < EthernetFrame.SHORTEST) {
            return DropCause.RUNT;
        }
        return length > longest ? DropCause.OVERSIZE : null;
    }

    private long configured() {
        return macPolicy instanceof MacPolicy.Fixed(MacAddress address) ? address.value() : UNKNOWN;
    }
}
