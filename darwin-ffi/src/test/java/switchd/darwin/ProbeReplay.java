package switchd.darwin;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import switchd.darwin.testkit.Abi;
import switchd.darwin.testkit.Profile;
import switchd.posix.PosixConstants;

/// `probe-*`: privileges, names, filters, buffer sizes, `ioctl` discipline, MTU, NDRV, membership.
final class ProbeReplay extends Replay {
    private static final int USER = 501;
    private int ndrv1;
    private int ndrv3;
    private int kqueue;

    ProbeReplay(Profile profile) {
        super(profile);
    }

    @Override
    void run() {
        control = xnu.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
        privileges();
        units();
        types();
        filters();
        bufferSizes();
        directions();
        overflow();
        destroyedUnderReader();
        downUnderReader();
        bpfWrites();
        longFrames();
        mtus();
        ndrvSockets();
        membership();
        bridgeDown();
        shutdown();
    }

    private void privileges() {
        line("== privileges (uid 501)");
        xnu.seteuid(USER);
        create("feth9");
        say("socket(PF_NDRV)", ndrv());
        say("open /dev/bpf0", open("/dev/bpf0", 2));
        create("bridge9");
        xnu.seteuid(0);
    }

    private void units() {
        line("== auto unit");
        create("feth");
        create("feth");
        destroy("feth0");
        destroy("feth1");
        quietPair("feth0", "feth1");
        quietPair("feth2", "feth3");
        create("bridge1");
        add("bridge1", "feth0");
        add("bridge1", "feth2");
        setFlags("bridge1", UP);
        ndrv1 = quietNdrv("feth1");
        ndrv3 = quietNdrv("feth3");
    }

    private void quietPair(String one, String other) {
        quietCreate(one);
        quietCreate(other);
        quietPeer(one, other);
    }

    private void quietCreate(String name) {
        ok(name, request(Requests.SIOCIFCREATE2, ifreq(name)));
    }

    private void quietPeer(String one, String other) {
        ok(one, peer(one, other));
        setFlags(one, UP);
        setFlags(other, UP);
    }

    private int quietNdrv(String name) {
        int fd = ndrv();
        ok(name, bind(fd, name));
        ok(name, connect(fd, name));
        return fd;
    }

    private void types() {
        line("== interface types (SIOCGIFTYPE i/159)");
        for (String name : new String[] {"feth0", "bridge1", "lo0"}) {
            MemorySegment type = ifreq(name);
            ok(name, request(Requests.SIOCGIFTYPE, type));
            line(
                    "   %s type=%d family=%d sub=%d",
                    name, type.get(JAVA_INT, 16), type.get(JAVA_INT, 20), type.get(JAVA_INT, 24));
            MemorySegment functional = ifreq(name);
            request(Abi.constant("SIOCGIFFUNCTIONALTYPE"), functional);
            line("   functional=%d; flags=0x%x", functional.get(JAVA_INT, 16), flags(name));
            MemorySegment address = ifreq(name);
            if (request(Abi.constant("SIOCGIFLLADDR"), address) == 0) {
                line("   lladdr %s", hex(address.asSlice(16, 8).toArray(JAVA_BYTE)));
            }
            line("   mtu=%d", mtu(name));
        }
    }

    private void filters() {
        line("== SETIF -> traffic -> SETFNR race");
        int bpf = quietBpf(1, "feth3", 524288);
        write(ndrv1, frame(9, 1, "stale", 60));
        say("BIOCSETFNR", setFilter(bpf, Requests.BIOCSETFNR, filterFor(3)));
        read(bpf, "bpf after SETFNR", 524288);
        say("BIOCSETFNR empty program", setFilter(bpf, Requests.BIOCSETFNR, MemorySegment.NULL, 0));
        write(ndrv1, frame(9, 1, "stale", 60));
        say("BIOCSETF", setFilter(bpf, Requests.BIOCSETF, filterFor(3)));
        read(bpf, "bpf after SETF", 524288);
        statistics(bpf);
        line("== invalid programs");
        long request = Requests.BIOCSETFNR;
        say("no RET", setFilter(bpf, request, 0x28, 0, 0, 12));
        say("jump out of range", setFilter(bpf, request, 0x15, 5, 0, 1, 6, 0, 0, 0));
        int[] long513 = new int[4 * 513];
        for (int i = 0; i < long513.length; i += 4) {
            long513[i] = 6;
        }
        say("513 insns", setFilter(bpf, request, long513));
        say("sign-ext BIOCSETFNR", xnu.ioctl(bpf, 0xffffffff8010427eL, memory(16)));
    }

    private void statistics(int bpf) {
        MemorySegment statistics = memory(Structs.BPF_STAT.byteSize());
        xnu.ioctl(bpf, Requests.BIOCGSTATS, statistics);
        line(
                "   BIOCGSTATS recv=%d drop=%d",
                statistics.get(JAVA_INT, 0), statistics.get(JAVA_INT, 4));
    }

    private void bufferSizes() {
        line("== blen capping");
        int bpf = open("/dev/bpf2", 2);
        line("   default blen %d", get(bpf, "BIOCGBLEN"));
        for (int wanted : new int[] {0, 31, 33, 4096, 524288, 524289, 1048576, 8388608, -1}) {
            MemorySegment given = integer(0);
            int result = setBuffer(bpf, wanted, given);
            line(
                    "   BIOCSBLEN %d -> %d, now %d",
                    Integer.toUnsignedLong(wanted), result, given.get(JAVA_INT, 0));
        }
        say("sysctl debug.bpf_maxbufsize=4MB", sysctl("debug.bpf_maxbufsize", 4 << 20));
        MemorySegment given = integer(0);
        say("BIOCSBLEN 4MB", setBuffer(bpf, 4 << 20, given));
        line("   now %d", given.get(JAVA_INT, 0));
        say("BIOCPROMISC before SETIF", xnu.ioctl(bpf, Requests.BIOCPROMISC, MemorySegment.NULL));
        say("read before SETIF", xnu.read(bpf, memory(4 << 20), 0, 4 << 20));
        say("close", xnu.close(bpf));
    }

    private void directions() {
        line("== no BIOCPROMISC on feth3: foreign unicast seen without filter?");
        int bpf = quietBpf(2, "feth3", 65536);
        write(ndrv1, frame(9, 1, "foreign", 60));
        read(bpf, "bpf no promisc", 65536);
        line("== SEESENT default 1: own NDRV writes on feth3 visible?");
        write(ndrv3, frame(-1, 3, "own", 60));
        read(bpf, "bpf seesent=1", 65536);
        xnu.close(bpf);
    }

    private void overflow() {
        line("== overflow: small buffer, no reads");
        int bpf = quietBpf(2, "feth3", 4096);
        kqueue = xnu.kqueue();
        watch(kqueue, bpf, DarwinConstants.EVFILT_READ);
        for (int i = 0; i < 20; i++) {
            write(ndrv1, frame(3, 1, "x", 1000));
        }
        statistics(bpf);
        events("kevent64 20x1000B in 4096 buf", kqueue, true);
        line("   FIONREAD %d", get(bpf, "FIONREAD"));
        for (int i = 0; i < 4; i++) {
            say("read 4096", xnu.read(bpf, memory(4096), 0, 4096));
        }
        events("kevent64 drained", kqueue, true);
        int small = quietBpf(3, "feth3", 512);
        write(ndrv1, frame(3, 1, "big", 1514));
        read(small, "bpf 512-byte buffer, 1514 frame", 512);
        xnu.close(small);
        xnu.close(bpf);
    }

    /// A reader on feth3 in the kqueue, and one frame of 1514 bytes for it.
    private int armed() {
        int bpf = quietBpf(2, "feth3", 65536);
        watch(kqueue, bpf, DarwinConstants.EVFILT_READ);
        write(ndrv1, frame(3, 1, "x", 1514));
        return bpf;
    }

    private void destroyedUnderReader() {
        line("== destroy interface with knote armed");
        int bpf = armed();
        destroy("feth3");
        events("kevent64 after destroy", kqueue, true);
        say("read", xnu.read(bpf, memory(65536), 0, 65536));
        say("FIONREAD ioctl", xnu.ioctl(bpf, Abi.constant("FIONREAD"), integer(0)));
        say("BIOCGSTATS", xnu.ioctl(bpf, Requests.BIOCGSTATS, memory(8)));
        int recreated = request(Requests.SIOCIFCREATE2, ifreq("feth3"));
        say("recreate feth3", recreated);
        say("BIOCSETIF again on same fd", setInterface(bpf, "feth3"));
        say("ndrv write on old socket", write(ndrv3, frame(-1, 3, "", 60)));
        say("close bpf", xnu.close(bpf));
        quietPeer("feth3", "feth2");
    }

    private void downUnderReader() {
        line("== interface down with reader");
        int bpf = armed();
        flags("feth3", DOWN);
        events("kevent64 after down", kqueue, true);
        say("read", xnu.read(bpf, memory(65536), 0, 65536));
        say("ndrv write on down if", write(ndrv3, frame(-1, 3, "", 60)));
        flags("feth3", UP);
        write(ndrv1, frame(3, 1, "", 60));
        say("read after up", xnu.read(bpf, memory(65536), 0, 65536));
        flags("feth2", flags("feth2") & ~0x41);
        say("ndrv write, peer down", write(ndrv3, frame(-1, 3, "", 60)));
        setFlags("feth2", UP);
        xnu.close(bpf);
    }

    private void bpfWrites() {
        line("== BPF write instead of NDRV (O_RDWR, HDRCMPLT)");
        int writer = quietBpf(2, "feth3", 65536);
        int reader = quietBpf(3, "feth1", 65536);
        ioctl(reader, Requests.BIOCSSEESENT, 0);
        for (int length : new int[] {0, 1, 13, 14, 60, 1514, 1515, 1518, 2048, 4096, 9000, 65535}) {
            long result;
            try {
                result = write(writer, frame(-1, 3, "", length));
            } catch (AssertionError e) {
                line("   *** KERNEL PANIC (signal 6)");
                continue;
            }
            line("   bpf write %5d -> %s", length, received(result, reader));
        }
        ioctl(writer, Requests.BIOCSHDRCMPLT, 0);
        say("write HDRCMPLT=0", write(writer, frame(-1, 3, "", 60)));
        read(reader, "bpf src mac?", 65536);
        int readOnly = open("/dev/bpf4", 0);
        say("write on O_RDONLY bpf", write(readOnly, frame(-1, 3, "", 60)));
        xnu.close(readOnly);
        xnu.close(reader);
        xnu.close(writer);
    }

    private String received(long written, int reader) {
        return String.format(
                "%5d %-9s peer read %s",
                Math.max(-1, written), errno(written), quietRead(reader, 65536));
    }

    private void longFrames() {
        line("== IPv4 frames and size through bridge (NDRV)");
        int reader = quietBpf(2, "feth3", 65536);
        ioctl(reader, Requests.BIOCSSEESENT, 0);
        for (int length : new int[] {1514, 1515, 1518, 1600, 2062, 3000}) {
            byte[] frame = frame(-1, 1, "", length);
            frame[12] = 8;
            frame[13] = 0;
            frame[14] = 0x45;
            frame[23] = 17;
            long result = write(ndrv1, frame);
            line("   ipv4/udp frame %5d -> %s", length, received(result, reader));
        }
        byte[] tagged = frame(-1, 1, "", 1518);
        tagged[12] = (byte) 0x81;
        tagged[13] = 0;
        line("   802.1Q 1518");
        long written = write(ndrv1, tagged);
        long n = xnu.read(reader, memory(65536), 0, 65536);
        line("   vlan 1518 -> %d; read %d", written, Math.max(-1, n));
        xnu.close(reader);
    }

    private void mtus() {
        line("== MTU / jumbo");
        say("SIOCSIFMTU feth1 9000", setMtu("feth1", 9000));
        say("SIOCSIFMTU feth1 2048", setMtu("feth1", 2048));
        say("SIOCSIFMTU feth0 (bridge member) 2048", setMtu("feth0", 2048));
        say("sysctl net.link.fake.max_mtu=9000", sysctl("net.link.fake.max_mtu", 9000));
        quietPair("feth10", "feth11");
        say("SIOCSIFMTU feth10 9000", setMtu("feth10", 9000));
        add("bridge1", "feth10");
        line("   bridge1 mtu %d", mtu("bridge1"));
        line("   feth10 mtu %d", mtu("feth10"));
        destroy("feth10");
        destroy("feth11");
    }

    private void ndrvSockets() {
        line("== NDRV without connect/bind");
        int fd = ndrv();
        say("write unbound", write(fd, frame(-1, 1, "", 60)));
        say("sendto unbound with addr", send(fd));
        say("bind", bind(fd, "feth1"));
        say("write bound only", write(fd, frame(-1, 1, "", 60)));
        say("bind again", bind(fd, "feth1"));
        int other = ndrv();
        say("bind nope0", bind(other, "nope0"));
        int third = ndrv();
        say("connect before bind", connect(third, "feth1"));
        int datagram = PosixConstants.SOCK_DGRAM;
        say("socket NDRV DGRAM", xnu.socket(DarwinConstants.PF_NDRV, datagram, 0));
        int queue = xnu.kqueue();
        watch(queue, ndrv1, DarwinConstants.EVFILT_READ);
        watch(queue, ndrv1, DarwinConstants.EVFILT_WRITE);
        events("kevent64 ndrv read+write", queue, true);
        write(ndrv3, frame(-1, 3, "", 60));
        events("kevent64 ndrv after peer bcast (no demux)", queue, true);
        xnu.close(fd);
        xnu.close(other);
        xnu.close(third);
        xnu.close(queue);
    }

    private long send(int fd) {
        MemorySegment frame = memory(60);
        MemorySegment vector = memory(16);
        vector.set(JAVA_LONG, 0, frame.address());
        vector.set(JAVA_LONG, 8, 60);
        MemorySegment address = ndrvAddress("feth1");
        MemorySegment message = memory(Abi.size("msghdr"));
        message.set(JAVA_LONG, Abi.offset("msghdr", "msg_name"), address.address());
        message.set(JAVA_INT, Abi.offset("msghdr", "msg_namelen"), (int) address.byteSize());
        message.set(JAVA_LONG, Abi.offset("msghdr", "msg_iov"), vector.address());
        message.set(JAVA_INT, Abi.offset("msghdr", "msg_iovlen"), 1);
        return xnu.sendmsg(fd, message, 0);
    }

    private void membership() {
        line("== bridge membership");
        create("bridge2");
        add("bridge2", "feth0");
        delete("bridge2", "feth0");
        long get = Requests.SIOCGDRVSPEC;
        long set = Requests.SIOCSDRVSPEC;
        int flags = DarwinConstants.BRDGGIFFLGS;
        for (int length : new int[] {0, 60, 79, 80, 81, 84, 96}) {
            say("BRDGGIFFLGS ifd_len=" + length, driver("bridge1", get, flags, length));
        }
        say("BRDGGIFFLGS via SIOCSDRVSPEC", driver("bridge1", set, flags, 80));
        say("BRDGADD via SIOCGDRVSPEC", driver("bridge1", get, DarwinConstants.BRDGADD, 80));
        say("cmd 999", driver("bridge1", get, 999, 80));
        line("   sizeof(ifbreq) packed(4)=%d", Structs.IFBREQ.byteSize());
        for (int length : new int[] {0, 32, 48, 128, 159, 160, 161}) {
            say("GET_PEER ifd_len=" + length, driver("feth0", get, 1, length));
        }
        xnu.seteuid(USER);
        say("GET_PEER uid 501", driver("feth0", get, 1, 160));
        say("SET uid 501", driver("feth0", set, 1, 160));
        memberFlags("bridge1", "feth0");
        xnu.seteuid(0);
    }

    private void bridgeDown() {
        line("== bridge down: forwarding?");
        int reader = quietBpf(2, "feth3", 65536);
        flags("bridge1", DOWN);
        write(ndrv1, frame(-1, 1, "", 60));
        say("read", xnu.read(reader, memory(65536), 0, 65536));
    }

    private void shutdown() {
        line("== shutdown order: destroy feth0 (bridge member) first, then feth1; with fds open");
        destroy("feth0");
        destroy("feth1");
        say("ndrv write", write(ndrv1, frame(-1, 1, "", 60)));
        say("close n1", xnu.close(ndrv1));
        destroy("bridge1");
        destroy("bridge2");
        destroy("feth2");
        destroy("feth3");
        destroy("lo0");
    }
}
