package switchd.daemon.it;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.Ip4;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.Station;
import switchd.daemon.lab.VmClient;

/// Numbered echo requests of a VM to the LAN's host, one each millisecond, and the answers: what is
/// lost on either way is known by its number, and for how long nothing came by the answers' times.
final class PingStream implements AutoCloseable {
    private static final int ID = 0x5177;
    private static final long INTERVAL = 1_000_000;
    private static final int MOST = 1 << 17;
    private static final long OVERTAKEN = 250_000_000;
    private static final int SEQUENCE = Frames.HEADER + 26;

    private final VmClient vm;
    private final Station station;
    private final long[] sentAt = new long[MOST];
    private final long[] answeredAt = new long[MOST];
    private final Thread sender;
    private final Thread receiver;
    private volatile int sent;
    private volatile int newest = -1;
    private volatile boolean sends = true;
    private volatile boolean receives = true;

    /// What has become of a stream.
    ///
    /// @param sent frames
    /// @param lost those without an answer
    /// @param longest between two answers that follow each other, in nanoseconds
    record Result(int sent, int lost, long longest) {
        long millis() {
            return longest / 1_000_000;
        }
    }

    private PingStream(VmClient vm, Station station) {
        this.vm = vm;
        this.station = station;
        sender = Thread.ofPlatform().daemon().name("ping").unstarted(this::send);
        receiver = Thread.ofPlatform().daemon().name("pong").unstarted(this::receive);
    }

    /// Starts one, which flows when this returns.
    ///
    /// @param station who the VM is; the LAN's host is told where it is, and never asks
    static PingStream start(Lab lab, VmClient vm, Station station) {
        lab.lan()
                .run(
                        "ip neigh replace %s lladdr %s dev %s nud permanent"
                                .formatted(station.ip(), station.mac(), Lab.NIC)
                                .split(" "));
        PingStream stream = new PingStream(vm, station);
        stream.receiver.start();
        stream.sender.start();
        stream.awaitFlow();
        return stream;
    }

    private void send() {
        long next = System.nanoTime();
        while (sends && sent < MOST) {
            int number = sent;
            byte[] data = ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
            byte[] frame = Ip4.echoRequest(station, Station.LAN, ID, number & 0xffff, data);
            sentAt[number] = System.nanoTime();
            vm.send(frame);
            sent = number + 1;
            next += INTERVAL;
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    private void receive() {
        while (receives) {
            vm.receive(Duration.ofMillis(50)).ifPresent(this::take);
        }
    }

    private void take(byte[] frame) {
        if (frame.length >= SEQUENCE + 2 + Integer.BYTES
                && Frames.type(frame) == Frames.IPV4
                && Ip4.isEchoReply(frame, Lab.LAN_ADDRESS, ID, sequence(frame))) {
            int number = ByteBuffer.wrap(frame).getInt(SEQUENCE + 2);
            answeredAt[number] = System.nanoTime();
            newest = Math.max(newest, number);
        }
    }

    private static int sequence(byte[] frame) {
        return Short.toUnsignedInt(ByteBuffer.wrap(frame).getShort(SEQUENCE));
    }

    /// A part of a stream.
    ///
    /// @param sent frames
    /// @param times to the answers that came, in nanoseconds, the shortest first
    record Stretch(int sent, List<Long> times) {
        /// All of some together.
        static Stretch of(List<Stretch> parts) {
            return new Stretch(
                    parts.stream().mapToInt(Stretch::sent).sum(),
                    parts.stream().flatMap(part -> part.times.stream()).sorted().toList());
        }

        int answered() {
            return times.size();
        }

        /// The time that half of the answers stay below.
        long p50() {
            return times.get(times.size() / 2);
        }

        /// The time that 99 of 100 answers stay below.
        long p99() {
            return times.get(times.size() * 99 / 100);
        }
    }

    /// Frames so far.
    int sent() {
        return sent;
    }

    /// What has become of the frames from one number to before another, the answers to which have
    /// come, or will not.
    Stretch stretch(int from, int to) {
        awaitAnswers(from, to);
        List<Long> times =
                IntStream.range(from, to)
                        .filter(i -> answeredAt[i] != 0)
                        .mapToObj(i -> answeredAt[i] - sentAt[i])
                        .sorted()
                        .toList();
        return new Stretch(to - from, times);
    }

    /// Waits for the last answer, and a little for those before it: where the loop's thread changes
    /// processors, the LAN's kernel takes frames from two queues, and one overtakes those that
    /// another processor has not come to.
    private void awaitAnswers(int from, int to) {
        Await.until("the last answer", Await.SHORT, () -> newest >= to - 1);
        long end = System.nanoTime() + OVERTAKEN;
        Await.until(
                "those before it",
                Await.SHORT,
                () -> isAnswered(from, Math.min(to, newest)) || System.nanoTime() > end);
    }

    private boolean isAnswered(int from, int to) {
        return IntStream.range(from, to).noneMatch(i -> answeredAt[i] == 0);
    }

    /// Waits until frames that are sent from now on are answered.
    void awaitFlow() {
        int from = sent + 20;
        Await.until("answers", Await.SHORT, () -> newest >= from);
    }

    /// Ends it, and waits for what is on its way.
    Result end() {
        awaitFlow();
        sends = false;
        join(sender);
        int last = sent - 1;
        awaitAnswers(0, last + 1);
        close();
        int lost = 0;
        long longest = 0;
        long before = 0;
        for (int i = 0; i < sent; i++) {
            long at = answeredAt[i];
            if (at == 0) {
                lost++;
                continue;
            }
            longest = Math.max(longest, before == 0 ? 0 : at - before);
            before = at;
        }
        return new Result(sent, lost, longest);
    }

    @Override
    public void close() {
        sends = false;
        receives = false;
        join(sender);
        join(receiver);
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
