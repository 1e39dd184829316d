package switchd.darwin.testkit;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A network interface of a kernel in memory.
///
/// Frames leave it by [#output] and come into it by [#input]. Readers of `/dev/bpf` tap both.
abstract class FakeInterface {
    static final int UP = (int) Abi.constant("IFF_UP");
    static final int RUNNING = (int) Abi.constant("IFF_RUNNING");
    private static final int PROMISC = (int) Abi.constant("IFF_PROMISC");
    private static final int CAN_CHANGE =
            UP
                    | (int) Abi.constant("IFF_DEBUG")
                    | (int) Abi.constant("IFF_NOTRAILERS")
                    | (int) Abi.constant("IFF_NOARP")
                    | (int) Abi.constant("IFF_LINK0")
                    | (int) Abi.constant("IFF_LINK1")
                    | (int) Abi.constant("IFF_LINK2");

    final FakeNet net;

    /// The name without its number, like `feth`, and the number.
    final String prefix;

    final int unit;
    final int index;
    final Set<Integer> protocols = new LinkedHashSet<>();
    final List<FakeBpf> taps = new ArrayList<>();

    int flags;
    int mtu = 1500;
    byte[] lladdr = new byte[6];
    byte[] description = new byte[0];

    /// The bridge that it is a member of.
    @Nullable FakeBridge bridge;

    /// Set by `BIOCSDVRTIN`: what comes in is tapped and dropped.
    boolean inputDisabled;

    boolean detached;

    /// Frames that came in and found no protocol but those of the host.
    long toHost;

    private int promiscuous;

    FakeInterface(FakeNet net, String prefix, int unit, int flags) {
        this.net = net;
        this.prefix = prefix;
        this.unit = unit;
        this.index = net.interfaces.index(prefix + unit);
        this.flags = flags;
    }

    String name() {
        return prefix + unit;
    }

    abstract int type();

    int family() {
        return (int) Abi.constant("IFRTYPE_FAMILY_ETHERNET");
    }

    int subfamily() {
        return 0;
    }

    int functionalType() {
        return (int) Abi.constant("IFRTYPE_FUNCTIONAL_WIRED");
    }

    int linkType() {
        return (int) Abi.constant("DLT_EN10MB");
    }

    /// True where the medium is there: a peer, a cable.
    abstract boolean active();

    /// False where the bridge must cut long TCP frames for it, and loses its own ability thereby.
    boolean segments() {
        return false;
    }

    /// Refuses what the driver does not take.
    void checkMtu(int wanted) {
        Refused.when(wanted < 72 || wanted > 9000, "EINVAL");
    }

    /// `SIOCSDRVSPEC` and `SIOCGDRVSPEC`.
    void driverRequest(int euid, boolean set, AbiStruct ifdrv) {
        throw new Refused("EOPNOTSUPP");
    }

    /// Sends a frame out of the interface itself.
    abstract void transmit(byte[] frame);

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /// What a writer has handed over: through the bridge where there is one.
    void output(byte[] frame) {
        if (bridge == null) {
            transmit(frame);
        } else {
            bridge.memberOutput(this, frame);
        }
    }

    /// A frame that has come in, after its tap.
    void input(byte[] frame) {
        if (inputDisabled) {
            return;
        }
        if (bridge == null) {
            hostInput(frame);
        } else {
            bridge.input(this, frame);
        }
    }

    /// A frame for the host's own protocols.
    void hostInput(byte[] frame) {
        toHost++;
    }

    void tap(byte[] frame, boolean outbound) {
        for (FakeBpf reader : List.copyOf(taps)) {
            reader.tap(frame, outbound);
        }
    }

    /// `SIOCSIFFLAGS`
    void setFlags(int wanted) {
        flags = (flags & ~CAN_CHANGE) | (wanted & CAN_CHANGE);
        flagsChanged();
        net.post("KEV_DL_SIFFLAGS", this);
    }

    /// RUNNING follows UP.
    private void flagsChanged() {
        boolean was = has(RUNNING);
        flags = has(UP) ? flags | RUNNING : flags & ~RUNNING;
        if (was && !has(RUNNING)) {
            stopped();
        }
    }

    /// It was running, and is not any more.
    void stopped() {}

    /// False where the protocol is there already.
    boolean attach(int protocol) {
        if (!protocols.add(protocol)) {
            return false;
        }
        flags |= UP;
        flagsChanged();
        net.postProtocol("KEV_DL_PROTO_ATTACHED", this, protocol);
        net.post("KEV_DL_SIFFLAGS", this);
        return true;
    }

    /// The last protocol takes the interface down.
    void detach(int protocol) {
        if (!protocols.remove(protocol)) {
            return;
        }
        if (protocols.isEmpty()) {
            flags &= ~UP;
            flagsChanged();
        }
        net.postProtocol("KEV_DL_PROTO_DETACHED", this, protocol);
        if (protocols.isEmpty()) {
            net.post("KEV_DL_SIFFLAGS", this);
        }
    }

    void promiscuous(boolean on) {
        promiscuous += on ? 1 : -1;
        flags = promiscuous > 0 ? flags | PROMISC : flags & ~PROMISC;
    }

    boolean promiscuous() {
        return promiscuous > 0;
    }
}
