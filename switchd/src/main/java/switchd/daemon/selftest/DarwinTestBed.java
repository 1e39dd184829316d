package switchd.daemon.selftest;

import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import switchd.core.Errno;
import switchd.core.HostException;
import switchd.core.InterfaceName;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.daemon.LoopThread;
import switchd.daemon.host.DarwinHost;
import switchd.daemon.host.Writer;
import switchd.darwin.Darwin;
import switchd.darwin.Interfaces;
import switchd.darwin.Sysctl;
import switchd.feth.Bridge;
import switchd.feth.FethPair;
import switchd.feth.OwnInterfaces;

/// A bridge with a number that no other has, with an address of a net for tests (RFC 2544) that no
/// interface of this Mac is in. It is in the journal as the daemon's interfaces are, so that the
/// next switchd removes it where this process is killed.
public class DarwinTestBed implements TestBed {
    private static final int FIRST_BRIDGE = 200; // vmnet's begin at 100
    private static final int LAST_BRIDGE = 999;
    private static final int FIRST_NET = 0xc612_0000; // 198.18.0.0
    private static final int NETS = 512; // of 256 addresses each, in 198.18.0.0/15
    private static final int PREFIX = 24;
    private static final int LARGEST_PID = 99_998;
    private static final long DETACH_NANOS = 3_000_000_000L;

    private final Function<Arena, Darwin> calls;
    private final Undo made = new Undo();
    private @Nullable LoopThread thread;
    private @Nullable Darwin darwin;
    private @Nullable OwnInterfaces own;
    private @Nullable Bridge bridge;

    /// @param calls gives a thread its calls
    public DarwinTestBed(Function<Arena, Darwin> calls) {
        this.calls = calls;
    }

    @Override
    public Report.Host describe() {
        try (Arena arena = Arena.ofConfined()) {
            Darwin kernel = calls.apply(arena);
            return new Report.Host(
                    "macOS",
                    Sysctl.readText(kernel, "kern.osproductversion").orElse(""),
                    Sysctl.readText(kernel, "kern.version").orElse(""),
                    System.getProperty("os.arch"),
                    Runtime.version().toString());
        } catch (SyscallException e) {
            String machine = System.getProperty("os.arch");
            return new Report.Host(
                    "macOS", "", e.getMessage(), machine, Runtime.version().toString());
        }
    }

    @Override
    public LoopThread.HostOpener host(Writer writer) {
        return arena -> new DarwinHost(calls.apply(arena), arena, writer);
    }

    @Override
    public List<Writer> writers() {
        return List.of(Writer.NDRV, Writer.BPF);
    }

    @Override
    public String nameOf(Writer writer) {
        return writer == Writer.BPF ? "bpf" : "ndrv";
    }

    @Override
    public void build() throws SwitchdException {
        LoopThread started = LoopThread.start("selftest-bed", host(Writer.AUTO));
        thread = started;
        made.push(started::stop);
        own =
                started.ask(() -> {
                    Darwin kernel = calls.apply(started.context().arena());
                    darwin = kernel;
                    return open(kernel, kernel.getpid());
                });
        made.push(() -> onThread(there(own)::close));
        bridge = started.ask(() -> create());
        made.push(() -> onThread(there(bridge)::close));
    }

    private Bridge create() throws SwitchdException {
        Set<InterfaceName> taken = namesOf(there(darwin));
        for (int number = FIRST_BRIDGE; number <= LAST_BRIDGE; number++) {
            InterfaceName name = new InterfaceName("bridge" + number);
            if (taken.contains(name)) {
                continue;
            }
            Bridge candidate = Bridge.openOrCreate(there(own), name);
            if (candidate.isOurs()) {
                return candidate;
            }
        }
        throw new HostException("this Mac has a bridge of every number from 200 to 999");
    }

    private static OwnInterfaces open(Darwin kernel, int pid) throws SyscallException {
        return OwnInterfaces.openAs(kernel, DarwinHost.JOURNAL, DarwinTestBed::warn, pid);
    }

    private static void warn(String sentence) {
        System.getLogger("switchd.selftest").log(Level.ERROR, sentence);
    }

    @Override
    public InterfaceName bridge() {
        return there(bridge).name();
    }

    @Override
    public @Nullable Integer giveAddress() throws SwitchdException {
        return ask(() -> {
            Set<Integer> taken = new HashSet<>();
            Interfaces.ipv4(there(darwin)).forEach(address -> taken.add(address >>> 8));
            for (int net = 0; net < NETS; net++) {
                int address = FIRST_NET + (net << 8) + 1;
                if (!taken.contains(address >>> 8)) {
                    there(own).control().setAddress(bridge(), address, PREFIX);
                    return address;
                }
            }
            throw new HostException("all of 198.18.0.0/15 is in use on this Mac");
        });
    }

    @Override
    public <T> T inside(Callable<T> work) throws SwitchdException {
        try {
            return work.call();
        } catch (SwitchdException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void leave(InterfaceName uplink) throws SwitchdException {
        onThread(() -> there(bridge).remove(uplink));
    }

    @Override
    public void join(InterfaceName uplink) throws SwitchdException {
        onThread(() -> there(bridge).add(uplink));
    }

    /// No kernel was seen to carry them, and none to refuse them.
    @Override
    public boolean mustCarryTags() {
        return false;
    }

    @Override
    public Leftover leaveInterfaces() throws SwitchdException {
        return ask(() -> {
            Darwin kernel = there(darwin);
            OwnInterfaces dead = open(kernel, deadProcess(kernel));
            made.push(() -> onThread(dead::close));
            return new DeadPair(dead, FethPair.open(dead, there(bridge), Stage.MTU));
        });
    }

    private static int deadProcess(Darwin kernel) throws HostException {
        for (int pid = LARGEST_PID; pid > 1; pid--) {
            if (Errno.ESRCH.is(kernel.kill(pid, 0))) {
                return pid;
            }
        }
        throw new HostException("every process number is in use");
    }

    private final class DeadPair implements Leftover {
        private final OwnInterfaces dead;
        private final FethPair pair;
        private boolean gone;

        private DeadPair(OwnInterfaces dead, FethPair pair) {
            this.dead = dead;
            this.pair = pair;
            made.push(() -> {
                if (!gone) { // or another one may have the names
                    onThread(pair::close);
                }
            });
        }

        @Override
        public String name() {
            return pair.bridgeSide() + ", " + pair.vmSide();
        }

        @Override
        public boolean isGone() throws SwitchdException {
            gone =
                    ask(() -> {
                        List<InterfaceName> marked = dead.marked();
                        return !marked.contains(pair.bridgeSide())
                                && !marked.contains(pair.vmSide());
                    });
            return gone;
        }
    }

    private static Set<InterfaceName> namesOf(Darwin kernel) throws SyscallException {
        Set<InterfaceName> names = new HashSet<>();
        Interfaces.list(kernel).forEach(entry -> names.add(entry.name()));
        return names;
    }

    @Override
    public List<String> keep() throws SwitchdException {
        return ask(() -> {
            List<String> commands = new ArrayList<>();
            for (InterfaceName name : there(own).marked()) {
                commands.add("sudo ifconfig " + name + " destroy");
                commands.add("sudo rm " + DarwinHost.JOURNAL + "/" + name);
            }
            return commands;
        });
    }

    /// The kernel takes its time to remove an interface.
    @Override
    public List<String> remains() throws SwitchdException {
        if (bridge == null) {
            return List.of();
        }
        try (Arena arena = Arena.ofConfined()) {
            Darwin kernel = calls.apply(arena);
            try (OwnInterfaces seen = open(kernel, kernel.getpid())) {
                long deadline = System.nanoTime() + DETACH_NANOS;
                List<InterfaceName> left = seen.marked();
                while (!left.isEmpty() && System.nanoTime() < deadline) {
                    LockSupport.parkNanos(10_000_000);
                    left = seen.marked();
                }
                return left.stream().map(InterfaceName::value).toList();
            }
        }
    }

    private void onThread(Undo.Step step) throws SwitchdException {
        ask(() -> {
            step.run();
            return true;
        });
    }

    private <T> T ask(Callable<T> work) throws SwitchdException {
        return there(thread).ask(work);
    }

    private static <T> T there(@Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("there is no bridge");
        }
        return part;
    }

    @Override
    public void close() throws SwitchdException {
        made.close();
    }
}
