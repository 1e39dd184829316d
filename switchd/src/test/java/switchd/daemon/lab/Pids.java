package switchd.daemon.lab;

import java.util.List;
import java.util.function.Supplier;

/// Ends processes by their ids. One that has ended but that its parent has not collected yet counts
/// as gone: its descriptors and its memory are.
final class Pids {
    private Pids() {}

    /// SIGKILL for every process with `mark` in its command line: something that nobody else's can
    /// hold, as the path of a temporary folder of ours. Returns when they are gone.
    static void killMarked(String mark) {
        killAll(
                "the end of " + mark,
                () ->
                        ProcessHandle.allProcesses()
                                .filter(p -> p.info().commandLine().orElse("").contains(mark))
                                .toList());
    }

    /// SIGKILL for every process in a network namespace. Returns when they are gone.
    static void killInside(String namespace) {
        killAll(
                "the end of the processes in " + namespace,
                () ->
                        Command.run("ip", "netns", "pids", namespace)
                                .lines()
                                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
                                .toList());
    }

    private static void killAll(String what, Supplier<List<ProcessHandle>> processes) {
        Await.until(
                what,
                Await.SHORT,
                () -> {
                    List<ProcessHandle> left = processes.get();
                    left.forEach(ProcessHandle::destroyForcibly);
                    return left.isEmpty();
                });
    }
}
