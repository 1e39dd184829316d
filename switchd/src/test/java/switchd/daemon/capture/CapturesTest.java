package switchd.daemon.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static switchd.core.testkit.Frames.frame;
import static switchd.core.testkit.Frames.mac;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.bpf.BpfInstruction;
import switchd.bpf.PortFilter;
import switchd.core.Direction;
import switchd.core.DropCause;
import switchd.core.FrameBatch;
import switchd.core.Guards;
import switchd.core.HostException;
import switchd.core.IsolatedNetwork;
import switchd.core.MacPolicy;
import switchd.core.Port;
import switchd.core.Reception;
import switchd.core.SwitchdException;
import switchd.core.testkit.Frames;
import switchd.daemon.LoopThread;
import switchd.daemon.capture.CaptureRecord.Kind;
import switchd.daemon.host.Hosts;
import switchd.daemon.host.Writer;
import switchd.daemon.lab.Await;

/// Captures on a real loop, with sockets of the kernel that runs the tests.
@Timeout(60)
final class CapturesTest {
    private static final int MTU = 1500;
    private static final CaptureRequest ALL =
            new CaptureRequest(List.of(), CaptureRequest.WHOLE, false);
    private static final byte[] FRAME = frame(mac(9), mac(1), 7, 1514);

    private final List<ClientEnd> clients = new ArrayList<>();
    private LoopThread thread;
    private Captures captures;
    private Port port;
    private Port other;

    @BeforeEach
    void start() throws SwitchdException {
        thread = LoopThread.start("switchd-loop", arena -> Hosts.open(arena, Writer.AUTO));
        var context = thread.context();
        captures =
                onLoop(() ->
                        new Captures(context.host().posix(), context.loop(), System::nanoTime));
        port = onLoop(() -> newPort(context, "a"));
        other = onLoop(() -> newPort(context, "b"));
    }

    @AfterEach
    void stop() throws SwitchdException {
        onLoop(() -> {
            captures.close();
            return true;
        });
        clients.forEach(ClientEnd::close);
        thread.stop();
    }

    @Test
    void framesAreSeenWithDirectionCauseAndTime() throws Exception {
        ClientEnd client = open(port, ALL);
        long before = System.currentTimeMillis();
        passed(Direction.TO_LAN, FRAME, frame(mac(9), mac(1), 8));
        dropped(Direction.TO_VM, DropCause.VM_FULL, FRAME);
        unseen(DropCause.OVERRUN, 5);
        List<CaptureRecord> seen = client.read(4);
        long after = System.currentTimeMillis();

        assertThat(seen)
                .extracting(
                        CaptureRecord::kind,
                        CaptureRecord::direction,
                        CaptureRecord::cause,
                        CaptureRecord::length,
                        CaptureRecord::count)
                .containsExactly(
                        tuple(Kind.FRAME, Direction.TO_LAN, null, 1514, 0L),
                        tuple(Kind.FRAME, Direction.TO_LAN, null, 60, 0L),
                        tuple(Kind.FRAME, Direction.TO_VM, DropCause.VM_FULL, 1514, 0L),
                        tuple(Kind.UNSEEN, Direction.TO_VM, DropCause.OVERRUN, 0, 5L));
        assertThat(seen.getFirst().frame()).isEqualTo(FRAME);
        assertThat(seen.getFirst().time() / 1_000_000).isBetween(before - 1, after + 1);
    }

    @Test
    void onlyWhatIsAskedForIsSeen() throws Exception {
        List<BpfInstruction> groups = PortFilter.of(new Reception.Groups());
        ClientEnd toGroups = open(port, new CaptureRequest(groups, 20, false));
        ClientEnd drops = open(port, new CaptureRequest(List.of(), 64, true));
        byte[] group = frame(Frames.BROADCAST, mac(1), 1);
        passed(Direction.TO_LAN, FRAME, group);
        dropped(Direction.TO_LAN, DropCause.UPLINK_FULL, FRAME);
        captures(() -> captures.end(port));

        assertThat(toGroups.readAll())
                .singleElement()
                .satisfies(record -> {
                    assertThat(record.frame()).isEqualTo(Arrays.copyOf(group, 20));
                    assertThat(record.length()).isEqualTo(60);
                });
        assertThat(drops.readAll())
                .singleElement()
                .satisfies(record -> {
                    assertThat(record.cause()).isEqualTo(DropCause.UPLINK_FULL);
                    assertThat(record.frame()).hasSize(64);
                });
    }

    @Test
    void aClientThatReadsNothingTakesBoundedMemoryAndLearnsWhatItMissed() throws Exception {
        ClientEnd client = open(port, ALL);
        int frames = 100_000;
        for (int i = 0; i < frames / 64 + 1; i++) {
            int count = Math.min(64, frames - i * 64);
            byte[][] batch = new byte[count][];
            Arrays.fill(batch, FRAME);
            passed(Direction.TO_LAN, batch);
        }
        assertThat(port.toLan().frames()).isEqualTo(frames);
        List<CaptureRecord> seen = new ArrayList<>();
        long told = 0;
        while (told < frames) {
            CaptureRecord next = client.read(1).getFirst();
            seen.add(next);
            told += next.count() + (next.kind() == Kind.FRAME ? 1 : 0);
        }
        assertThat(told).isEqualTo(frames);
        assertThat(seen.size()).isBetween(300, 4_000); // 512 KiB here, the rest in the kernel
        assertThat(seen).last().matches(record -> record.count() > 90_000);
    }

    @Test
    void aClientThatHasGoneEndsItsCapture() throws Exception {
        for (int i = 0; i < Captures.MOST_PER_PORT; i++) {
            open(port, ALL);
        }
        assertThatThrownBy(() -> open(port, ALL))
                .isInstanceOf(HostException.class)
                .hasMessageContaining("4 captures run at port a")
                .hasMessageContaining("end one");
        ClientEnd first = clients.removeFirst();
        first.close();
        passed(Direction.TO_LAN, FRAME);
        Await.until("room for another", Await.SHORT, () -> canOpen(port));
        passed(Direction.TO_LAN, FRAME);
        assertThat(clients.getLast().read(1)).hasSize(1);
    }

    @Test
    void thereAreSixteenInAll() throws Exception {
        var context = thread.context();
        for (int i = 0; i < Captures.MOST; i++) {
            String name = "p" + i / 4;
            Port more = i % 4 == 0 ? onLoop(() -> newPort(context, name)) : other;
            other = more;
            open(more, ALL);
        }
        assertThatThrownBy(() -> open(port, ALL)).hasMessageContaining("16 captures run at all");
        captures(() -> captures.end(other));
        open(port, ALL);
    }

    @Test
    void withoutACaptureThePortIsNotTapped() throws Exception {
        ClientEnd client = open(port, ALL);
        client.close();
        clients.clear();
        Await.until("the capture's end", Await.SHORT, () -> canOpen(port));
        captures(() -> captures.end(port));
        int writes = 1_000;
        for (int i = 0; i < writes; i++) {
            passed(Direction.TO_LAN, FRAME); // no SIGPIPE, no exception
        }
        assertThat(port.toLan().frames()).isEqualTo(writes);
    }

    private boolean canOpen(Port wanted) {
        try {
            open(wanted, ALL);
            return true;
        } catch (SwitchdException _) {
            return false;
        }
    }

    private ClientEnd open(Port wanted, CaptureRequest request) throws SwitchdException {
        ClientEnd client = new ClientEnd(onLoop(() -> captures.open(wanted, request).number()));
        clients.add(client);
        return client;
    }

    private Port newPort(LoopThread.Context context, String name) {
        Arena arena = context.arena();
        IsolatedNetwork network = new IsolatedNetwork("test", MTU, context.loop(), arena);
        return new Port(
                name, context.loop(), network, new MacPolicy.Any(), Guards.USUAL, _ -> {}, arena);
    }

    private void passed(Direction direction, byte[]... frames) throws SwitchdException {
        count(direction, null, frames);
    }

    private void dropped(Direction direction, DropCause cause, byte[]... frames)
            throws SwitchdException {
        count(direction, cause, frames);
    }

    private void count(Direction direction, @Nullable DropCause cause, byte[]... frames)
            throws SwitchdException {
        FrameBatch batch = Frames.batch(MTU, frames);
        captures(() -> {
            var counters = direction == Direction.TO_LAN ? port.toLan() : port.toVm();
            if (cause == null) {
                counters.passed(batch, 0, batch.count());
            } else {
                counters.dropped(cause, batch, 0, batch.count());
            }
        });
    }

    private void unseen(DropCause cause, int count) throws SwitchdException {
        captures(() -> port.toVm().dropped(cause, count));
    }

    private void captures(Runnable work) throws SwitchdException {
        onLoop(() -> {
            work.run();
            return true;
        });
    }

    private <T> T onLoop(Callable<T> work) throws SwitchdException {
        return thread.ask(work);
    }

    private static org.assertj.core.groups.Tuple tuple(@Nullable Object... values) {
        return org.assertj.core.groups.Tuple.tuple(values);
    }
}
