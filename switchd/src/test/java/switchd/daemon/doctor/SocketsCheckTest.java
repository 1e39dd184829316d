package switchd.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import switchd.linux.NativeLinux;

/// Sockets of a real kernel, living and dead, and directories of the JDK's and a user's.
final class SocketsCheckTest {
    @TempDir private Path base = Path.of("");

    private List<Finding> run(boolean paths, String... ports) throws SwitchdException {
        return run(null, paths, ports);
    }

    private List<Finding> run(@Nullable SwitchdException refusal, boolean paths, String... ports)
            throws SwitchdException {
        Setup setup =
                new Setup(
                        "test",
                        base.toString(),
                        null,
                        null,
                        null,
                        null,
                        refusal,
                        List.of(),
                        List.of(ports).stream()
                                .map(name ->
                                        new Setup.Place(
                                                name, null, List.of(base + "/" + name + "/s")))
                                .toList());
        try (Arena arena = Arena.ofConfined();
                Facts facts = new LinuxFacts(new NativeLinux(arena), LinuxFiles.ofHost())) {
            return (paths ? new PathsCheck(facts, setup) : new SocketsCheck(facts, setup)).run();
        }
    }

    /// Listens, and leaves its file behind when it is closed.
    private ServerSocketChannel listen(String port) throws Exception {
        Files.createDirectories(base.resolve(port));
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        channel.bind(UnixDomainSocketAddress.of(base.resolve(port).resolve("s")));
        return channel;
    }

    @Test
    void theDeadAreToldFromTheLiving() throws Exception {
        assertThat(run(false, "web"))
                .extracting(Finding::text)
                .containsExactly("somebody listens at every socket");
        try (ServerSocketChannel living = listen("web")) {
            assertThat(living.isOpen()).isTrue();
            assertThat(run(false, "web")).extracting(Finding::subject).containsExactly(base + "");
            listen("db").close();
            assertThat(run(false, "web", "db"))
                    .extracting(Finding::cure)
                    .containsExactly("sudo rm " + base + "/db/s");
            assertThat(run(false, "web"))
                    .extracting(Finding::cure)
                    .containsExactly("sudo rm -r " + base + "/db");
        }
        Files.createDirectories(base.resolve("old"));
        assertThat(run(false, "web", "db"))
                .extracting(Finding::subject)
                .containsExactly(base + "/db/s", base + "/old", base + "/web/s");
    }

    @Test
    void directoriesOfPortsThatAreNotToldAreNotToBeRemoved() throws Exception {
        Files.createDirectories(base.resolve("down"));
        assertThat(run(false))
                .extracting(Finding::cure)
                .containsExactly("sudo rm -r " + base + "/down");
        assertThat(run(new PermissionException("not for user 17"), false))
                .extracting(Finding::text)
                .containsExactly("somebody listens at every socket");
    }

    @Test
    void aSocketInAnOpenDirectoryIsTold() throws Exception {
        try (ServerSocketChannel living = listen("web")) {
            assertThat(living.isOpen()).isTrue();
            assertThat(run(true, "web"))
                    .filteredOn(found -> (base + "/web/s").equals(found.subject()))
                    .extracting(Finding::level)
                    .containsExactly(Finding.Level.PASS);
            Files.setPosixFilePermissions(
                    base.resolve("web"), PosixFilePermissions.fromString("rwxrwxrwx"));
            assertThat(run(true, "web"))
                    .filteredOn(found -> (base + "/web/s").equals(found.subject()))
                    .extracting(Finding::cure)
                    .containsExactly("sudo chmod go-w " + base + "/web");
        }
    }
}
