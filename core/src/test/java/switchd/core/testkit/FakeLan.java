package switchd.core.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import switchd.core.FrameBatch;
import switchd.core.HostException;
import switchd.core.InterfaceKind;
import switchd.core.InterfaceName;
import switchd.core.Lan;
import switchd.core.LanMember;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;

/// A LAN that keeps the uplinks it was asked for. It moves no frame between them: what a bridge
/// would do is for the test to do.
public final class FakeLan implements Lan {
    private final int mtu;
    private final boolean connectsUplinks;
    private final List<FakeUplink> uplinks = new ArrayList<>();
    private final FakeFailures openFailures = new FakeFailures();
    private Consumer<FakeUplink> preparation = _ -> {};
    private Runnable changed = () -> {};
    private @Nullable HostException awaited;
    private int returns;

    /// @param mtu in bytes
    /// @param connectsUplinks whether it says that it is a bridge
    public FakeLan(int mtu, boolean connectsUplinks) {
        this.mtu = mtu;
        this.connectsUplinks = connectsUplinks;
    }

    /// Has the next opening of an uplink fail.
    public void failNextOpen(SyscallException failure) {
        openFailures.add(failure);
    }

    /// Has no lost uplink come back from now on, for that reason; null ends that.
    public void refuseReturns(@Nullable HostException reason) {
        awaited = reason;
    }

    /// How often a lost uplink was tried for.
    public int returns() {
        return returns;
    }

    /// Tells that something has changed.
    public void change() {
        changed.run();
    }

    /// Does `work` to every uplink from now on before it is handed out.
    public void prepare(Consumer<FakeUplink> work) {
        preparation = work;
    }

    /// The uplinks opened so far, closed ones included.
    public List<FakeUplink> uplinks() {
        return uplinks;
    }

    @Override
    public InterfaceName interfaceName() {
        return new InterfaceName("fake0");
    }

    @Override
    public int mtu() {
        return mtu;
    }

    @Override
    public boolean connectsUplinks() {
        return connectsUplinks;
    }

    @Override
    public List<LanMember> members() {
        return List.of(new LanMember(interfaceName(), InterfaceKind.OTHER, mtu, true, false));
    }

    @Override
    public List<String> notices() {
        return List.of();
    }

    @Override
    public void whenChanged(Runnable listener) {
        changed = listener;
    }

    @Override
    public void checkReturn() throws HostException {
        returns++;
        if (awaited != null) {
            throw awaited;
        }
    }

    @Override
    public FakeUplink openUplink(FrameBatch batch) throws SwitchdException {
        openFailures.throwNext();
        FakeUplink uplink = new FakeUplink(new InterfaceName("up" + uplinks.size()), batch);
        uplinks.add(uplink);
        preparation.accept(uplink);
        return uplink;
    }
}
