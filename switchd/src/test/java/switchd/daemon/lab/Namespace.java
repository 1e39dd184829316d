package switchd.daemon.lab;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A network namespace made for a test. Closing it ends every process in it and deletes it with all
/// its interfaces.
public final class Namespace implements AutoCloseable {
    private final String name;
    private final Cleanup cleanup = new Cleanup();

    private Namespace(String name) {
        this.name = name;
    }

    static Namespace create(String name) {
        Command.run("ip", "netns", "add", name);
        var namespace = new Namespace(name);
        return Cleanup.building(undo -> {
            undo.add(namespace);
            namespace.cleanup.add(() -> remove(name));
            namespace.run("ip", "link", "set", "lo", "up");
            return namespace;
        });
    }

    /// Ends the processes that are still in the namespace (nobody else's can be) and deletes it.
    static void remove(String name) {
        Pids.killInside(name);
        Command.run("ip", "netns", "del", name);
    }

    /// Removes the namespaces `PREFIX<pid>-…` of processes that are no more.
    static void sweep(String prefix) {
        var name = Pattern.compile("^" + prefix + "(\\d+)-\\S+", Pattern.MULTILINE);
        name.matcher(Command.run("ip", "netns", "list"))
                .results()
                .filter(found -> ProcessHandle.of(Long.parseLong(found.group(1))).isEmpty())
                .forEach(found -> remove(found.group()));
    }

    public String name() {
        return name;
    }

    /// Runs a command in here to its end, for at most 10 s; fails, with its output, when it fails.
    public String run(String... command) {
        return run(Await.SHORT, command);
    }

    public String run(Duration timeout, String... command) {
        return Command.run(timeout, inside(List.of(command)));
    }

    /// Runs a command that may fail.
    public Command tried(Duration timeout, String... command) {
        return Command.tried(timeout, inside(List.of(command)));
    }

    /// Starts a process in here; it ends with the namespace. Its id is the command's own, `ip`
    /// gives way to it.
    public Job start(String... command) {
        return start(List.of(command), Map.of());
    }

    /// @param environment added to this JVM's own
    public Job start(List<String> command, Map<String, String> environment) {
        return cleanup.add(Job.start(inside(command), environment));
    }

    /// The command line that runs `command` in here: for a process builder of one's own.
    public List<String> inside(List<String> command) {
        return Stream.concat(Stream.of("ip", "netns", "exec", name), command.stream()).toList();
    }

    /// Sets an IPv6 option for the interfaces to come.
    void ip6Default(String option, int value) {
        run("sh", "-c", "echo " + value + " > /proc/sys/net/ipv6/conf/default/" + option);
    }

    /// Makes the interface hand over whole frames: finished checksums, nothing above the MTU.
    void withoutOffloads(String nic) {
        run("ethtool", "-K", nic, "tx", "off", "tso", "off", "gso", "off", "gro", "off");
    }

    void withOffloads(String nic) {
        run("ethtool", "-K", nic, "tx", "on", "tso", "on", "gso", "on", "gro", "on");
    }

    @Override
    public void close() {
        cleanup.close();
    }

    /// The interfaces, by name.
    public List<String> interfaces() {
        return run("ip", "-o", "link").lines().map(line -> line.split("[:@] ?", 3)[1]).toList();
    }
}
