package switchd.darwin;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import switchd.darwin.testkit.Profile;
import switchd.posix.PosixConstants;

/// `demo-*`: two feth pairs on a bridge, NDRV to BPF both ways, sizes, errors, destruction.
final class DemoReplay extends Replay {
    private static final int BUFFER = 524288;
    private int ndrv1;
    private int ndrv3;
    private int bpf1;
    private int bpf3;
    private int kqueue;

    DemoReplay(Profile profile) {
        super(profile);
    }

    @Override
    void run() {
        control = xnu.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
        say("control socket(AF_LOCAL,SOCK_DGRAM,0)", control);
        setUp();
        frames();
        sizes();
        errors();
        destruction();
    }

    private void setUp() {
        line("== pair 1");
        pair("feth0", "feth1");
        getPeer("feth0");
        line("== pair 2");
        pair("feth2", "feth3");
        line("== bridge");
        create("bridge1");
        memberFlags("bridge1", "feth0");
        add("bridge1", "feth0");
        memberFlags("bridge1", "feth0");
        add("bridge1", "feth2");
        up("bridge1");
        line("== endpoints");
        ndrv1 = openNdrv("feth1");
        ndrv3 = openNdrv("feth3");
        bpf1 = openBpf(1, "feth1", filterFor(1));
        say("/dev/bpf1", open("/dev/bpf1", 2));
        bpf3 = openBpf(2, "feth3", filterFor(3));
    }

    private void pair(String inside, String outside) {
        create(inside);
        create(outside);
        setPeer(outside, inside);
        up(inside);
        up(outside);
    }

    private void frames() {
        line("== broadcast feth1 -> feth3");
        say("write(ndrv feth1, 60)", write(ndrv1, frame(-1, 1, "hello broadcast", 60)));
        read(bpf3, "bpf feth3", BUFFER);
        read(bpf1, "bpf feth1", BUFFER);
        line("== unicast back feth3 -> feth1");
        say("write(ndrv feth3, 60)", write(ndrv3, frame(1, 3, "hello unicast", 60)));
        read(bpf1, "bpf feth1", BUFFER);
        read(bpf3, "bpf feth3", BUFFER);
        line("== unicast to other MAC (filter must drop)");
        say("write(ndrv feth1, 60)", write(ndrv1, frame(9, 1, "", 60)));
        read(bpf3, "bpf feth3", BUFFER);
        line("== 3 frames, one read, kqueue");
        kqueue = (int) say("kqueue", xnu.kqueue());
        MemorySegment none = MemorySegment.NULL;
        MemorySegment changes = change(bpf3, DarwinConstants.EVFILT_READ);
        say("kevent64 (idle, add)", kevent(kqueue, changes, 1, memory(8 * 48), 0));
        for (int i = 0; i < 3; i++) {
            write(ndrv1, frame(3, 1, "burst", 60 + 17 * i));
        }
        events("kevent64", kqueue, false);
        MemorySegment readable = integer(0);
        say("FIONREAD", xnu.ioctl(bpf3, 0x4004667fL, readable));
        line("   FIONREAD=%d", readable.get(JAVA_INT, 0));
        read(bpf3, "bpf feth3", BUFFER);
        say("kevent64 after drain", kevent(kqueue, none, 0, memory(8 * 48), 0));
    }

    private void sizes() {
        line("== NDRV write sizes (each in a forked copy of the kernel)");
        for (int length :
                new int[] {
                    0, 1, 6, 13, 14, 15, 46, 59, 60, 1499, 1500, 1513, 1514, 1515, 1516, 1518, 1519,
                    2048, 4096, 16384, 65535, 65536
                }) {
            long result;
            try {
                result = write(ndrv1, frame(-1, 1, "", length));
            } catch (AssertionError e) {
                line("   write len %5d -> KERNEL PANIC/ASSERT (signal 6)", length);
                continue;
            }
            line(
                    "   write len %5d -> %5d %-9s ; peer read %s",
                    length, Math.max(-1, result), errno(result), quietRead(bpf3, BUFFER));
        }
    }

    private void errors() {
        line("== error probes");
        say("BIOCSBLEN after BIOCSETIF", setBuffer(bpf3, 4096, integer(0)));
        read(bpf3, "bpf feth3 wrong len", 4096);
        read(bpf3, "bpf feth3 len 0", 0);
        setPeer("feth1", "feth0");
        setPeer("feth1", "feth2");
        setPeer("feth0", "feth1");
        setPeer("feth1", "");
        setPeer("feth1", "lo0");
        setPeer("feth1", "feth9");
        add("bridge1", "feth0");
        add("bridge1", "feth3");
        add("bridge1", "nosuch0");
        add("bridge1", "lo0");
        delete("bridge1", "feth9");
        add("bridge9", "feth0");
        create("feth0");
        create("feth");
        create("bridge1");
        create("foo0");
        say(
                "sign-extended ioctl BIOCSETIF (0xffffffff8020426c)",
                xnu.ioctl(bpf1, 0xffffffff8020426cL, ifreq("feth1")));
        say("sign-extended SIOCSDRVSPEC", xnu.ioctl(control, 0xffffffff8028697bL, memory(40)));
        say("open /dev/bpf1 again", open("/dev/bpf1", 2));
        say("open /dev/bpf99", open("/dev/bpf99", 2));
        say("EFAULT ioctl", request(Requests.SIOCGIFFLAGS, MemorySegment.NULL));
        say("BIOCSETIF nosuch", setInterface(bpf1, "nosuch"));
    }

    private void destruction() {
        line("== destroy while attached");
        destroy("feth3");
        read(bpf3, "bpf feth3 after destroy", BUFFER);
        events("kevent64 after destroy", kqueue, false);
        say("write(ndrv feth3) after destroy", write(ndrv3, frame(1, 3, "", 60)));
        getPeer("feth2");
        destroy("feth3");
        memberFlags("bridge1", "feth2");
        destroy("feth2");
        memberFlags("bridge1", "feth2");
        destroy("feth0");
        memberFlags("bridge1", "feth0");
        say("write(ndrv feth1) peer gone", write(ndrv1, frame(-1, 1, "", 60)));
        create("feth0");
        create("feth3");
        say("close b3", xnu.close(bpf3));
        destroy("bridge1");
        say("close n1", xnu.close(ndrv1));
        say("close n3", xnu.close(ndrv3));
        destroy("feth1");
        destroy("feth0");
        destroy("feth3");
    }
}
