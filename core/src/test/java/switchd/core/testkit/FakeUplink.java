package switchd.core.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import switchd.core.Counters;
import switchd.core.DropCause;
import switchd.core.FrameBatch;
import switchd.core.InterfaceName;
import switchd.core.Reception;
import switchd.core.SyscallException;
import switchd.core.Uplink;
import switchd.core.VlanPolicy;

/// An uplink whose LAN is the test.
public final class FakeUplink extends FakeLink implements Uplink {
    private final InterfaceName name;
    private final List<Reception> receptions = new ArrayList<>();
    private @Nullable SyscallException acceptFailure;
    private Consumer<String> lossListener = _ -> {};
    private boolean readsAhead;
    private boolean hasReadAhead;
    private int overruns;
    private VlanPolicy vlans = new VlanPolicy.Any();
    private boolean keptApart;

    /// @param name of the interface
    /// @param batch the slots to receive into
    public FakeUplink(InterfaceName name, FrameBatch batch) {
        super(batch);
        this.name = name;
    }

    /// Has the kernel refuse filters from now on.
    public void failAccept(SyscallException failure) {
        acceptFailure = failure;
    }

    /// The next call takes all that waits from the kernel at once: from then on the poller does not
    /// tell of what is left.
    public void readAhead() {
        readsAhead = true;
    }

    /// Says that the interface is of no use any more.
    public void tellLost(String reason) {
        lossListener.accept(reason);
    }

    /// Has the kernel drop `frames` frames.
    public void overrun(int frames) {
        overruns += frames;
    }

    @Override
    public boolean isReadable() {
        return !hasReadAhead && super.isReadable();
    }

    @Override
    public FrameBatch receive(int most) throws SyscallException {
        hasReadAhead = readsAhead;
        return super.receive(most);
    }

    @Override
    public boolean hasMore() {
        return hasReadAhead && super.isReadable();
    }

    @Override
    public void whenLost(Consumer<String> listener) {
        lossListener = listener;
    }

    @Override
    public void countLosses(Counters toVm) {
        toVm.dropped(DropCause.OVERRUN, overruns);
        overruns = 0;
    }

    @Override
    public void carry(VlanPolicy wanted) {
        vlans = wanted;
    }

    /// The VLANs asked for.
    public VlanPolicy vlans() {
        return vlans;
    }

    @Override
    public void keepApart() {
        keptApart = true;
    }

    /// True where nothing passes from here to others of which that holds.
    public boolean isKeptApart() {
        return keptApart;
    }

    /// The filters asked for, the last one being in force.
    public List<Reception> receptions() {
        return receptions;
    }

    @Override
    public InterfaceName interfaceName() {
        return name;
    }

    @Override
    public void accept(Reception reception) throws SyscallException {
        if (acceptFailure != null) {
            throw acceptFailure;
        }
        receptions.add(reception);
    }
}
