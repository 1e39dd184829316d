package switchd.attach.keeper;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;
import switchd.posix.UnixAddress;
import switchd.posix.testkit.NeedsRoot;

/// The limits of a keeper that is a process of its own. Takes root, for the other user.
@NeedsRoot
@Timeout(120)
final class KeeperIT {
    private static final String ONE = "one.datagram.0-0-600-00000000";

    /// Connects as another user, and prints how many octets it is sent before the end.
    private static final String FOREIGNER =
            """
            use Socket; my ($path) = @ARGV; $> = 65534;
            socket(S, AF_UNIX, SOCK_STREAM, 0) or die $!;
            connect(S, pack_sockaddr_un($path)) or die $!;
            my $all = 0; while (my $n = sysread(S, my $in, 4096)) { $all += $n }
            print "$all\n";
            """;

    @TempDir private Path directory;

    private final Keepers keepers = new Keepers();
    private final Arena arena = keepers.arena();
    private final Posix posix = keepers.posix();
    private final int link = keepers.link();

    @SuppressWarnings("NullAway.Init")
    KeeperIT() {}

    @AfterEach
    void endKeepers() {
        keepers.close();
    }

    /// A keeper that holds one link, and that no daemon is connected to.
    private Path alone(int seconds) throws Exception {
        Path path = directory.resolve("keep");
        try (KeeperClient daemon = new KeeperClient(path.toString(), seconds)) {
            daemon.keep(ONE, link);
        }
        return path;
    }

    @Test
    void anotherUserGetsNothing() throws Exception {
        Path path = alone(60);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rw-------");
        // Though somebody has opened the way.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw-rw-"));

        Process other =
                new ProcessBuilder("perl", "-e", FOREIGNER, path.toString())
                        .redirectErrorStream(true)
                        .start();

        assertThat(new String(other.getInputStream().readAllBytes(), UTF_8)).isEqualTo("0\n");
        assertThat(other.onExit().get(30, TimeUnit.SECONDS).exitValue()).isZero();
        assertThat(keepers.held(path)).containsExactly(ONE);
    }

    @Test
    void beyondItsMostNothingIsHeld() throws Exception {
        Path path = directory.resolve("keep");
        try (KeeperClient daemon = new KeeperClient(path.toString(), 60)) {
            for (int i = 0; i < Keeper.MOST + 10; i++) {
                daemon.keep("n%d.datagram.0-0-600-00000000".formatted(i), link);
            }
        }
        ProcessHandle keeper = keepers.all().getFirst();
        assertThat(keepers.held(path))
                .hasSize(Keeper.MOST)
                .endsWith("n%d.datagram.0-0-600-00000000".formatted(Keeper.MOST - 1));
        Path descriptors = Path.of("/proc/" + keeper.pid() + "/fd");
        if (Files.exists(descriptors)) {
            try (var all = Files.list(descriptors)) {
                assertThat(all.count()).isBetween((long) Keeper.MOST, Keeper.MOST + 100L);
            }
        }
    }

    @Test
    void itEndsWhenNoDaemonComesInTime() throws Exception {
        Path path = alone(1);
        ProcessHandle keeper = keepers.all().getFirst();
        keeper.onExit().get(30, TimeUnit.SECONDS);
        assertThat(path).doesNotExist();
    }

    @Test
    void rubbishDoesNotMatterToIt() throws Exception {
        Path path = alone(60);
        say(path, new byte[KeeperSocket.BYTES]);
        byte[] random = new byte[10 * KeeperSocket.BYTES];
        Arrays.fill(random, (byte) 0xff);
        say(path, random);
        say(path, "+half a message".getBytes(US_ASCII));
        say(path, Arrays.copyOf("+link-without-descriptor".getBytes(US_ASCII), 128));
        say(path, Arrays.copyOf("-of-which-nothing-is-held".getBytes(US_ASCII), 128));
        say(path, Arrays.copyOf(".".getBytes(US_ASCII), 128));
        say(path, new byte[0]);
        assertThat(keepers.held(path)).containsExactly(ONE);
        assertThat(keepers.all()).hasSize(1).allMatch(ProcessHandle::isAlive);
    }

    /// Neither a client that says nothing, nor one that leaves a message half said, keeps the
    /// daemon from its links for longer than it waits.
    @Test
    void whoDoesNotFinishWhatHeSaysMakesWay() throws Exception {
        Path path = alone(60);
        int silent = connected(path);
        assertThat(keepers.held(path)).containsExactly(ONE);
        int half = connected(path);
        byte[] greeting = Arrays.copyOf("v1 60".getBytes(US_ASCII), KeeperSocket.BYTES);
        assertThat(write(half, greeting)).isEqualTo(KeeperSocket.BYTES);
        assertThat(write(half, "+half a message".getBytes(US_ASCII))).isPositive();
        assertThat(keepers.held(path)).containsExactly(ONE);
        posix.close(half);
        posix.close(silent);
    }

    @Test
    void theDaemonSaysHowLongItHolds() throws Exception {
        Path path = alone(600);
        ProcessHandle keeper = keepers.all().getFirst();
        try (KeeperClient daemon = new KeeperClient(path.toString(), 1)) {
            daemon.takeBack().forEach(each -> posix.close(each.fd()));
        }
        keeper.onExit().get(30, TimeUnit.SECONDS);
        assertThat(path).doesNotExist();
    }

    /// As a daemon that is none: connects, says it, and leaves.
    private void say(Path path, byte[] octets) throws Exception {
        int fd = connected(path);
        if (octets.length > 0) {
            write(fd, octets); // refused where it has left already
        }
        posix.close(fd);
    }

    private int connected(Path path) throws Exception {
        UnixAddress address = UnixAddress.of(arena, path.toString());
        int fd = posix.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_STREAM, 0);
        assertThat(posix.connect(fd, address.memory(), address.length())).isZero();
        return fd;
    }

    private long write(int fd, byte[] octets) {
        return posix.write(fd, arena.allocateFrom(ValueLayout.JAVA_BYTE, octets), 0, octets.length);
    }

    @Test
    void oneThatNobodyWaitsForIsEnded() throws Exception {
        Path path = alone(60);
        ProcessHandle keeper = keepers.all().getFirst();
        try (KeeperClient removal = new KeeperClient(path.toString(), 0)) {
            assertThat(removal.end()).isTrue();
            assertThat(path).doesNotExist();
            assertThat(removal.end()).isFalse();
        }
        keeper.onExit().get(30, TimeUnit.SECONDS);
    }
}
