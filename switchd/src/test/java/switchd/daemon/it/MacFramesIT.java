package switchd.daemon.it;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.bpf.BpfDevice;
import switchd.bpf.BpfReader;
import switchd.bpf.BpfWriter;
import switchd.core.FrameBatch;
import switchd.core.FrameSink;
import switchd.core.InterfaceName;
import switchd.core.Reception;
import switchd.core.Undo;
import switchd.daemon.lab.Frames;
import switchd.darwin.Darwin;
import switchd.darwin.Interfaces;
import switchd.darwin.NativeDarwin;
import switchd.feth.Bridge;
import switchd.feth.FethPair;
import switchd.feth.OwnInterfaces;
import switchd.ndrv.NdrvWriter;
import switchd.posix.testkit.NeedsMac;

/// Frames through feth pairs and a bridge of the running macOS: written by NDRV and by BPF, read by
/// BPF.
@NeedsMac(root = true)
@Timeout(30)
final class MacFramesIT {
    private static final String JOURNAL = "/var/run/switchd-it/interfaces";
    private static final String HERE = "02:00:00:00:0c:01";
    private static final String THERE = "02:00:00:00:0c:02";
    private static final int MTU = 1500;
    private static final long PATIENCE_NANOS = 3_000_000_000L;

    private final List<String> warnings = new ArrayList<>();
    private final Undo undo = new Undo();
    private Arena arena;
    private Darwin darwin;
    private OwnInterfaces own;
    private Bridge bridge;

    @BeforeEach
    void build() throws Exception {
        arena = Arena.ofConfined();
        darwin = new NativeDarwin(arena);
        own = OwnInterfaces.open(darwin, JOURNAL, warnings::add);
        undo.push(own::close);
        bridge = Bridge.openOrCreate(own, new InterfaceName("bridge"));
        undo.push(bridge::close);
    }

    @AfterEach
    void remove() throws Exception {
        undo.close();
        arena.close();
        assertThat(warnings).isEmpty();
    }

    private FethPair pair() throws Exception {
        FethPair pair = FethPair.open(own, bridge, MTU);
        undo.push(pair::close);
        return pair;
    }

    private BpfDevice device(FethPair pair) throws Exception {
        BpfDevice device = BpfDevice.open(darwin, pair.vmSide(), BpfDevice.Use.FETH);
        undo.push(device::close);
        return device;
    }

    @ParameterizedTest
    @ValueSource(strings = {"ndrv", "bpf"})
    void framesGoFromOnePairThroughTheBridgeToAnother(String writer) throws Exception {
        FethPair from = pair();
        BpfReader reader = new BpfReader(device(pair()));
        undo.push(reader::close);
        reader.accept(new Reception.Everything());
        FrameSink sink = writer.equals("bpf") ? bpfWriter(from) : ndrvWriter(from);

        for (int length : new int[] {14, 60, MTU + 14}) {
            byte[] sent = Frames.sized(THERE, HERE, length);
            FrameBatch batch = FrameBatch.slots(arena, 1, MTU);
            MemorySegment.copy(sent, 0, batch.memory(), JAVA_BYTE, batch.slot(0), length);
            batch.add(batch.slot(0), length);
            assertThat(sink.send(batch, 0)).as(length + " bytes").isOne();
            assertThat(await(reader)).as(length + " bytes").startsWith(sent);
        }
    }

    private FrameSink ndrvWriter(FethPair pair) throws Exception {
        NdrvWriter writer = NdrvWriter.open(darwin, pair.vmSide(), MTU);
        undo.push(writer::close);
        return writer;
    }

    private FrameSink bpfWriter(FethPair pair) throws Exception {
        BpfWriter writer = new BpfWriter(device(pair), MTU);
        undo.push(writer::close);
        return writer;
    }

    private static byte[] await(BpfReader reader) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (System.nanoTime() < deadline) {
            FrameBatch frames = reader.receive(FrameBatch.CAPACITY);
            for (int i = 0; i < frames.count(); i++) {
                byte[] frame = new byte[frames.length(i)];
                MemorySegment.copy(
                        frames.memory(), JAVA_BYTE, frames.offset(i), frame, 0, frame.length);
                if (Frames.source(frame).equals(HERE)) {
                    return frame;
                }
            }
            Thread.sleep(1);
        }
        return fail("no frame within 3 s");
    }

    @Test
    void nothingIsLeft() throws Exception {
        FethPair pair = pair();
        pair.close();
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (names().contains(pair.vmSide()) || names().contains(pair.bridgeSide())) {
            assertThat(System.nanoTime()).as("interfaces go within 3 s").isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    private List<InterfaceName> names() throws Exception {
        return Interfaces.list(darwin).stream().map(Interfaces.Entry::name).toList();
    }
}
