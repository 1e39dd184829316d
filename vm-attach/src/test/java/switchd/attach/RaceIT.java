package switchd.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import switchd.attach.testkit.VmSocket;
import switchd.core.SwitchdException;
import switchd.posix.Owner;
import switchd.posix.testkit.NeedsRoot;

/// The owner of a port, who is not root, exchanges paths while root works on them: nothing of
/// root's is touched.
@NeedsRoot
@Timeout(30)
class RaceIT {
    private static final Owner OWNER = new Owner(65_534, 65_534);
    private static final long RACE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int FEWEST = 20;

    @TempDir Path root;

    private AttachLab lab;
    private Path home;
    private Path port;
    private Path server;
    private Path vault;

    @BeforeEach
    void makePlaces() throws IOException {
        chmod(root, "rwxr-xr-x");
        home = owned(root.resolve("home"));
        port = owned(home.resolve("port"));
        server = port.resolve("net.sock");
        vault = Files.createDirectory(root.resolve("vault"));
        chmod(vault, "rwxr-xr-x");
        Files.writeString(vault.resolve("vm.sock"), "root's");
        lab = AttachLab.start(server, AttachLab.Io.BATCHES, UnaryOperator.identity());
    }

    @AfterEach
    void close() {
        lab.close();
    }

    private static Path owned(Path directory) throws IOException {
        Files.createDirectory(directory);
        chmod(directory, "rwx------");
        Files.setAttribute(directory, "unix:uid", OWNER.uid());
        Files.setAttribute(directory, "unix:gid", OWNER.gid());
        return directory;
    }

    private static void chmod(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    /// All that a change of what is in the vault would change, the time of that included.
    private Map<Path, Map<String, Object>> vaultsState() throws IOException {
        Map<Path, Map<String, Object>> state = new TreeMap<>();
        try (Stream<Path> all = Files.walk(vault)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                state.put(
                        path,
                        Files.readAttributes(
                                path,
                                "unix:ino,mode,uid,gid,nlink,size,ctime",
                                LinkOption.NOFOLLOW_LINKS));
            }
        }
        return state;
    }

    @FunctionalInterface
    private interface Attempt {
        void run() throws SwitchdException;
    }

    /// On the loop's thread, again and again for a second.
    ///
    /// @return how often it was done, and how often refused
    private List<Integer> race(Attempt attempt) throws Exception {
        return lab.ask(() -> {
            int done = 0;
            int refused = 0;
            long end = System.nanoTime() + RACE_NANOS;
            while (System.nanoTime() - end < 0) {
                try {
                    attempt.run();
                    done++;
                } catch (SwitchdException _) {
                    refused++;
                }
            }
            return List.of(done, refused);
        });
    }

    private SocketPath path() {
        return new SocketPath(
                lab.host().posix(),
                lab.host().fileRights(),
                SocketAccess.privateTo(OWNER),
                server.toString());
    }

    @Test
    void bindingAndRemovingTouchNothingWhereSocketAndDirectoryAreExchanged() throws Exception {
        // One that nobody listens to gives way, where it is the port's.
        VmSocket.bound(vault.resolve("net.sock")).kill();
        chmod(vault.resolve("net.sock"), "rwxrwxrwx");
        Map<Path, Map<String, Object>> before = vaultsState();
        try (Swapper swapper =
                Swapper.start(
                        OWNER.uid(), OWNER.gid(), port, vault, server, vault.resolve("net.sock"))) {
            List<Integer> counts =
                    race(() -> {
                        SocketPath path = path();
                        SocketPath.Bound bound = path.bind();
                        bound.fd().close();
                        path.remove();
                    });
            assertThat(swapper.stop()).isGreaterThan(FEWEST);
            assertThat(counts.getFirst()).as("bound, refused: %s", counts).isPositive();
            assertThat(counts.getLast()).as("bound, refused: %s", counts).isPositive();
        }
        assertThat(vaultsState()).isEqualTo(before);
    }

    @Test
    void aDirectoryIsMadeAndGivenAwayNowhereElse() throws Exception {
        Map<Path, Map<String, Object>> before = vaultsState();
        try (Swapper swapper = Swapper.start(OWNER.uid(), OWNER.gid(), port, vault)) {
            List<Integer> counts =
                    race(() ->
                            SocketDirectory.chosen(
                                            lab.host().posix(),
                                            lab.host().fileRights(),
                                            port.resolve("sockets").toString(),
                                            SocketAccess.privateTo(OWNER),
                                            false)
                                    .close());
            assertThat(swapper.stop()).isGreaterThan(FEWEST);
            assertThat(counts.getFirst()).as("made, refused: %s", counts).isPositive();
            assertThat(counts.getLast()).as("made, refused: %s", counts).isPositive();
        }
        assertThat(vaultsState()).isEqualTo(before);
    }

    @Test
    void clientsLeadToNoSocketThatTheyCouldNotReachThemselves() throws Exception {
        lab.listenAs(OWNER);
        Path name = port.resolve("vm.sock");
        Files.delete(vault.resolve("vm.sock"));
        try (VmSocket roots = VmSocket.bound(vault.resolve("vm.sock"));
                Swapper swapper = Swapper.start(OWNER.uid(), OWNER.gid(), name, roots.local())) {
            chmod(roots.local(), "rw-------");
            Map<Path, Map<String, Object>> before = vaultsState();
            List<String> failed = new ArrayList<>();
            long end = System.nanoTime() + RACE_NANOS;
            int attached = 0;
            while (System.nanoTime() - end < 0) {
                try (UserVm vm = UserVm.start(OWNER.uid(), OWNER.gid(), name, server)) {
                    String answer = vm.failure();
                    if (answer.equals("ok")) {
                        vm.send();
                        attached++;
                    } else {
                        failed.add(answer);
                    }
                }
            }
            assertThat(attached).as("others: %s", failed).isPositive();
            assertThat(swapper.stop()).isGreaterThan(FEWEST);
            lab.ask(() -> true);
            assertThat(roots.receive(Duration.ofMillis(1))).isEmpty();
            assertThat(vaultsState()).isEqualTo(before);
        }
    }
}
