package switchd.core.testkit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import switchd.core.FrameBatch;
import switchd.core.InterfaceName;
import switchd.core.Reception;
import switchd.core.SyscallException;
import switchd.core.Uplink;

/// An uplink whose LAN is the test.
public final class FakeUplink extends FakeLink implements Uplink {
    private final InterfaceName name;
    private final List<Reception> receptions = new ArrayList<>();
    private @Nullable SyscallException acceptFailure;

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
