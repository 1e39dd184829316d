package switchd.daemon.host;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import switchd.bpf.BpfDevice;
import switchd.core.FrameBatch;
import switchd.core.InterfaceName;
import switchd.core.Lan;
import switchd.core.LanMember;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.core.Uplink;
import switchd.darwin.DarwinConstants;
import switchd.feth.Bridge;
import switchd.feth.FakeSettings;
import switchd.feth.FethPair;

/// The LAN behind a macOS bridge: every port gets a feth pair of its own in it. With one pair for
/// all of them the bridge would send nothing from VM to VM.
final class FethLan implements Lan {
    private final DarwinHost host;
    private final Bridge bridge;
    private final int mtu;
    private final List<String> notices;

    private FethLan(DarwinHost host, Bridge bridge, int mtu, List<String> notices) {
        this.host = host;
        this.bridge = bridge;
        this.mtu = mtu;
        this.notices = notices;
    }

    /// @param bridge closed with the LAN, and where this fails
    /// @throws SyscallException where the kernel does not tell of the bridge
    static FethLan open(DarwinHost host, Bridge bridge) throws SwitchdException {
        try (Undo undo = new Undo()) {
            undo.push(bridge::close);
            List<String> notices = new ArrayList<>(bridge.notices());
            notices.addAll(FakeSettings.notices(host.darwin()));
            FethLan lan = new FethLan(host, bridge, bridge.mtu(), List.copyOf(notices));
            undo.keep();
            return lan;
        }
    }

    @Override
    public InterfaceName interfaceName() {
        return bridge.name();
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public boolean connectsUplinks() {
        return true;
    }

    @Override
    public List<LanMember> members() throws SwitchdException {
        return bridge.members();
    }

    @Override
    public List<String> notices() {
        return notices;
    }

    /// The slots are not used: BPF fills memory of its own.
    @Override
    public Uplink openUplink(FrameBatch batch) throws SwitchdException {
        try (Undo undo = new Undo()) {
            FethPair pair = FethPair.open(host.interfaces(), bridge, mtu);
            undo.push(pair::close);
            var place =
                    new BpfUplink.Place(pair.bridgeSide(), pair.vmSide(), BpfDevice.Use.FETH, mtu);
            return BpfUplink.open(host, place, undo, () -> missing(pair));
        }
    }

    private @Nullable String missing(FethPair pair) throws SyscallException {
        if (!bridge.hasMember(pair.bridgeSide())) {
            return "%s is no member of %s any more".formatted(pair.bridgeSide(), bridge.name());
        }
        if (!pair.isConnected()) {
            return "%s is not connected to %s any more".formatted(pair.vmSide(), pair.bridgeSide());
        }
        int flags = host.interfaces().control().flags(pair.vmSide());
        return (flags & DarwinConstants.IFF_UP) == 0 ? pair.vmSide() + " is down" : null;
    }

    @Override
    public void close() {
        bridge.close();
    }
}
