package switchd.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.invoke.MethodHandle;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import switchd.core.SwitchdException;
import switchd.posix.Downcalls;
import switchd.posix.FileRights;
import switchd.posix.Owner;
import switchd.posix.testkit.NeedsRoot;

/// Each on a thread of a namespace of its own, which ends with the test.
@NeedsRoot
@Timeout(30)
class ConfinementTest {
    private static final Owner SOMEBODY = new Owner(65_534, 65_534);

    @TempDir private Path directory;
    private Path file;

    @BeforeEach
    void makeFile() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        file = Files.writeString(directory.resolve("root's"), "as it was");
    }

    /// What a test does once it is confined.
    @FunctionalInterface
    private interface Body {
        void run(TestLan lan) throws Exception;
    }

    private static void confined(Body body) throws SwitchdException {
        TestLan.run(
                true,
                lan -> {
                    Confinement.enter();
                    body.run(lan);
                });
    }

    private static String ofThread(String key) throws IOException {
        return Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
                .filter(line -> line.startsWith(key + ":"))
                .map(line -> line.substring(key.length() + 1).strip())
                .findFirst()
                .orElseThrow();
    }

    private static void assertDenied(ThrowingCallable work) {
        assertThatThrownBy(work).isInstanceOf(AccessDeniedException.class);
    }

    @Test
    void theCapabilitiesThatStayAreThoseOfTheListAndOthersKeepTheirs() throws Exception {
        String before = ofThread("CapPrm");
        confined(lan -> {
            String all = "%016x".formatted(Capability.all());
            assertThat(ofThread("CapEff")).isEqualTo(all);
            assertThat(ofThread("CapPrm")).isEqualTo(all);
            assertThat(ofThread("CapBnd")).isEqualTo(all);
            assertThat(ofThread("CapInh")).isEqualTo("%016x".formatted(0));
            assertThat(ofThread("NoNewPrivs")).isEqualTo("1");
        });
        assertThat(ofThread("CapPrm")).isEqualTo(before);
        assertThat(ofThread("NoNewPrivs")).isEqualTo("0");
    }

    @Test
    void noFileCanBeWrittenChangedMadeOrReplaced() throws Exception {
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        confined(lan -> {
            assertDenied(() -> Files.writeString(file, "changed"));
            assertDenied(() -> Files.writeString(file, "more", StandardOpenOption.APPEND));
            assertDenied(() -> Files.writeString(directory.resolve("new"), "made"));
            assertDenied(() -> Files.createSymbolicLink(directory.resolve("link"), file));
            assertDenied(() -> Files.createLink(directory.resolve("link"), file));
            assertDenied(() ->
                    Files.move(file, elsewhere.resolve("moved"), StandardCopyOption.ATOMIC_MOVE));
            assertThat(truncate(lan.arena)).isNotZero();
            assertThat(Files.readString(file)).isEqualTo("as it was");
        });
        assertThat(directory).isDirectoryNotContaining("glob:**/{new,link}");
    }

    private int truncate(Arena arena) {
        MethodHandle truncate =
                Downcalls.linkWithoutErrno(
                        "truncate", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
        try {
            return (int) truncate.invokeExact(arena.allocateFrom(file.toString()), 0L);
        } catch (Throwable t) {
            throw new AssertionError(t);
        }
    }

    @Test
    void noProgramCanBeRun() throws Exception {
        confined(lan ->
                assertThatThrownBy(() -> new ProcessBuilder("/bin/true").start())
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("Permission denied"));
    }

    /// Programs have no more rights than the thread that runs them.
    @Test
    void aProgramThatMayBeRunCanDoNothing() throws Exception {
        TestLan.run(
                true,
                lan -> {
                    Confinement.enterToRun();
                    assertThat(ofThread("CapPrm")).isEqualTo("%016x".formatted(0));
                    Process program =
                            new ProcessBuilder(
                                            "/bin/sh",
                                            "-c",
                                            "grep -E '^(Cap(Eff|Prm|Bnd)|NoNewPrivs)' /proc/self/status;"
                                                    + " echo changed > \"$1\"; echo $?",
                                            "sh",
                                            file.toString())
                                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                                    .start();
                    String told = new String(program.getInputStream().readAllBytes(), US_ASCII);
                    assertThat(told.lines().map(line -> line.replace("\t", " ")))
                            .startsWith(
                                    "CapPrm: 0000000000000000",
                                    "CapEff: 0000000000000000",
                                    "CapBnd: 0000000000000000",
                                    "NoNewPrivs: 1")
                            .hasSize(5)
                            .doesNotContain("0");
                    program.waitFor();
                });
        assertThat(file).hasContent("as it was");
    }

    @Test
    void threadsThatItStartsHaveNoMore() throws Exception {
        confined(lan -> {
            Throwable[] thrown = new Throwable[1];
            Thread thread =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    assertDenied(() -> Files.writeString(file, "changed"));
                                    assertThat(ofThread("CapEff"))
                                            .isEqualTo("%016x".formatted(Capability.all()));
                                } catch (IOException | AssertionError e) {
                                    thrown[0] = e;
                                }
                            });
            thread.join();
            assertThat(thrown[0]).isNull();
        });
    }

    @Test
    void socketsAndDirectoriesAreMadeMovedAndRemoved() throws Exception {
        confined(lan -> {
            Path nursery = Files.createDirectory(directory.resolve("nursery"));
            Path socket = nursery.resolve("s");
            try (ServerSocketChannel server =
                    ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
                server.bind(UnixDomainSocketAddress.of(socket));
                Path place = directory.resolve("socket");
                Files.move(socket, place, StandardCopyOption.ATOMIC_MOVE);
                Files.delete(place);
            }
            Files.delete(nursery);
        });
        assertThat(directory).isDirectoryContaining(file::equals);
        assertThat(directory.toFile().list()).hasSize(1);
    }

    @Test
    void uplinksOpenAndTheRightsOfOwnersAreTaken() throws Exception {
        confined(lan -> {
            lan.host.openBridge(TestLan.BRIDGE).openUplink(lan.slots).close();
            FileRights rights = new ThreadFileRights(lan.linux);
            String made = directory.resolve("made").toString();
            assertThat(rights.as(SOMEBODY, () -> lan.linux.geteuid())).isZero();
            int result = lan.linux.mkdir(lan.arena.allocateFrom(made), 0700);
            assertThat(result).isZero();
            assertThat(lan.linux.chown(lan.arena.allocateFrom(made), 65_534, 65_534)).isZero();
            String inside = made + "/inside";
            result =
                    rights.as(
                            SOMEBODY, () -> lan.linux.mkdir(lan.arena.allocateFrom(inside), 0700));
            assertThat(result).isZero();
        });
    }

    @Test
    void aPacketSocketOpens() throws Exception {
        TestLan.run(
                false,
                lan -> {
                    Confinement.enter();
                    lan.host.openInterface(TestLan.NIC).openUplink(lan.slots).close();
                });
    }

    @Test
    void confinedTwiceIsNoError() throws Exception {
        confined(lan -> Confinement.enter());
    }
}
