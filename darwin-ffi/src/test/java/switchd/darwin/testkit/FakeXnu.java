package switchd.darwin.testkit;

import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import switchd.darwin.Darwin;

/// A Darwin kernel in memory, as one process sees it. Its calls may come from several threads; each
/// is atomic, and those that block wait until another thread's call lets them go on.
///
/// It reads the bytes that it is handed by [Abi], never by the product's layouts. Where the real
/// kernel panicked, it throws an [AssertionError].
@SuppressWarnings("restricted")
public final class FakeXnu implements Darwin {
    // bsd/sys/fcntl.h
    private static final int F_DUPFD_CLOEXEC = 67;

    private static final Pattern BPF = Pattern.compile("/dev/bpf(\\d{1,4})");
    private static final int SIGKILL = 9;
    private static final int SIGTERM = 15;
    private static final int KEVENT_FLAG_IMMEDIATE = 1;

    private final FakeKernel kernel;
    private final FakeProcess process;
    private final CallLog log = new CallLog();
    private final Faults faults = new Faults();

    private FakeXnu(FakeKernel kernel, int uid) {
        this.kernel = kernel;
        this.process = kernel.newProcess(uid);
    }

    /// Boots a kernel and gives its first process, root's.
    public static FakeXnu boot(Profile profile) {
        return new FakeXnu(new FakeKernel(profile), 0);
    }

    /// Takes `sendmsg_x` and `recvmsg_x` out of the C library.
    public FakeXnu withoutBatchCalls() {
        synchronized (kernel) {
            kernel.batchCalls = false;
            return this;
        }
    }

    /// Another process on this kernel, without descriptors.
    public FakeXnu spawn(int uid) {
        synchronized (kernel) {
            return new FakeXnu(kernel, uid);
        }
    }

    /// Gives another process a descriptor for what `fd` stands for, as inheritance or `SCM_RIGHTS`
    /// do.
    ///
    /// @return its number there
    public int hand(int fd, FakeXnu other) {
        synchronized (kernel) {
            return other.process.open(process.file(fd));
        }
    }

    /// Ends the process: its descriptors are closed, files and interfaces stay. Its threads get
    /// [ProcessKilled] from the call that they are in or make next.
    public void kill9() {
        synchronized (kernel) {
            process.die();
        }
    }

    /// Sets how many descriptors the process may have, the three standard ones included.
    public void descriptorLimit(int limit) {
        synchronized (kernel) {
            process.descriptorLimit = limit;
        }
    }

    /// How many descriptors are open, the three standard ones not counted.
    public int descriptors() {
        synchronized (kernel) {
            return process.descriptors();
        }
    }

    /// True while one of the process's threads waits in a call.
    public boolean isWaiting() {
        synchronized (kernel) {
            return process.sleepers > 0;
        }
    }

    /// Does several things while no other thread's call goes on.
    public void atomically(Runnable work) {
        synchronized (kernel) {
            work.run();
        }
    }

    /// The process's number, dead or alive.
    public int pid() {
        return process.pid;
    }

    /// The calls that this process made.
    public CallLog calls() {
        return log;
    }

    /// The calls of this process that are to fail.
    public Faults faults() {
        return faults;
    }

    /// The files of all processes.
    public FakeFiles files() {
        return kernel.files;
    }

    /// A physical interface, seen from its wire: `en0` has a cable, `en1` Wi-Fi.
    public FakeNic nic(String name) {
        synchronized (kernel) {
            return kernel.net.nic(name);
        }
    }

    /// A machine without physical interfaces, as the observed ones were.
    public FakeXnu withoutNics() {
        synchronized (kernel) {
            kernel.net.interfaces.removeNics();
            return this;
        }
    }

    /// From now on a destroyed interface stays half there, and its name busy, until
    /// [#runDetacher()]. Before, it is gone at once.
    public void holdDetacher() {
        synchronized (kernel) {
            kernel.net.interfaces.holdDetacher();
        }
    }

    /// Lets the kernel end the interfaces that were destroyed.
    public void runDetacher() {
        synchronized (kernel) {
            kernel.net.interfaces.runDetacher();
        }
    }

    /// Gives a bridge an address of the host's, four bytes of IPv4; the host answers ARP and echo
    /// requests there.
    public void address(String bridge, byte[] address) {
        synchronized (kernel) {
            kernel.net.address(bridge, address);
        }
    }

    FakeKernel kernel() {
        return kernel;
    }

    FakeProcess process() {
        return process;
    }

    @Override
    public int socket(int domain, int type, int protocol) {
        return call(
                "socket",
                () -> {
                    process.requireRoom(1);
                    return process.open(Sockets.make(process, domain, type, protocol));
                },
                domain,
                type,
                protocol);
    }

    @Override
    public int socketpair(int domain, int type, int protocol, MemorySegment fds) {
        return call(
                "socketpair",
                () -> Sockets.pair(process, domain, type, fds),
                domain,
                type,
                protocol);
    }

    @Override
    public int bind(int fd, MemorySegment address, int length) {
        return call(
                "bind",
                () -> process.socket(fd).bind(this, address, length),
                fd,
                Sockets.text(address, length));
    }

    @Override
    public int connect(int fd, MemorySegment address, int length) {
        return call(
                "connect",
                () -> process.socket(fd).connect(this, address, length),
                fd,
                Sockets.text(address, length));
    }

    @Override
    public int listen(int fd, int backlog) {
        return call("listen", () -> process.socket(fd).listen(this, backlog), fd, backlog);
    }

    @Override
    public int accept(int fd, MemorySegment address, MemorySegment length) {
        return call("accept", () -> process.socket(fd).accept(this, address, length), fd);
    }

    @Override
    public int getpeername(int fd, MemorySegment address, MemorySegment length) {
        return call("getpeername", () -> process.socket(fd).getpeername(this, address, length), fd);
    }

    @Override
    public long recvmsg(int fd, MemorySegment message, int flags) {
        return longCall(
                "recvmsg", () -> process.socket(fd).recvmsg(this, message, flags), fd, flags);
    }

    @Override
    public long sendmsg(int fd, MemorySegment message, int flags) {
        return longCall(
                "sendmsg", () -> process.socket(fd).sendmsg(this, message, flags), fd, flags);
    }

    @Override
    public long sendmsg_x(int fd, MemorySegment messages, long offset, int count, int flags) {
        return longCall(
                "sendmsg_x",
                () -> {
                    Refused.when(!kernel.batchCalls, "ENOSYS");
                    FakeSocket socket = process.socket(fd);
                    return BatchCalls.send(this, socket, messages, offset, count, flags);
                },
                fd,
                count,
                flags);
    }

    @Override
    public long recvmsg_x(int fd, MemorySegment messages, int count, int flags) {
        return longCall(
                "recvmsg_x",
                () -> {
                    Refused.when(!kernel.batchCalls, "ENOSYS");
                    FakeSocket socket = process.socket(fd);
                    return BatchCalls.receive(this, socket, messages, count, flags);
                },
                fd,
                count,
                flags);
    }

    @Override
    public int getsockopt(
            int fd, int level, int option, MemorySegment value, MemorySegment length) {
        return call(
                "getsockopt",
                () -> process.socket(fd).getsockopt(this, level, option, value, length),
                fd,
                level,
                option);
    }

    @Override
    public int setsockopt(int fd, int level, int option, MemorySegment value, int length) {
        return call(
                "setsockopt",
                () -> process.socket(fd).setsockopt(this, level, option, value, length),
                fd,
                level,
                option,
                length == Integer.BYTES ? value.get(UserMemory.INT, 0) : length + " bytes");
    }

    @Override
    public int open(MemorySegment path, int flags) {
        return open(path, flags, 0);
    }

    @Override
    public int open(MemorySegment path, int flags, int mode) {
        String name = UserMemory.string(path);
        return call(
                "open",
                () -> {
                    process.requireRoom(1);
                    return process.open(opened(name, flags, mode));
                },
                name,
                "0x" + Integer.toHexString(flags),
                Integer.toOctalString(mode));
    }

    private FakeFile opened(@Nullable String path, int flags, int mode) {
        Matcher bpf = BPF.matcher(Refused.ifNull(path, "EFAULT"));
        FakeFile file;
        if (bpf.matches()) {
            int access = flags & (int) Abi.constant("O_ACCMODE");
            file =
                    kernel.net.openBpf(
                            process.euid,
                            Integer.parseInt(bpf.group(1)),
                            access != Abi.constant("O_WRONLY"),
                            access != Abi.constant("O_RDONLY"));
            file.accessMode = access;
        } else {
            file = FakeRegularFile.open(process, path, flags, mode);
        }
        file.nonBlocking = (flags & Abi.constant("O_NONBLOCK")) != 0;
        return file;
    }

    @Override
    public int close(int fd) {
        return call("close", () -> process.close(fd), fd);
    }

    @Override
    public long read(int fd, MemorySegment buffer, long offset, long count) {
        return longCall(
                "read", () -> process.file(fd).read(this, buffer, offset, count), fd, count);
    }

    @Override
    public long write(int fd, MemorySegment buffer, long offset, long count) {
        return longCall(
                "write", () -> process.file(fd).write(this, buffer, offset, count), fd, count);
    }

    @Override
    public int ioctl(int fd, long request, MemorySegment argument) {
        String name = Names.request(request);
        return (int)
                labelled(
                        "ioctl",
                        name,
                        () -> Descriptors.ioctl(this, process.file(fd), request, argument),
                        fd,
                        name);
    }

    @Override
    public int fcntl(int fd, int command, int argument) {
        return call(
                "fcntl",
                () ->
                        command == F_DUPFD_CLOEXEC
                                ? process.open(process.file(fd))
                                : Descriptors.fcntl(process.file(fd), command, argument),
                fd,
                command,
                argument);
    }

    @Override
    public int unlink(MemorySegment path) {
        String name = UserMemory.string(path);
        return call("unlink", () -> kernel.files.tree().unlink(process, name), name);
    }

    @Override
    public int mkdir(MemorySegment path, int mode) {
        String name = UserMemory.string(path);
        return call(
                "mkdir",
                () -> kernel.files.tree().mkdir(process, name, mode),
                name,
                Integer.toOctalString(mode));
    }

    @Override
    public int rmdir(MemorySegment path) {
        String name = UserMemory.string(path);
        return call("rmdir", () -> kernel.files.tree().rmdir(process, name), name);
    }

    @Override
    public int chown(MemorySegment path, int owner, int group) {
        String name = UserMemory.string(path);
        return call(
                "chown",
                () -> kernel.files.tree().chown(process, name, owner, group),
                name,
                owner,
                group);
    }

    @Override
    public int chmod(MemorySegment path, int mode) {
        String name = UserMemory.string(path);
        return call(
                "chmod",
                () -> kernel.files.tree().chmod(process, name, mode),
                name,
                Integer.toOctalString(mode));
    }

    @Override
    public int lstat(MemorySegment path, MemorySegment status) {
        String name = UserMemory.string(path);
        return call(
                "lstat",
                () -> kernel.files.tree().lstat(process, name, new AbiStruct("stat", status)),
                name);
    }

    @Override
    public int kqueue() {
        return call("kqueue", () -> process.open(new FakeKqueue(process)));
    }

    @Override
    public int kevent64(
            int kqueue,
            MemorySegment changes,
            int changeCount,
            MemorySegment events,
            int eventCount,
            int flags,
            MemorySegment timeout) {
        return call(
                "kevent64",
                () -> {
                    boolean immediate = (flags & KEVENT_FLAG_IMMEDIATE) != 0;
                    FakeKqueue queue = process.kqueue(kqueue);
                    return queue.kevent(
                            changes, changeCount, events, eventCount, immediate, timeout);
                },
                kqueue,
                changeCount,
                eventCount);
    }

    @Override
    public int kevent64_trigger(int kqueue, MemorySegment change) {
        MemorySegment none = MemorySegment.NULL;
        return kevent64(kqueue, change, 1, none, 0, 0, none) < 0 ? -1 : 0;
    }

    @Override
    public int sysctlbyname(
            MemorySegment name,
            MemorySegment old,
            MemorySegment oldLength,
            MemorySegment value,
            long valueLength) {
        String text = UserMemory.string(name);
        return call(
                "sysctlbyname",
                () -> {
                    String known = Refused.ifNull(text, "EFAULT");
                    return kernel.net.sysctl(
                            process.euid, known, old, oldLength, value, valueLength);
                },
                text);
    }

    @Override
    public int getifaddrs(MemorySegment list) {
        return call(
                "getifaddrs",
                () -> {
                    MemorySegment first = kernel.net.getifaddrs();
                    UserMemory.of(list, 0, Long.BYTES).set(UserMemory.LONG, 0, first.address());
                    return 0;
                });
    }

    @Override
    public void freeifaddrs(MemorySegment list) {
        call(
                "freeifaddrs",
                () -> {
                    kernel.net.freeifaddrs(list);
                    return 0;
                });
    }

    @Override
    public int getpid() {
        return harmless("getpid", () -> process.pid);
    }

    @Override
    public int kill(int pid, int signal) {
        return call(
                "kill",
                () -> {
                    FakeProcess other = Refused.ifNull(kernel.process(pid), "ESRCH");
                    Refused.when(!process.isRoot() && process.euid != other.realUid, "EPERM");
                    if (signal == SIGKILL || signal == SIGTERM) {
                        other.die();
                        process.requireAlive();
                    }
                    return 0;
                },
                pid,
                signal);
    }

    @Override
    public int seteuid(int uid) {
        return call(
                "seteuid",
                () -> {
                    Refused.when(process.realUid != 0 && uid != process.realUid, "EPERM");
                    process.euid = uid;
                    return 0;
                },
                uid);
    }

    @Override
    public int umask(int mask) {
        return harmless(
                "umask",
                () -> {
                    int former = process.umask;
                    process.umask = mask & 0777;
                    return former;
                },
                Integer.toOctalString(mask));
    }

    @Override
    public int geteuid() {
        return harmless("geteuid", () -> process.euid);
    }

    @Override
    public int getegid() {
        return harmless("getegid", () -> process.egid);
    }

    @Override
    public MemorySegment getpwnam(MemorySegment name) {
        String text = UserMemory.string(name);
        MemorySegment found = FakeUsers.find(text);
        long result = call("getpwnam", () -> found.address() == 0 ? 0 : 1, text);
        return result > 0 ? found : MemorySegment.NULL;
    }

    private int call(String name, LongSupplier body, @Nullable Object... arguments) {
        return (int) longCall(name, body, arguments);
    }

    private long longCall(String name, LongSupplier body, @Nullable Object... arguments) {
        return labelled(name, name, body, arguments);
    }

    private long labelled(
            String name, String label, LongSupplier body, @Nullable Object... arguments) {
        synchronized (kernel) {
            process.requireAlive();
            long result = faults.next(name, label);
            if (result == 0) {
                result = outcome(body);
            }
            log.enter(name, label, arguments, result);
            return result;
        }
    }

    /// A call that cannot fail.
    private int harmless(String name, LongSupplier body, Object... arguments) {
        synchronized (kernel) {
            process.requireAlive();
            long result = body.getAsLong();
            log.enter(name, name, arguments, result);
            return (int) result;
        }
    }

    private static long outcome(LongSupplier body) {
        try {
            return body.getAsLong();
        } catch (Refused e) {
            return e.result();
        }
    }
}
