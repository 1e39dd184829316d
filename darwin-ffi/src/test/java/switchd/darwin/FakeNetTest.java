package switchd.darwin;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import switchd.darwin.testkit.Abi;
import switchd.darwin.testkit.FakeNic;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.Profile;
import switchd.posix.PosixConstants;

/// What is not in the transcripts of the real kernel: physical interfaces, the bridge's table, and
/// what came with macOS 13, 14 and 15.
final class FakeNetTest {
    private static final int EINVAL = -22;
    private static final int EALREADY = -37;
    private static final int EIO = -5;
    private static final int EAGAIN = -35;
    private static final int EMSGSIZE = -40;

    /// A [Replay] that makes no calls by itself, on a kernel with `en0` and `en1`.
    private static final class Calls extends Replay {
        Calls(Profile profile) {
            super(FakeXnu.boot(profile));
            control = xnu.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
        }

        @Override
        void run() {}

        /// `feth0` on `bridge0` with `en0`; gives a writer on `feth1`.
        int bridged(String nic) {
            for (String name : new String[] {"feth", "feth", "bridge"}) {
                request(Requests.SIOCIFCREATE2, ifreq(name));
            }
            peer("feth0", "feth1");
            bridge("bridge0", Requests.SIOCSDRVSPEC, DarwinConstants.BRDGADD, nic);
            bridge("bridge0", Requests.SIOCSDRVSPEC, DarwinConstants.BRDGADD, "feth0");
            setFlags("bridge0", 1);
            int fd = ndrv();
            bind(fd, "feth1");
            connect(fd, "feth1");
            return fd;
        }
    }

    @Test
    void aBridgeLearnsAndFloods() {
        Calls calls = new Calls(Profile.MACOS15);
        int ndrv = calls.bridged("en0");
        FakeNic wire = calls.xnu.nic("en0");
        int reader = calls.quietBpf(0, "feth1", 4096);
        calls.ioctl(reader, Requests.BIOCSSEESENT, 0);

        calls.write(ndrv, Replay.frame(7, 1, "out", 60));
        assertThat(wire.sent()).hasSize(1);
        wire.deliver(Replay.frame(1, 7, "in", 60));
        assertThat(calls.drain(reader, 4096)).isEqualTo(1);
        wire.deliver(Replay.frame(9, 7, "unknown: flooded", 60));
        assertThat(calls.drain(reader, 4096)).isEqualTo(1);
        wire.deliver(Replay.frame(-1, 9, "to all", 60));
        assertThat(calls.drain(reader, 4096)).isEqualTo(1);
        wire.deliver(Replay.frame(9, 7, "nine is on this side", 60));
        assertThat(calls.drain(reader, 4096)).isZero();
        assertThat(wire.sent()).isEmpty();
    }

    @Test
    void whatCarriesAMembersAddressIsALoop() {
        for (Profile profile : Profile.values()) {
            Calls calls = new Calls(profile);
            int ndrv = calls.bridged("en0");
            byte[] frame = Replay.frame(7, 1, "", 60);
            System.arraycopy(calls.xnu.nic("en0").address(), 0, frame, 6, 6);
            calls.write(ndrv, frame);
            assertThat(calls.xnu.nic("en0").sent()).isEmpty();
        }
    }

    @Test
    void aWiFiMemberIsMarked() {
        Calls calls = new Calls(Profile.MACOS15);
        calls.bridged("en1");
        calls.memberFlags("bridge0", "en1");
        assertThat(calls.lines().getLast()).contains("ifsflags=0x8003");
    }

    @Test
    void aCardHearsWhatIsNotItsOwnOnlyInPromiscuousMode() {
        Calls calls = new Calls(Profile.MACOS15);
        int reader = calls.quietBpf(0, "en0", 4096);
        FakeNic wire = calls.xnu.nic("en0");
        wire.deliver(Replay.frame(9, 7, "", 60));
        assertThat(calls.drain(reader, 4096)).isZero();
        calls.xnu.ioctl(reader, Requests.BIOCPROMISC, MemorySegment.NULL);
        wire.deliver(Replay.frame(9, 7, "", 60));
        assertThat(calls.drain(reader, 4096)).isEqualTo(1);
        wire.cable(false);
        wire.deliver(Replay.frame(9, 7, "", 60));
        assertThat(calls.drain(reader, 4096)).isZero();
    }

    @Test
    void aDestroyedUnitIsBusyUntilTheDetacherRan() {
        Calls calls = new Calls(Profile.MACOS15);
        calls.xnu.holdDetacher();
        calls.create("feth0");
        calls.destroy("feth0");
        calls.create("feth0");
        calls.create("feth");
        calls.xnu.runDetacher();
        calls.create("feth0");
        assertThat(calls.lines())
                .map(line -> line.replaceAll(" +", " "))
                .containsExactly(
                        "SIOCIFCREATE2 feth0 -> 0",
                        "SIOCIFDESTROY feth0 -> 0",
                        "SIOCIFCREATE2 feth0 -> -1 EBUSY",
                        "SIOCIFCREATE2 feth -> 0",
                        " (name returned: feth1)",
                        "SIOCIFCREATE2 feth0 -> 0");
    }

    @Test
    void theLastDeviceMakesTheNext() {
        Calls calls = new Calls(Profile.MACOS15);
        assertThat(calls.open("/dev/bpf4", 2)).isEqualTo(-2);
        assertThat(calls.open("/dev/bpf3", 2)).isPositive();
        assertThat(calls.open("/dev/bpf4", 2)).isPositive();
    }

    @Test
    void olderKernelsDoNotKnowNewerRequests() {
        for (Profile profile : Profile.values()) {
            Calls calls = new Calls(profile);
            calls.bridged("en0");
            int bpf = calls.quietBpf(0, "feth1", 4096);
            int since14 = profile.since(Profile.MACOS14) ? 0 : EINVAL;
            int since15 = profile.since(Profile.MACOS15) ? 0 : EINVAL;
            assertThat(calls.ioctl(bpf, Requests.BIOCSBATCHWRITE, 1)).isEqualTo(since14);
            assertThat(calls.ioctl(bpf, Abi.constant("BIOCSDIRECTION"), 1)).isEqualTo(since14);
            assertThat(calls.ioctl(bpf, Requests.BIOCSNOTSTAMP, 1)).isEqualTo(since15);
            assertThat(calls.ioctl(bpf, Requests.BIOCSDVRTIN, 1)).isEqualTo(since15);
            if (since15 == 0) {
                assertThat(calls.ioctl(bpf, Requests.BIOCSDVRTIN, 1)).isEqualTo(EALREADY);
            }
        }
    }

    @Test
    void aBatchGoesAsAWholeOrNotAtAll() {
        Calls calls = new Calls(Profile.MACOS14);
        calls.bridged("en0");
        FakeNic wire = calls.xnu.nic("en0");
        int bpf = calls.quietBpf(0, "feth1", 4096);
        calls.ioctl(bpf, Requests.BIOCSBATCHWRITE, 1);
        byte[] batch = new byte[160];
        record(batch, 0, 60);
        record(batch, 80, 60);
        assertThat(calls.write(bpf, batch)).isEqualTo(160);
        assertThat(wire.sent()).hasSize(2);
        batch[80 + 8] = 59; // a length that is not the other
        assertThat(calls.write(bpf, batch)).isEqualTo(EINVAL);
        assertThat(wire.sent()).isEmpty();
        record(batch, 80, 13);
        assertThatThrownBy(() -> calls.write(bpf, batch))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("PANIC");
    }

    private static void record(byte[] batch, int at, int length) {
        batch[at + 8] = (byte) length;
        batch[at + 12] = (byte) length;
        batch[at + 16] = 18;
        byte[] frame = Replay.frame(7, 1, "", length);
        System.arraycopy(frame, 0, batch, at + 18, length);
    }

    @Test
    void theOldestGoWhereTheReaderAsksForIt() {
        Calls calls = new Calls(Profile.MACOS15);
        int ndrv = calls.bridged("en0");
        int reader = calls.quietBpf(0, "feth1", 200);
        calls.ioctl(reader, Requests.BIOCSHEADDROP, 1);
        for (int i = 0; i < 5; i++) {
            calls.write(ndrv, Replay.frame(7, 1, "" + i, 60));
        }
        MemorySegment buffer = calls.memory(200);
        assertThat(calls.xnu.read(reader, buffer, 0, 200)).isEqualTo(158);
        assertThat(buffer.get(JAVA_BYTE, 18 + 14)).isEqualTo((byte) '2');
        MemorySegment statistics = calls.memory(8);
        calls.xnu.ioctl(reader, Requests.BIOCGSTATS, statistics);
        assertThat(statistics.get(JAVA_INT, 0)).isEqualTo(5);
        assertThat(statistics.get(JAVA_INT, 4)).isEqualTo(2);
    }

    @Test
    void whatALongFrameAndAShortOneAreRefusedWithDependsOnTheKernel() {
        for (Profile profile : Profile.values()) {
            Calls calls = new Calls(profile);
            calls.bridged("en0");
            int bpf = calls.quietBpf(0, "feth1", 4096);
            long tooLong = calls.write(bpf, Replay.frame(7, 1, "", 3000));
            assertThat(tooLong).isEqualTo(profile.since(Profile.MACOS14) ? EMSGSIZE : EIO);
            if (profile.since(Profile.MACOS14)) {
                assertThatThrownBy(() -> calls.write(bpf, new byte[13]))
                        .isInstanceOf(AssertionError.class)
                        .hasMessageContaining("PANIC");
            } else {
                long tooShort = calls.write(bpf, new byte[13]);
                assertThat(tooShort).isEqualTo(profile == Profile.MACOS13 ? EIO : EMSGSIZE);
            }
        }
    }

    @Test
    void eventsThatDoNotFitAreLost() {
        Calls calls = new Calls(Profile.MACOS15);
        int listener =
                calls.xnu.socket(
                        DarwinConstants.PF_SYSTEM,
                        DarwinConstants.SOCK_RAW,
                        DarwinConstants.SYSPROTO_EVENT);
        calls.nonBlocking(listener);
        MemorySegment wanted = calls.memory(Structs.KEV_REQUEST.byteSize());
        calls.create("feth0");
        assertThat(calls.xnu.read(listener, calls.memory(64), 0, 64)).isEqualTo(EAGAIN);
        calls.xnu.ioctl(listener, Requests.SIOCSKEVFILT, wanted); // all vendors, classes
        for (int i = 0; i < 1000; i++) {
            calls.setFlags("feth0", i & 1);
        }
        int events = 0;
        while (calls.xnu.read(listener, calls.memory(64), 0, 64) == 48) {
            events++;
        }
        assertThat(events).isEqualTo(32 * 1024 / 48);
    }
}
