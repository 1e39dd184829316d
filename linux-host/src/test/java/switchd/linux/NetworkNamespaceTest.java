package switchd.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.UsageException;
import switchd.posix.testkit.NeedsRoot;

@NeedsRoot
@Timeout(30)
class NetworkNamespaceTest {
    private static final Path SELF = Path.of("/proc/thread-self/ns/net");

    @Test
    void itIsAnotherOneWithALoopbackInterface() throws Exception {
        Path ours = Files.readSymbolicLink(SELF);
        try (NetworkNamespace namespace = NetworkNamespace.open("test")) {
            Path theirs = namespace.call(_ -> self());
            assertThat(theirs).isNotEqualTo(ours);
            String links = namespace.call(_ -> IpCommand.run("link show"));
            assertThat(links).contains("lo: <LOOPBACK,UP").doesNotContain("2: ");
            Path named = Path.of("/proc/self/fd/" + namespace.fd());
            assertThat(Files.readSymbolicLink(named)).isEqualTo(theirs);
        }
        assertThat(Files.readSymbolicLink(SELF)).isEqualTo(ours);
    }

    @Test
    void threadsThatStartThereLiveThere() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.open("test")) {
            AtomicReference<Path> theirs = new AtomicReference<>();
            namespace.call(_ -> {
                Thread child = Thread.ofPlatform().start(() -> theirs.set(self()));
                child.join();
                return true;
            });
            assertThat(theirs.get()).isEqualTo(namespace.call(_ -> self()));
        }
    }

    @Test
    void failuresOfTheWorkComeOut() throws Exception {
        try (NetworkNamespace namespace = NetworkNamespace.open("test")) {
            assertThatThrownBy(() ->
                            namespace.call(_ -> {
                                throw new UsageException("wrong");
                            }))
                    .isInstanceOf(UsageException.class)
                    .hasMessage("wrong");
            assertThatThrownBy(() ->
                            namespace.call(_ -> {
                                throw new IOException("broken");
                            }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasRootCauseMessage("broken");
        }
    }

    @Test
    void closingTwiceIsNoError() throws Exception {
        NetworkNamespace namespace = NetworkNamespace.open("test");
        namespace.close();
        namespace.close();
        assertThatThrownBy(namespace::fd).isInstanceOf(IllegalStateException.class);
    }

    private static Path self() {
        try {
            return Files.readSymbolicLink(SELF);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
