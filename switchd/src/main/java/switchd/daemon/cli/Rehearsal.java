package switchd.daemon.cli;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import switchd.daemon.log.StderrLog;

/// Runs a daemon and the commands that operators type most, in one process, for the JVM to note
/// what they need: `bin/lib/launch.sh` has a cache made of that.
public final class Rehearsal {
    private static final List<String> COMMANDS =
            List.of("status", "status --json", "port ls", "port show vm0", "network ls");

    private Rehearsal() {}

    /// Ends with status 0 where all went well.
    ///
    /// @param args an empty folder for the sockets
    public static void main(String[] args) {
        StderrLog.direct();
        Path folder = Path.of(args[0]);
        String control = " --control " + folder.resolve("control.sock");
        FirstLine ready = new FirstLine();
        String daemon = "--isolated --socket " + folder.resolve("net.sock") + control;
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    Main.run(ready, daemon.split(" "));
                    ready.line.complete(false);
                });
        boolean fine = ready.line.join() && succeeds("--version") && succeeds("--help");
        for (String command : COMMANDS) {
            fine &= succeeds(command + control);
        }
        if (!fine) {
            Runtime.getRuntime().halt(ExitStatus.SOFTWARE);
        }
        // As a signal does: the daemon removes what it made and ends the process.
        Main.run(OutputStream.nullOutputStream(), ("stop" + control).split(" "));
    }

    private static boolean succeeds(String words) {
        return Main.run(OutputStream.nullOutputStream(), words.split(" ")) == ExitStatus.OK;
    }

    /// Tells when a line was written: the daemon's ports are up.
    private static final class FirstLine extends ByteArrayOutputStream {
        private final CompletableFuture<Boolean> line = new CompletableFuture<>();

        @Override
        public synchronized void flush() {
            if (size() > 0) {
                line.complete(true);
            }
        }
    }
}
