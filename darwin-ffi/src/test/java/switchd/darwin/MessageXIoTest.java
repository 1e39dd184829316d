package switchd.darwin;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;
import switchd.core.FrameBatch;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.Profile;
import switchd.posix.DatagramIo;
import switchd.posix.Posix;
import switchd.posix.SingleMessageIo;
import switchd.posix.SocketBuffers;
import switchd.posix.testkit.DatagramIoContract;

@ParameterizedClass
@EnumSource(Profile.class)
class MessageXIoTest extends DatagramIoContract {
    private static final int ROOT = 0;

    private final FakeXnu xnu;
    private final Profile profile;

    MessageXIoTest(Profile profile) {
        this.profile = profile;
        xnu = FakeXnu.boot(profile);
    }

    @Override
    protected Posix posix(Arena memory) {
        make(directory);
        return xnu;
    }

    private void make(Path path) {
        if (!xnu.files().exists(path.toString())) {
            make(Objects.requireNonNull(path.getParent()));
            xnu.files().makeDirectory(path.toString(), ROOT, ROOT, 0755);
        }
    }

    @Override
    protected DatagramIo open(Posix calls, Arena memory, FrameBatch slots) {
        return MessageXIo.open(xnu, memory, slots, SocketAbilities.probe(xnu));
    }

    private DatagramIo open(Arena arena) {
        return open(xnu, arena, FrameBatch.slots(arena, FrameBatch.CAPACITY, 1500));
    }

    private static FrameBatch frames(Arena arena, int count) {
        FrameBatch frames = FrameBatch.slots(arena, count, 1500);
        for (int i = 0; i < count; i++) {
            frames.add(frames.slot(i), 1000);
        }
        return frames;
    }

    @Test
    void aBatchIsOneCallWhereTheKernelCountsRight() throws Exception {
        boolean countsRight = profile.since(Profile.MACOS14);
        try (Arena arena = Arena.ofConfined();
                SocketPair pair = new SocketPair(xnu)) {
            SocketBuffers.receive(xnu, pair.far(), 1 << 20);
            DatagramIo io = open(arena);
            FrameBatch frames = frames(arena, FrameBatch.CAPACITY);
            xnu.calls().reset();
            assertThat(io.send(pair.near(), frames, 0)).isEqualTo(FrameBatch.CAPACITY);
            assertThat(xnu.calls().total()).isEqualTo(countsRight ? 1 : FrameBatch.CAPACITY);

            xnu.calls().reset();
            assertThat(io.receive(pair.far())).isEqualTo(FrameBatch.CAPACITY);
            assertThat(xnu.calls().total()).isEqualTo(1);
        }
    }

    @Test
    void whatIsSaidToBeTakenHasCome() throws Exception {
        try (Arena arena = Arena.ofConfined();
                SocketPair pair = new SocketPair(xnu)) {
            DatagramIo io = open(arena);
            int sent = io.send(pair.near(), frames(arena, FrameBatch.CAPACITY), 0);
            assertThat(sent).isBetween(1, FrameBatch.CAPACITY - 1);
            assertThat(io.send(pair.near(), frames(arena, 2), 0)).isNegative();
            assertThat(io.receive(pair.far())).isEqualTo(sent);
        }
    }

    @Test
    void oneFrameACallWhereThereAreNoBatchCalls() throws Exception {
        xnu.withoutBatchCalls();
        assertFallsBack();
    }

    @Test
    void oneFrameACallWhereTheyAreRefused() throws Exception {
        xnu.faults().failEvery("recvmsg_x", "EINVAL");
        assertFallsBack();
    }

    private void assertFallsBack() throws Exception {
        try (Arena arena = Arena.ofConfined();
                SocketPair pair = new SocketPair(xnu)) {
            DatagramIo io = open(arena);
            assertThat(io).isInstanceOf(SingleMessageIo.class);
            assertThat(io.send(pair.near(), frames(arena, 2), 0)).isEqualTo(2);
            assertThat(io.receive(pair.far())).isEqualTo(2);
        }
    }
}
