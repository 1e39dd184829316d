package switchd.daemon.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.lab.VmClient;
import switchd.daemon.lab.Workspace;

/// A daemon whose stderr is a pipe that nobody reads.
@NeedsLab
@Timeout(60)
final class UnreadLogIT {
    /// Two lines each: more than the pipe (64 KiB) and the daemon's own queue (1,000 lines) take.
    private static final int CYCLES = 1_200;

    private static final String MAC = "02:00:00:00:0e:11";
    private static final String OTHER = "02:00:00:00:0e:12";

    @Test
    void itStopsNeitherTheFramesNorTheEnd() throws Exception {
        try (Workspace workspace = Workspace.create()) {
            List<String> command = new ArrayList<>(DaemonProcess.java(DaemonProcess.image()));
            command.add("--isolated");
            for (String port : List.of("busy", "one", "two")) {
                Path socket = workspace.file(port + "/net.sock");
                command.addAll(List.of("--name", port, "--socket", socket.toString()));
            }
            Process daemon = new ProcessBuilder(command).start();
            try (BufferedReader out = daemon.inputReader(UTF_8)) {
                assertThat(out.readLine()).startsWith("{");
                for (int attached = 0; attached < CYCLES; ) {
                    attached += comeAndGo(workspace.file("busy/net.sock")) ? 1 : 0;
                }
                try (VmClient one = VmClient.vfkit(workspace.file("one/net.sock"));
                        VmClient two = VmClient.vfkit(workspace.file("two/net.sock"))) {
                    two.send(Frames.sized(Frames.BROADCAST, OTHER, 60));
                    byte[] frame = Frames.sized(OTHER, MAC, 60);
                    // The daemon may come to the one before it has taken the other in.
                    Await.until(
                            "a frame from VM to VM",
                            Await.SHORT,
                            () -> {
                                one.send(frame);
                                return two.receive(Duration.ofMillis(100))
                                        .filter(received -> Arrays.equals(received, frame))
                                        .isPresent();
                            });
                }
                daemon.destroy();
                assertThat(daemon.waitFor(2, TimeUnit.SECONDS)).as("ended within 2 s").isTrue();
                assertThat(daemon.exitValue()).isZero();
                assertThat(workspace.file("one")).doesNotExist();
            } finally {
                daemon.destroyForcibly().waitFor();
            }
        }
    }

    /// A VM that attaches and leaves; false where it came while its predecessor was just being
    /// taken in, which the kernel does not allow.
    private static boolean comeAndGo(Path socket) {
        try (VmClient vm = VmClient.vfkit(socket)) {
            vm.send(Frames.sized(Frames.BROADCAST, MAC, 60));
            return true;
        } catch (UncheckedIOException _) {
            return false;
        }
    }
}
