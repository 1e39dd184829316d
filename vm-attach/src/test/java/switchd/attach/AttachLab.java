package switchd.attach;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;
import switchd.core.Errno;
import switchd.core.EventLoop;
import switchd.core.FrameBatch;
import switchd.core.Guards;
import switchd.core.InterfaceName;
import switchd.core.Lan;
import switchd.core.MacPolicy;
import switchd.core.Poller;
import switchd.core.Port;
import switchd.core.PortEvent;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.linux.LinuxHost;
import switchd.posix.DatagramIo;
import switchd.posix.Fd;
import switchd.posix.FileRights;
import switchd.posix.Owner;
import switchd.posix.Posix;
import switchd.posix.PosixHost;
import switchd.posix.RoomSignal;
import switchd.posix.SingleMessageIo;

/// A port with its accept on a loop of its own: on the real kernel, or on the host that is given.
final class AttachLab implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /// How datagrams are moved.
    enum Io {
        /// Many a call: `recvmmsg` and `sendmmsg`.
        BATCHES,
        /// One a call.
        SINGLE,
        /// One a call, on a kernel that does not tell when there is room again.
        SINGLE_AND_MUTE
    }

    private final Path path;
    private final Thread thread;
    private final CompletableFuture<Parts> parts = new CompletableFuture<>();
    private final List<PortEvent> events = new CopyOnWriteArrayList<>();
    private @Nullable DatagramAccept accept;
    private @Nullable StreamAccept streams;
    private @Nullable DescriptorAttach descriptors;
    private FaultyPosix faults = new FaultyPosix();
    private Supplier<ArrivalPace> paces = () -> new ArrivalPace(1 << 20);

    /// Makes the host, on the loop's thread.
    @FunctionalInterface
    interface HostMaker {
        PosixHost make(Arena arena) throws SwitchdException;
    }

    private record Parts(
            PosixHost host,
            EventLoop loop,
            CountingPoller poller,
            RecordingNetwork network,
            Port port) {}

    private AttachLab(Path path, HostMaker hosts, LongSupplier clock) {
        this.path = path;
        this.thread = Thread.ofPlatform().name("lab").start(() -> run(hosts, clock));
    }

    /// A loop with a port that nobody can attach to yet.
    static AttachLab start(Path path, Io io, UnaryOperator<Posix> posix) {
        return start(path, linux(io, posix), System::nanoTime);
    }

    /// A loop with a port that nobody can attach to yet, on any kernel.
    static AttachLab start(Path path, HostMaker hosts, LongSupplier clock) {
        AttachLab lab = new AttachLab(path, hosts, clock);
        lab.parts.join();
        return lab;
    }

    private static HostMaker linux(Io io, UnaryOperator<Posix> posix) {
        return arena -> {
            LinuxHost linux = new LinuxHost(arena);
            return new LabHost(linux, posix.apply(linux.posix()), io);
        };
    }

    /// A port that listens at `path`.
    static AttachLab listening(Path path, Io io) {
        FaultyPosix faults = new FaultyPosix();
        AttachLab lab = start(path, io, faults::over);
        lab.faults = faults;
        lab.listen();
        return lab;
    }

    /// Has the kernel have no descriptor for the next connection.
    void failNextAccept() throws SwitchdException {
        ask(() -> {
            faults.failNext("accept", Errno.EMFILE);
            return true;
        });
    }

    /// A port that listens at `path`, on a loop whose time goes by twenty times slower: frames are
    /// held for two seconds, whatever else the machine has to do.
    static AttachLab listeningInSlowTime(Path path, Io io) {
        LongSupplier clock = () -> System.nanoTime() / 20;
        AttachLab lab = start(path, linux(io, UnaryOperator.identity()), clock);
        lab.listen();
        return lab;
    }

    /// Lets VMs in at the usual pace from here on; else they may come one right after the other.
    void atTheUsualPace() {
        paces = ArrivalPace::usual;
    }

    private void run(HostMaker hosts, LongSupplier clock) {
        try (Arena arena = Arena.ofConfined();
                PosixHost host = hosts.make(arena)) {
            CountingPoller poller = new CountingPoller(host.openPoller());
            EventLoop loop = new EventLoop(poller, clock);
            host.start(loop);
            RecordingNetwork network = new RecordingNetwork(loop, arena);
            Port port =
                    new Port(
                            "vm1",
                            loop,
                            network,
                            new MacPolicy.Any(),
                            Guards.USUAL,
                            events::add,
                            arena);
            network.join(port);
            parts.complete(new Parts(host, loop, poller, network, port));
            loop.run();
        } catch (SwitchdException | RuntimeException | Error e) {
            parts.completeExceptionally(e);
        }
    }

    /// Does `work` on the loop's thread.
    <T> T ask(Callable<T> work) throws SwitchdException {
        try {
            return parts.join().loop().call(work).get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SwitchdException known) {
                throw known;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    void listen() {
        try {
            listenAs(null);
        } catch (SwitchdException e) {
            throw new AssertionError(e);
        }
    }

    /// Listens with a socket that belongs to `owner`, or to this process where it is null.
    void listenAs(@Nullable Owner owner) throws SwitchdException {
        listenFor(
                ask(() ->
                        SocketAccess.privateTo(
                                owner == null ? Owner.current(host().posix()) : owner)));
    }

    /// Listens for those whom `access` lets in.
    void listenFor(SocketAccess access) throws SwitchdException {
        accept =
                ask(() -> {
                    Parts all = parts.join();
                    PosixHost host = all.host();
                    SocketPath socket =
                            new SocketPath(
                                    host.posix(), host.fileRights(), access, path.toString());
                    DatagramIo io = host.datagramIo(Arena.ofAuto(), all.network().slots());
                    return DatagramAccept.open(
                            host, all.loop(), all.port(), socket, io, keeper(), paces.get());
                });
    }

    private LinkKeeper keeper() {
        Parts all = parts.join();
        Posix posix = all.host().posix();
        SocketAccess access = SocketAccess.privateTo(Owner.current(posix));
        return LinkKeeper.none(posix, all.loop(), all.port(), access);
    }

    private DescriptorAttach descriptors() {
        DescriptorAttach known = descriptors;
        if (known == null) {
            Parts all = parts.join();
            DatagramIo io = all.host().datagramIo(Arena.ofAuto(), all.network().slots());
            known = new DescriptorAttach(all.host(), all.loop(), all.port(), io, keeper());
            descriptors = known;
        }
        return known;
    }

    /// The other end of a fresh pair.
    Fd handOver(int pid, Posix caller) throws SwitchdException {
        return ask(() -> descriptors().handOver(pid, caller));
    }

    void adopt(int fd) throws SwitchdException {
        ask(() -> {
            descriptors().adopt(fd);
            return true;
        });
    }

    /// Listens for streams too, at `stream`.
    void listenForStreams(Path stream) {
        try {
            streams =
                    ask(() -> {
                        Parts all = parts.join();
                        PosixHost host = all.host();
                        SocketPath socket =
                                SocketPath.ofStream(
                                        host.posix(),
                                        host.fileRights(),
                                        SocketAccess.privateTo(Owner.current(host.posix())),
                                        stream.toString());
                        return StreamAccept.open(host, all.loop(), all.port(), socket, paces.get());
                    });
        } catch (SwitchdException e) {
            throw new AssertionError(e);
        }
    }

    Path path() {
        return path;
    }

    Port port() {
        return parts.join().port();
    }

    PosixHost host() {
        return parts.join().host();
    }

    /// How often the loop has waited.
    long turns() {
        return parts.join().poller().turns;
    }

    /// Has the poller refuse the n-th descriptor from now on, once.
    void refuseWatch(int n) {
        parts.join().poller().watchesToRefusal = n;
    }

    /// What the port has reported, oldest first.
    List<PortEvent> events() {
        return List.copyOf(events);
    }

    <T extends PortEvent> List<T> events(Class<T> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    void awaitEvents(Class<? extends PortEvent> type, int count) {
        until(type.getSimpleName(), () -> events(type).size() >= count);
    }

    void awaitAttached(int times) {
        awaitEvents(PortEvent.Attached.class, times);
    }

    void awaitDetached(int times) {
        awaitEvents(PortEvent.Detached.class, times);
    }

    /// Frames that VMs have sent.
    List<byte[]> frames() {
        return parts.join().network().frames();
    }

    void awaitFrames(int count) {
        until(count + " frames", () -> frames().size() >= count);
    }

    /// Waits for a condition, looking every millisecond; a failure tells what the port reported.
    void until(String what, Callable<Boolean> condition) {
        try {
            await(what)
                    .pollInSameThread()
                    .pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(1))
                    .atMost(PATIENCE)
                    .until(condition);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(what + " did not come; " + events, e);
        }
    }

    /// Sends frames to the VM from the LAN.
    void toVm(byte[]... frames) {
        try {
            ask(() -> {
                parts.join().network().send(frames);
                return true;
            });
        } catch (SwitchdException e) {
            throw new AssertionError(e);
        }
    }

    /// Descriptors of this process that are sockets.
    static long sockets() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(AttachLab::isSocket).count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isSocket(Path fd) {
        try {
            return Files.readSymbolicLink(fd).toString().startsWith("socket:");
        } catch (IOException _) {
            return false; // the descriptor of the listing itself
        }
    }

    /// Closes as the daemon does: the port's VM, then the accept.
    void closeAccept() {
        try {
            ask(() -> {
                port().detach("the port is removed");
                if (accept != null) {
                    accept.close();
                    accept.close();
                }
                if (descriptors != null) {
                    descriptors.close();
                    descriptors.close();
                }
                if (streams != null) {
                    streams.close();
                    streams.close();
                }
                return true;
            });
        } catch (SwitchdException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        closeAccept();
        parts.join().loop().stop();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private record LabHost(LinuxHost linux, Posix posix, Io io) implements PosixHost {
        @Override
        public DatagramIo datagramIo(Arena arena, FrameBatch slots) {
            return io == Io.BATCHES
                    ? linux.datagramIo(arena, slots)
                    : new SingleMessageIo(posix, arena, slots);
        }

        @Override
        public FileRights fileRights() {
            return linux.fileRights();
        }

        @Override
        public RoomSignal roomSignal() {
            return io == Io.SINGLE_AND_MUTE ? RoomSignal.NONE : RoomSignal.ALL;
        }

        @Override
        public Poller openPoller() throws SyscallException {
            return linux.openPoller();
        }

        @Override
        public Lan openOrCreateBridge(InterfaceName bridge) throws SwitchdException {
            return linux.openOrCreateBridge(bridge);
        }

        @Override
        public Lan openBridge(InterfaceName bridge) throws SwitchdException {
            return linux.openBridge(bridge);
        }

        @Override
        public Lan openInterface(InterfaceName nic) throws SwitchdException {
            return linux.openInterface(nic);
        }
    }

    private static final class CountingPoller implements Poller {
        private final Poller real;
        private volatile long turns;
        private volatile int watchesToRefusal;

        CountingPoller(Poller real) {
            this.real = real;
        }

        @Override
        public void watch(int fd, long token, boolean readable, boolean writable)
                throws SyscallException {
            int left = watchesToRefusal;
            watchesToRefusal = left - 1;
            if (left == 1) {
                throw new SyscallException("epoll_ctl(ADD)", Errno.ENOSPC.number());
            }
            real.watch(fd, token, readable, writable);
        }

        @Override
        public void change(int fd, long token, boolean readable, boolean writable)
                throws SyscallException {
            real.change(fd, token, readable, writable);
        }

        @Override
        public void unwatch(int fd) {
            real.unwatch(fd);
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // the loop's thread alone writes
        public int await(long nanos) throws SyscallException {
            turns++;
            return real.await(nanos);
        }

        @Override
        public long token(int i) {
            return real.token(i);
        }

        @Override
        public boolean isReadable(int i) {
            return real.isReadable(i);
        }

        @Override
        public boolean isWritable(int i) {
            return real.isWritable(i);
        }

        @Override
        public void wakeup() {
            real.wakeup();
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
