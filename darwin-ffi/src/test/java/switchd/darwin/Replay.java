package switchd.darwin;

import static java.lang.foreign.ValueLayout.ADDRESS_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import switchd.darwin.testkit.Abi;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.Profile;
import switchd.posix.PosixConstants;

/// Makes the calls of an observed run on the kernel in memory, and writes down what they gave in
/// the form of the transcripts.
abstract class Replay {
    static final int UP = 0x8843;
    static final int DOWN = 0x8802;
    private static final Map<Integer, String> ERRNOS = errnos();

    final FakeXnu xnu;

    int control;
    private final List<String> lines = new ArrayList<>();
    private final Arena arena = Arena.ofAuto();

    Replay(Profile profile) {
        this(FakeXnu.boot(profile).withoutNics());
    }

    Replay(FakeXnu xnu) {
        this.xnu = xnu;
    }

    /// Makes all the calls.
    abstract void run();

    List<String> lines() {
        run();
        return lines;
    }

    private static Map<Integer, String> errnos() {
        Map<Integer, String> names = new TreeMap<>();
        Abi.table()
                .required("constants")
                .forEachEntry((name, value) -> {
                    if (name.matches("E[A-Z0-9]+") && !name.equals("EWOULDBLOCK")) {
                        names.putIfAbsent(value.intValue(), name);
                    }
                });
        return names;
    }

    static String outcome(long result) {
        return result < 0 ? "-1 " + errno(result) : Long.toString(result);
    }

    static String errno(long result) {
        return result < 0 ? ERRNOS.getOrDefault((int) -result, "?") : "";
    }

    long say(String call, long result) {
        line("%-62s -> %s", call, outcome(result));
        return result;
    }

    /// A step that the transcript does not mention, and that must not fail.
    static void ok(String what, long result) {
        if (result < 0) {
            throw new IllegalStateException(what + ": " + outcome(result));
        }
    }

    @SuppressWarnings("AnnotateFormatMethod")
    void line(String format, Object... arguments) {
        lines.add(String.format(Locale.ROOT, format, arguments));
    }

    // --- memory

    MemorySegment memory(long bytes) {
        return arena.allocate(bytes, 8);
    }

    MemorySegment integer(int value) {
        return arena.allocateFrom(JAVA_INT, value);
    }

    static void name(MemorySegment struct, long offset, String name) {
        MemorySegment.copy(
                MemorySegment.ofArray(name.getBytes(US_ASCII)), 0, struct, offset, name.length());
    }

    static String name(MemorySegment struct, long offset) {
        return struct.asSlice(offset, Structs.IFNAMSIZ).getString(0);
    }

    MemorySegment ifreq(String name) {
        MemorySegment ifreq = memory(Structs.IFREQ.byteSize());
        name(ifreq, 0, name);
        return ifreq;
    }

    private MemorySegment ifdrv(String name, long command, MemorySegment data, long length) {
        MemorySegment ifdrv = memory(Structs.IFDRV.byteSize());
        name(ifdrv, 0, name);
        ifdrv.set(JAVA_LONG_UNALIGNED, Structs.offset(Structs.IFDRV, "ifd_cmd"), command);
        ifdrv.set(JAVA_LONG_UNALIGNED, Structs.offset(Structs.IFDRV, "ifd_len"), length);
        ifdrv.set(ADDRESS_UNALIGNED, Structs.offset(Structs.IFDRV, "ifd_data"), data);
        return ifdrv;
    }

    // --- interfaces

    int request(long request, MemorySegment argument) {
        return xnu.ioctl(control, request, argument);
    }

    void create(String name) {
        MemorySegment ifreq = ifreq(name);
        say("SIOCIFCREATE2 " + name, request(Requests.SIOCIFCREATE2, ifreq));
        String given = name(ifreq, 0);
        if (!given.equals(name)) {
            line("   (name returned: %s)", given);
        }
    }

    void destroy(String name) {
        say("SIOCIFDESTROY " + name, request(Requests.SIOCIFDESTROY, ifreq(name)));
    }

    int flags(String name) {
        MemorySegment ifreq = ifreq(name);
        ok(name, request(Requests.SIOCGIFFLAGS, ifreq));
        return ifreq.get(JAVA_SHORT, 16) & 0xffff;
    }

    int setFlags(String name, int flags) {
        MemorySegment ifreq = ifreq(name);
        ifreq.set(JAVA_SHORT, 16, (short) flags);
        return request(Requests.SIOCSIFFLAGS, ifreq);
    }

    void flags(String name, int wanted) {
        int before = flags(name);
        int result = setFlags(name, wanted);
        say(String.format("SIOCSIFFLAGS %s 0x%x => 0x%x", name, before, wanted), result);
        line("   flags now 0x%x", flags(name));
    }

    void up(String name) {
        flags(name, flags(name) | 0x41);
    }

    int peer(String name, String peer) {
        MemorySegment request = memory(Structs.IF_FAKE_REQUEST.byteSize());
        name(request, 32, peer);
        return request(
                Requests.SIOCSDRVSPEC,
                ifdrv(name, DarwinConstants.IF_FAKE_S_CMD_SET_PEER, request, request.byteSize()));
    }

    void setPeer(String name, String peer) {
        say(("SET_PEER " + name + " <-> " + peer).strip(), peer(name, peer));
    }

    void getPeer(String name) {
        MemorySegment request = memory(Structs.IF_FAKE_REQUEST.byteSize());
        long command = DarwinConstants.IF_FAKE_G_CMD_GET_PEER;
        MemorySegment ifdrv = ifdrv(name, command, request, request.byteSize());
        say("GET_PEER " + name, request(Requests.SIOCGDRVSPEC, ifdrv));
        line("   peer=%s", name(request, 32));
    }

    int driver(String name, long request, long command, long length) {
        MemorySegment data = memory(256);
        name(data, 0, "feth0");
        return request(request, ifdrv(name, command, data, length));
    }

    int bridge(String bridge, long request, int command, String member) {
        return bridge(bridge, request, command, ifbreq(member));
    }

    private MemorySegment ifbreq(String member) {
        MemorySegment ifbreq = memory(Structs.IFBREQ.byteSize());
        name(ifbreq, 0, member);
        return ifbreq;
    }

    int bridge(String bridge, long request, int command, MemorySegment data) {
        return request(request, ifdrv(bridge, command, data, data.byteSize()));
    }

    void add(String bridge, String member) {
        int result = bridge(bridge, Requests.SIOCSDRVSPEC, DarwinConstants.BRDGADD, member);
        say("BRDGADD " + bridge + " " + member, result);
    }

    void delete(String bridge, String member) {
        int result = bridge(bridge, Requests.SIOCSDRVSPEC, DarwinConstants.BRDGDEL, member);
        say("BRDGDEL " + bridge + " " + member, result);
    }

    void memberFlags(String bridge, String member) {
        MemorySegment ifbreq = ifbreq(member);
        int result = bridge(bridge, Requests.SIOCGDRVSPEC, DarwinConstants.BRDGGIFFLGS, ifbreq);
        say("BRDGGIFFLGS " + bridge + " " + member, result);
        if (result == 0) {
            int flags = ifbreq.get(JAVA_INT, Structs.offset(Structs.IFBREQ, "ifbr_ifsflags"));
            int port = ifbreq.get(JAVA_BYTE, Structs.offset(Structs.IFBREQ, "ifbr_portno"));
            line("   ifsflags=0x%x portno=%d", flags, port);
        }
    }

    int mtu(String name) {
        MemorySegment ifreq = ifreq(name);
        ok(name, request(Requests.SIOCGIFMTU, ifreq));
        return ifreq.get(JAVA_INT, 16);
    }

    int setMtu(String name, int mtu) {
        MemorySegment ifreq = ifreq(name);
        ifreq.set(JAVA_INT, 16, mtu);
        return request(Requests.SIOCSIFMTU, ifreq);
    }

    int sysctl(String name, int value) {
        return xnu.sysctlbyname(
                arena.allocateFrom(name),
                MemorySegment.NULL,
                MemorySegment.NULL,
                integer(value),
                Integer.BYTES);
    }

    // --- NDRV

    MemorySegment ndrvAddress(String name) {
        MemorySegment address = memory(Structs.SOCKADDR_NDRV.byteSize());
        address.set(JAVA_BYTE, 0, (byte) address.byteSize());
        address.set(JAVA_BYTE, 1, (byte) DarwinConstants.AF_NDRV);
        name(address, 2, name);
        return address;
    }

    int bind(int fd, String name) {
        return xnu.bind(fd, ndrvAddress(name), (int) Structs.SOCKADDR_NDRV.byteSize());
    }

    int connect(int fd, String name) {
        return xnu.connect(fd, ndrvAddress(name), (int) Structs.SOCKADDR_NDRV.byteSize());
    }

    int ndrv() {
        return xnu.socket(DarwinConstants.PF_NDRV, DarwinConstants.SOCK_RAW, 0);
    }

    /// A socket bound and connected, all of it written down.
    int openNdrv(String name) {
        int fd = (int) say("socket(PF_NDRV,SOCK_RAW,0)", ndrv());
        say("  bind", bind(fd, name));
        say("  connect", connect(fd, name));
        return fd;
    }

    // --- BPF

    int open(String path, int flags) {
        return xnu.open(arena.allocateFrom(path), flags);
    }

    int ioctl(int fd, long request, int value) {
        return xnu.ioctl(fd, request, integer(value));
    }

    int get(int fd, String request) {
        MemorySegment value = integer(0);
        ok(request, xnu.ioctl(fd, Abi.constant(request), value));
        return value.get(JAVA_INT, 0);
    }

    int setBuffer(int fd, int wanted, MemorySegment given) {
        given.set(JAVA_INT, 0, wanted);
        return xnu.ioctl(fd, Requests.BIOCSBLEN, given);
    }

    int setInterface(int fd, String name) {
        return xnu.ioctl(fd, Requests.BIOCSETIF, ifreq(name));
    }

    int nonBlocking(int fd) {
        return xnu.fcntl(fd, DarwinConstants.F_SETFL, PosixConstants.O_NONBLOCK);
    }

    /// @param program instructions of code, jt, jf, k
    int setFilter(int fd, long request, int... program) {
        int count = program.length / 4;
        MemorySegment instructions = memory(Math.max(8, 8L * count));
        for (int i = 0; i < count; i++) {
            instructions.set(JAVA_SHORT, 8L * i, (short) program[4 * i]);
            instructions.set(JAVA_BYTE, 8L * i + 2, (byte) program[4 * i + 1]);
            instructions.set(JAVA_BYTE, 8L * i + 3, (byte) program[4 * i + 2]);
            instructions.set(JAVA_INT, 8L * i + 4, program[4 * i + 3]);
        }
        return setFilter(fd, request, instructions, count);
    }

    int setFilter(int fd, long request, MemorySegment instructions, int count) {
        MemorySegment bpfProgram = memory(Structs.BPF_PROGRAM.byteSize());
        bpfProgram.set(JAVA_INT, 0, count);
        bpfProgram.set(JAVA_LONG, 8, instructions.address());
        return xnu.ioctl(fd, request, bpfProgram);
    }

    /// Frames to `02:00:00:00:00:low` and to all.
    static int[] filterFor(int low) {
        return new int[] {
            0x20, 0, 0, 2, //
            0x15, 0, 2, low, //
            0x28, 0, 0, 0, //
            0x15, 3, 4, 0x0200, //
            0x15, 0, 3, -1, //
            0x28, 0, 0, 0, //
            0x15, 0, 1, 0xffff, //
            0x06, 0, 0, -1, //
            0x06, 0, 0, 0
        };
    }

    /// A device set up as a first version of the program did it.
    int openBpf(int unit, String name, int[] filter) {
        int fd = (int) say("/dev/bpf" + unit, open("/dev/bpf" + unit, 2));
        MemorySegment length = integer(0);
        say("  BIOCSBLEN", setBuffer(fd, 524288, length));
        line("   blen now %d", length.get(JAVA_INT, 0));
        say("  BIOCIMMEDIATE 1", ioctl(fd, Requests.BIOCIMMEDIATE, 1));
        say("  BIOCSSEESENT 0", ioctl(fd, Requests.BIOCSSEESENT, 0));
        say("  BIOCSETIF", setInterface(fd, name));
        say("  BIOCSHDRCMPLT 1", ioctl(fd, Requests.BIOCSHDRCMPLT, 1));
        say("  BIOCPROMISC", xnu.ioctl(fd, Requests.BIOCPROMISC, MemorySegment.NULL));
        say("  BIOCSETFNR", setFilter(fd, Requests.BIOCSETFNR, filter));
        say("  F_SETFL O_NONBLOCK", nonBlocking(fd));
        return fd;
    }

    /// A device in immediate mode that does not block, without a word.
    int quietBpf(int unit, String name, int length) {
        int fd = open("/dev/bpf" + unit, 2);
        setBuffer(fd, length, integer(0));
        ioctl(fd, Requests.BIOCIMMEDIATE, 1);
        ok(name, setInterface(fd, name));
        ioctl(fd, Requests.BIOCSHDRCMPLT, 1);
        nonBlocking(fd);
        return fd;
    }

    /// Reads, and writes down every record.
    long read(int fd, String what, int length) {
        MemorySegment buffer = memory(length);
        long n = xnu.read(fd, buffer, 0, length);
        say("read(" + what + ", " + length + ")", n);
        records(buffer, n);
        return n;
    }

    void records(MemorySegment buffer, long length) {
        for (long at = 0; at + 18 <= length; ) {
            int captured = buffer.get(JAVA_INT, at + 8);
            int header = buffer.get(JAVA_SHORT, at + 16);
            byte[] first = buffer.asSlice(at + header, Math.min(captured, 32)).toArray(JAVA_BYTE);
            line(
                    "   pkt tstamp T caplen %d datalen %d hdrlen %d: %s",
                    captured, buffer.get(JAVA_INT, at + 12), header, hex(first));
            at = (at + header + captured + 3) & ~3L;
        }
    }

    static String hex(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte b : bytes) {
            text.append(String.format("%02x ", b));
        }
        return text.toString().strip();
    }

    /// Reads without a word.
    ///
    /// @return what read gave, and `caplen` of the first record, or -1 and -1
    String quietRead(int fd, int length) {
        MemorySegment buffer = memory(length);
        long n = xnu.read(fd, buffer, 0, length);
        return n < 0 ? "-1 caplen -1" : n + " caplen " + buffer.get(JAVA_INT, 8);
    }

    int drain(int fd, int length) {
        MemorySegment buffer = memory(length);
        int frames = 0;
        for (long n; (n = xnu.read(fd, buffer, 0, length)) > 0; ) {
            for (long at = 0; at < n; frames++) {
                at = (at + 18 + buffer.get(JAVA_INT, at + 8) + 3) & ~3L;
            }
        }
        return frames;
    }

    // --- frames and events

    /// A frame of the local experimental type, from and to `02:00:00:00:00:xx`; -1 is for all.
    static byte[] frame(int to, int from, String text, int length) {
        byte[] frame = new byte[length];
        byte[] header = new byte[14 + text.length()];
        if (to < 0) {
            Arrays.fill(header, 0, 6, (byte) 0xff);
        } else {
            header[0] = 2;
            header[5] = (byte) to;
        }
        header[6] = 2;
        header[11] = (byte) from;
        header[12] = (byte) 0x88;
        header[13] = (byte) 0xb5;
        System.arraycopy(text.getBytes(US_ASCII), 0, header, 14, text.length());
        System.arraycopy(header, 0, frame, 0, Math.min(header.length, length));
        return frame;
    }

    long write(int fd, byte[] bytes) {
        MemorySegment memory = memory(Math.max(1, bytes.length));
        MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, 0, bytes.length);
        return xnu.write(fd, memory, 0, bytes.length);
    }

    MemorySegment change(int fd, int filter) {
        MemorySegment change = memory(Structs.KEVENT64_S.byteSize());
        change.set(JAVA_LONG, 0, fd);
        change.set(JAVA_SHORT, 8, (short) filter);
        change.set(JAVA_SHORT, 10, (short) (DarwinConstants.EV_ADD | DarwinConstants.EV_ENABLE));
        return change;
    }

    /// Waits for no time, or as long as it says.
    int kevent(int kqueue, MemorySegment changes, int count, MemorySegment events, int millis) {
        MemorySegment timeout = memory(16);
        timeout.set(JAVA_LONG, 8, millis * 1_000_000L);
        return xnu.kevent64(kqueue, changes, count, events, 8, 0, timeout);
    }

    int watch(int kqueue, int fd, int filter) {
        return xnu.kevent64(
                kqueue, change(fd, filter), 1, MemorySegment.NULL, 0, 0, MemorySegment.NULL);
    }

    /// @param fflags written down as well
    void events(String call, int kqueue, boolean fflags) {
        MemorySegment events = memory(8 * Structs.KEVENT64_S.byteSize());
        int n = kevent(kqueue, MemorySegment.NULL, 0, events, 0);
        say(call, n);
        for (int i = 0; i < n; i++) {
            MemorySegment event = events.asSlice(48L * i, 48);
            line(
                    "   ident=%d filter=%d flags=0x%x%s data=%d",
                    event.get(JAVA_LONG, 0),
                    event.get(JAVA_SHORT, 8),
                    event.get(JAVA_SHORT, 10),
                    fflags ? " fflags=0x" + Integer.toHexString(event.get(JAVA_INT, 12)) : "",
                    event.get(JAVA_LONG, 16));
        }
    }
}
