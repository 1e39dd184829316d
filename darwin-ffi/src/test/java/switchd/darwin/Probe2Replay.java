package switchd.darwin;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;
import switchd.darwin.testkit.Abi;
import switchd.darwin.testkit.Profile;
import switchd.posix.PosixConstants;

/// `probe2-*`: blocking and timeouts, kqueue, batches.
final class Probe2Replay extends Replay {
    private static final int LENGTH = 4096;
    private int bpf;
    private int ndrv;
    private int kqueue;

    Probe2Replay(Profile profile) {
        super(profile);
    }

    @Override
    void run() {
        control = xnu.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
        create("feth0");
        create("feth1");
        setPeer("feth1", "feth0");
        up("feth0");
        up("feth1");
        blocking();
        live();
        waiting();
        immediate();
        batches();
        messages();
        second();
    }

    private void blocking() {
        line("== blocking read with BIOCSRTIMEOUT / without / nonblock");
        bpf = open("/dev/bpf1", 0);
        setBuffer(bpf, LENGTH, integer(0));
        ioctl(bpf, Requests.BIOCIMMEDIATE, 1);
        setInterface(bpf, "feth0");
        long timeout = Abi.constant("BIOCSRTIMEOUT");
        MemorySegment time = memory(16);
        time.set(JAVA_INT, 8, 500_000);
        say("BIOCSRTIMEOUT 500ms", xnu.ioctl(bpf, timeout, time));
        say("read (blocking, immediate, no data)", timed(this::read, 500));
        line("   took 500 ms (virtual)");
        say("BIOCSRTIMEOUT 0", xnu.ioctl(bpf, timeout, memory(16)));
        Thread.currentThread().interrupt();
        say("read (blocking forever -> interrupted by budget)", read());
        if (!Thread.interrupted()) {
            throw new IllegalStateException("not interrupted");
        }
        say("FIONBIO 1", xnu.ioctl(bpf, Abi.constant("FIONBIO"), integer(1)));
        say("read nonblock", read());
        say("F_GETFL", xnu.fcntl(bpf, DarwinConstants.F_GETFL, 0));
        say("F_SETFL 4", nonBlocking(bpf));
        say("F_GETFL", xnu.fcntl(bpf, DarwinConstants.F_GETFL, 0));
    }

    private long read() {
        return xnu.read(bpf, memory(LENGTH), 0, LENGTH);
    }

    private static long timed(LongSupplier call, int millis) {
        long start = System.nanoTime();
        long result = call.getAsLong();
        assert System.nanoTime() - start >= millis * 990_000L : "too early";
        return result;
    }

    private void live() {
        line("== poll/select/kqueue on live bpf");
        ndrv = openNdrv("feth1");
        kqueue = xnu.kqueue();
        watch(kqueue, bpf, DarwinConstants.EVFILT_READ);
        write(ndrv, frame(0, 1, "x", 60));
        MemorySegment events = memory(8 * 48);
        say("kevent64", kevent(kqueue, MemorySegment.NULL, 0, events, 0));
        line("   data=%d", events.get(JAVA_LONG, 16));
        read(bpf, "bpf feth0", LENGTH);
    }

    private void waiting() {
        line("== kqueue wait with timeout on idle bpf");
        say("kevent64 250ms", timed(() -> await(250), 250));
        line("   took 250 ms (virtual)");
        line("== destroy with EMPTY buffer, knote armed");
        destroy("feth0");
        say("kevent64 2s", await(100));
        say("read", read());
        say("ndrv write feth1 (peer gone)", write(ndrv, frame(0, 1, "x", 60)));
    }

    private int await(int millis) {
        return kevent(kqueue, MemorySegment.NULL, 0, memory(8 * 48), millis);
    }

    private void immediate() {
        line("== BIOCIMMEDIATE=0: when readable?");
        request(Requests.SIOCIFCREATE2, ifreq("feth0"));
        peer("feth0", "feth1");
        setFlags("feth0", UP);
        ioctl(bpf, Requests.BIOCIMMEDIATE, 0);
        setInterface(bpf, "feth0");
        watch(kqueue, bpf, DarwinConstants.EVFILT_READ);
        MemorySegment events = memory(8 * 48);
        int frames = 0;
        do {
            write(ndrv, frame(0, 1, "x", 60));
            frames++;
        } while (kevent(kqueue, MemorySegment.NULL, 0, events, 0) == 0);
        line("   readable after %d frames data=%d", frames, events.get(JAVA_LONG, 16));
        drain(bpf, LENGTH);
    }

    private void batches() {
        line("== BIOCSBATCHWRITE (0x%x)", Requests.BIOCSBATCHWRITE);
        int writer = quietBpf(2, "feth1", LENGTH);
        say("BIOCSHDRCMPLT", ioctl(writer, Requests.BIOCSHDRCMPLT, 1));
        int batch = ioctl(writer, Requests.BIOCSBATCHWRITE, 1);
        say("BIOCSBATCHWRITE 1", batch);
        if (batch == 0) {
            MemorySegment records = memory(LENGTH * 2);
            int at = 0;
            for (int i = 0; i < 10; i++) {
                int length = 60 + 100 * i;
                records.set(JAVA_INT, at + 8, length);
                records.set(JAVA_INT, at + 12, length);
                records.set(JAVA_SHORT, at + 16, (short) 18);
                MemorySegment.copy(
                        MemorySegment.ofArray(frame(0, 1, "x", length)),
                        0,
                        records,
                        at + 18,
                        length);
                at = (at + 18 + length + 3) & ~3;
            }
            say("batch write 10 frames", xnu.write(writer, records, 0, at));
            line("   (buffer %d bytes)", at);
            line("   FIONREAD %d", get(bpf, "FIONREAD"));
            line("   received %d frames", drain(bpf, LENGTH));
        }
        xnu.close(writer);
    }

    private void messages() {
        line("== sendmsg_x on NDRV (10 frames, one syscall)");
        line("   sizeof msghdr_x %d", Structs.MSGHDR_X.byteSize());
        long size = Structs.MSGHDR_X.byteSize();
        MemorySegment messages = memory(10 * size);
        for (int i = 0; i < 10; i++) {
            MemorySegment frame = memory(60);
            frame.copyFrom(MemorySegment.ofArray(frame(0, 1, "x", 60)));
            MemorySegment vector = memory(16);
            vector.set(JAVA_LONG, 0, frame.address());
            vector.set(JAVA_LONG, 8, 60);
            long at = i * size;
            messages.set(
                    JAVA_LONG, at + Structs.offset(Structs.MSGHDR_X, "msg_iov"), vector.address());
            messages.set(JAVA_INT, at + Structs.offset(Structs.MSGHDR_X, "msg_iovlen"), 1);
        }
        say("sendmsg_x", xnu.sendmsg_x(ndrv, messages, 0, 10, 0));
        line("   received %d frames", drain(bpf, LENGTH));
    }

    private void second() {
        line("== second BPF on same interface + pktap?");
        line("   DLT=%d", get(bpf, "BIOCGDLT"));
        MemorySegment version = integer(0);
        int result = xnu.ioctl(bpf, Abi.constant("BIOCVERSION"), version);
        line("   version %d.%d", version.get(JAVA_SHORT, 0), version.get(JAVA_SHORT, 2));
        say("BIOCVERSION", result);
        MemorySegment name = memory(32);
        result = xnu.ioctl(bpf, Abi.constant("BIOCGETIF"), name);
        line("   if=%s", name(name, 0));
        say("BIOCGETIF", result);
        say("BIOCSETIF to feth1 on same fd (rebind)", setInterface(bpf, "feth1"));
    }
}
