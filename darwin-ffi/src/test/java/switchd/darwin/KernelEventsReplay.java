package switchd.darwin;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import switchd.darwin.testkit.Abi;
import switchd.darwin.testkit.Profile;
import switchd.posix.PosixConstants;

/// `kernel-events-*`: what each step tells, IFF_UP that follows protocols, descriptions, and an
/// NDRV socket that loses its interface.
final class KernelEventsReplay extends Replay {
    private static final Map<Integer, String> NAMES = names();
    private int listener;
    private int ndrv;

    KernelEventsReplay(Profile profile) {
        super(profile);
    }

    private static Map<Integer, String> names() {
        Map<Integer, String> names = new TreeMap<>();
        Abi.table()
                .required("constants")
                .forEachEntry((name, value) -> {
                    if (name.startsWith("KEV_DL_") && !name.endsWith("SUBCLASS")) {
                        names.put(value.intValue(), name.substring("KEV_DL_".length()));
                    }
                });
        return names;
    }

    @Override
    void run() {
        control =
                (int)
                        say(
                                "socket(AF_INET,SOCK_DGRAM)",
                                xnu.socket(
                                        (int) Abi.constant("AF_INET"),
                                        PosixConstants.SOCK_DGRAM,
                                        0));
        listen();
        pair();
        bridges();
        description();
        death();
        several();
        queries();
    }

    private void listen() {
        line("== kernel events (PF_SYSTEM, SOCK_RAW, SYSPROTO_EVENT)");
        listener =
                (int)
                        say(
                                "socket(32,3,1)",
                                xnu.socket(
                                        DarwinConstants.PF_SYSTEM,
                                        DarwinConstants.SOCK_RAW,
                                        DarwinConstants.SYSPROTO_EVENT));
        MemorySegment wanted = memory(Structs.KEV_REQUEST.byteSize());
        wanted.setAtIndex(JAVA_INT, 0, DarwinConstants.KEV_VENDOR_APPLE);
        wanted.setAtIndex(JAVA_INT, 1, DarwinConstants.KEV_NETWORK_CLASS);
        wanted.setAtIndex(JAVA_INT, 2, DarwinConstants.KEV_DL_SUBCLASS);
        say("ioctl SIOCSKEVFILT {1,1,2}", xnu.ioctl(listener, Requests.SIOCSKEVFILT, wanted));
        say("fcntl F_SETFL O_NONBLOCK", nonBlocking(listener));
        heard("nothing");
    }

    /// All that the listener has, one line.
    private void heard(String after) {
        List<String> events = new ArrayList<>();
        MemorySegment buffer = memory(1024);
        long n;
        while ((n = xnu.read(listener, buffer, 0, 1024)) > 0) {
            ok("total_size", n == buffer.get(JAVA_INT, 0) ? 0 : -1);
            MemorySegment data = buffer.asSlice(24);
            String name = name(data, 8) + data.get(JAVA_INT, 4);
            int code = buffer.get(JAVA_INT, 20);
            String event = NAMES.get(code) + "(" + name + ")";
            if (code == DarwinConstants.KEV_DL_PROTO_ATTACHED
                    || code == DarwinConstants.KEV_DL_PROTO_DETACHED) {
                event +=
                        String.format(
                                " proto 0x%08x remaining %d",
                                data.get(JAVA_INT, 24), data.get(JAVA_INT, 28));
            }
            events.add(event);
        }
        String all = events.isEmpty() ? "none" : String.join(", ", events);
        line("   events after %s: %s   [last recv: %s]", after, all, errno(n));
    }

    private String made(String cloner) {
        MemorySegment ifreq = ifreq(cloner);
        ok(cloner, request(Requests.SIOCIFCREATE2, ifreq));
        return name(ifreq, 0);
    }

    private void pair() {
        line("   pair %s %s", made("feth"), made("feth"));
        heard("create x2");
        say("SET_PEER", peer("feth1", "feth0"));
        heard("peer");
        say("up f0", setFlags("feth0", UP));
        say("up f1", setFlags("feth1", UP));
        heard("up x2");
    }

    private void bridges() {
        heard("create " + made("bridge1"));
        say("BRDGADD", bridge("bridge1", Requests.SIOCSDRVSPEC, 0, "feth0"));
        heard("BRDGADD");
        say("bridge up", setFlags("bridge1", 0x8863));
        heard("bridge up");
        ndrv = (int) say("socket(PF_NDRV)", ndrv());
        say("bind ndrv", bind(ndrv, "feth1"));
        say("connect ndrv", connect(ndrv, "feth1"));
        heard("ndrv bind");
        say("BRDGDEL", bridge("bridge1", Requests.SIOCSDRVSPEC, 1, "feth0"));
        heard("BRDGDEL");
        line("   flags feth0 0x%x feth1 0x%x", flags("feth0"), flags("feth1"));
        say("BRDGADD again", bridge("bridge1", Requests.SIOCSDRVSPEC, 0, "feth0"));
        heard("BRDGADD again");
        line("   flags feth0 0x%x", flags("feth0"));
        say("destroy bridge1", request(Requests.SIOCIFDESTROY, ifreq("bridge1")));
        heard("destroy bridge1");
        line("   flags feth0 0x%x", flags("feth0"));
        say("write ndrv after bridge gone", write(ndrv, frame(-1, 1, "", 60)));
    }

    private void description() {
        line("== description tag (SIOCSIFDESC / SIOCGIFDESC)");
        line(
                "   if_descreq %d {'ifdr_name': %d, 'ifdr_len': %d, 'ifdr_desc': %d} 0x%x 0x%x",
                Structs.IF_DESCREQ.byteSize(),
                Structs.offset(Structs.IF_DESCREQ, "ifdr_name"),
                Structs.offset(Structs.IF_DESCREQ, "ifdr_len"),
                Structs.offset(Structs.IF_DESCREQ, "ifdr_desc"),
                Requests.SIOCSIFDESC,
                Requests.SIOCGIFDESC);
        byte[] tag = "switchd web pid 123\0".getBytes(StandardCharsets.US_ASCII);
        MemorySegment request = memory(Structs.IF_DESCREQ.byteSize());
        name(request, 0, "feth0");
        request.set(JAVA_INT, 16, tag.length);
        MemorySegment.copy(tag, 0, request, JAVA_BYTE, 20, tag.length);
        say("SIOCSIFDESC", request(Requests.SIOCSIFDESC, request));
        MemorySegment answer = memory(Structs.IF_DESCREQ.byteSize());
        name(answer, 0, "feth0");
        int result = request(Requests.SIOCGIFDESC, answer);
        line(
                "%-62s -> %d  %s b'%s'",
                "SIOCGIFDESC",
                result,
                hex(answer.asSlice(16, 4).toArray(JAVA_BYTE)).replace(" ", ""),
                new String(answer.asSlice(20, 24).toArray(JAVA_BYTE), StandardCharsets.US_ASCII)
                        .replace("\0", "\\x00"));
    }

    private void death() {
        line("== NDRV descriptor when its interface goes: kqueue");
        int kqueue = (int) say("kqueue", xnu.kqueue());
        say("EV_ADD EVFILT_READ ndrv", watch(kqueue, ndrv, DarwinConstants.EVFILT_READ));
        destroy("feth1");
        say("kevent64 (200 ms)", kevent(kqueue, MemorySegment.NULL, 0, memory(8 * 48), 200));
        say("write ndrv", write(ndrv, frame(-1, 1, "", 60)));
        nonBlocking(ndrv);
        say("read ndrv (nonblocking)", xnu.read(ndrv, memory(100), 0, 100));
        heard("destroy feth1");
        xnu.close(ndrv);
    }

    private void several() {
        line("== several NDRV sockets; closing the last takes the interface down");
        made("feth");
        peer("feth1", "feth0");
        line("   flags before 0x%x", flags("feth1"));
        int first = ndrv();
        say("bind", bind(first, "feth1"));
        line("   flags after bind 0x%x", flags("feth1"));
        int second = ndrv();
        say("second bind", bind(second, "feth1"));
        xnu.close(first);
        line("   flags after closing the first 0x%x", flags("feth1"));
        xnu.close(second);
        line("   flags after closing the last 0x%x", flags("feth1"));
    }

    private void queries() {
        line("== bridge queries");
        made("bridge1");
        ok("bridge", bridge("bridge1", Requests.SIOCSDRVSPEC, 0, "feth1"));
        MemorySegment conf = memory(Structs.IFBIFCONF.byteSize());
        int result = bridge("bridge1", Requests.SIOCGDRVSPEC, DarwinConstants.BRDGGIFS, conf);
        line("%-62s -> %d  len %d", "BRDGGIFS len 0", result, conf.get(JAVA_INT, 0));
        MemorySegment room = memory(320);
        conf.set(JAVA_INT, 0, 320);
        conf.set(JAVA_LONG_UNALIGNED, 4, room.address());
        result = bridge("bridge1", Requests.SIOCGDRVSPEC, DarwinConstants.BRDGGIFS, conf);
        line(
                "%-62s -> %d  len %d first b'%s'",
                "BRDGGIFS len 320",
                result,
                conf.get(JAVA_INT, 0),
                new String(room.asSlice(0, 8).toArray(JAVA_BYTE), StandardCharsets.US_ASCII)
                        .replace("\0", "\\x00"));
        List<String> commands = new ArrayList<>();
        for (String name :
                List.of("BRDGGCACHE", "BRDGGIFS", "BRDGRTS", "BRDGGMA", "BRDGGHOSTFILTER")) {
            var command = Abi.table().required("bridge_commands").required(name);
            commands.add(
                    String.format(
                            "'%s': (%d, %d)",
                            name,
                            command.required("cmd").intValue(),
                            command.required("ifd_len").intValue()));
        }
        line("    {%s}", String.join(", ", commands));
    }
}
