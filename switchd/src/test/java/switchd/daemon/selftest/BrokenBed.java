package switchd.daemon.selftest;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import switchd.core.InterfaceName;
import switchd.core.SwitchdException;
import switchd.daemon.LoopThread;
import switchd.daemon.host.Hosts;
import switchd.daemon.host.Writer;

/// A host on which no bridge can be built.
final class BrokenBed implements TestBed {
    private final SwitchdException failure;
    private final List<String> remains;
    private int closed;

    BrokenBed(SwitchdException failure, List<String> remains) {
        this.failure = failure;
        this.remains = remains;
    }

    int closed() {
        return closed;
    }

    @Override
    public Report.Host describe() {
        return new Report.Host("Linux", "", "", "", "");
    }

    @Override
    public LoopThread.HostOpener host(Writer writer) {
        return arena -> Hosts.open(arena, writer);
    }

    @Override
    public List<Writer> writers() {
        return List.of(Writer.AUTO);
    }

    @Override
    public String nameOf(Writer writer) {
        return "tap";
    }

    @Override
    public void build() throws SwitchdException {
        throw failure;
    }

    @Override
    public InterfaceName bridge() {
        throw new AssertionError();
    }

    @Override
    public @Nullable Integer giveAddress() {
        throw new AssertionError();
    }

    @Override
    public <T> T inside(Callable<T> work) {
        throw new AssertionError();
    }

    @Override
    public void leave(InterfaceName uplink) {
        throw new AssertionError();
    }

    @Override
    public void join(InterfaceName uplink) {
        throw new AssertionError();
    }

    @Override
    public boolean mustCarryTags() {
        return true;
    }

    @Override
    public List<String> keep() {
        throw new AssertionError();
    }

    @Override
    public List<String> remains() {
        return remains;
    }

    @Override
    public void close() {
        closed++;
    }
}
