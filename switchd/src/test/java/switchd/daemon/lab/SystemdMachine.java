package switchd.daemon.lab;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/// A machine that a real systemd runs: user-mode Linux, whose root is this machine's, read-only.
/// What is written to `/etc`, `/home`, `/opt`, `/tmp`, `/usr/local` and `/var` stays in its memory.
/// It has no NIC, but bridges and TAPs.
public final class SystemdMachine implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(200);

    private final Workspace workspace;
    private final Job process;
    private final UmlConsole console;

    private SystemdMachine(Cleanup cleanup, Path image) {
        workspace = cleanup.add(Workspace.create());
        Path init = workspace.executable("systemd-init.sh");
        cleanup.add(this::killHelpers);
        List<String> command =
                List.of(
                        "linux.uml",
                        "init=" + init,
                        "SWITCHD_IMAGE=" + image,
                        "uml_dir=" + workspace.path(),
                        "umid=systemd",
                        "mem=768M",
                        "root=/dev/root",
                        "rootfstype=hostfs",
                        "rootflags=/",
                        "ro",
                        "con=null",
                        "con0=fd:0,fd:1",
                        "quiet",
                        "systemd.show_status=0",
                        "initcall_blacklist=raid6_select_algo");
        process = cleanup.add(Job.start(command, environment()));
        console = new UmlConsole(process);
    }

    /// Boots one; returns when systemd is up.
    ///
    /// @param image a folder of jars; the machine has a copy at `/mnt/image/lib`
    public static SystemdMachine boot(Path image) {
        return Cleanup.building(cleanup -> new SystemdMachine(cleanup, image));
    }

    /// The memory is a file in TMPDIR, mapped executable: a container's /dev/shm refuses that.
    private Map<String, String> environment() {
        return Map.of("TMPDIR", workspace.path().toString(), "LC_ALL", "C");
    }

    /// Runs a script of shell that must succeed, and gives its output.
    public String run(String script) {
        return tried(script).orFail("on the machine: " + script);
    }

    /// Runs a script of shell that may fail.
    public Command tried(String script) {
        String text = Base64.getEncoder().encodeToString(script.getBytes(UTF_8));
        Command done = console.run("eval \"$(echo " + text + " | base64 -d)\"", PATIENCE);
        return new Command(done.exit(), done.output().replace("\r", ""));
    }

    private void killHelpers() {
        Pids.killMarked("uml_dir=" + workspace.path());
    }

    /// Switches it off and removes all its files. Closing twice is no error.
    @Override
    public void close() {
        process.close();
        killHelpers();
        workspace.close();
    }
}
