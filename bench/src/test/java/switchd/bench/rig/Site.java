package switchd.bench.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.Lab;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Where contestants run: a namespace for them with a bridge, one for the LAN, and a generator that
/// reaches into both. All that is started or made here ends with it.
final class Site implements AutoCloseable {
    static final String LAN = "nic:eth0@%s," + Lab.LAN_MAC;
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration SLACK = Duration.ofSeconds(30);

    private final Lab lab;
    private final Path root;
    private final Programs programs;
    private final int mtu;
    private final List<String> missing = new ArrayList<>();
    private int count;

    /// @param root of the checkout that is built
    /// @param mtu of all links
    Site(Path root, Programs programs, int mtu) {
        this.root = root;
        this.programs = programs;
        this.mtu = mtu;
        this.lab = Lab.bridged(mtu);
    }

    Lab lab() {
        return lab;
    }

    /// The end in the LAN that all reach through the bridge.
    String lanEnd() {
        return LAN.formatted(lab.lan().name());
    }

    /// True where there is such a program; what is not there is remembered.
    boolean has(String program) {
        String path = System.getenv("PATH") + ":/usr/sbin:/sbin";
        boolean isThere =
                Stream.of(path.split(":", -1))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
        if (!isThere) {
            missing.add(program);
        }
        return isThere;
    }

    /// Programs that are not on this machine, so that nobody was measured with them.
    List<String> missing() {
        return missing;
    }

    /// A number that nothing else here has.
    int next() {
        return ++count;
    }

    /// A hardware address for the VM of this number.
    static String mac(int number) {
        return "02:00:00:00:62:%02x".formatted(number);
    }

    /// A path for a VM's socket, in a folder of its own.
    String socket(int number) {
        Path folder = lab.workspace().file("vm" + number);
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folder.resolve("net.sock").toString();
    }

    /// Runs `ip` in the contestants' namespace, for each line.
    void ip(String... lines) {
        for (String line : lines) {
            lab.host().run(("ip " + line).split(" "));
        }
    }

    /// Runs a command outside of the namespaces, which makes or reaches others.
    void outside(String line) {
        try (Job job = Job.start(line.split(" "))) {
            if (job.awaitExit(SLACK) != 0) {
                throw new IllegalStateException(line + ": " + job.output());
            }
        }
    }

    /// Makes a TAP in the bridge.
    String tap() {
        String name = "tap" + next();
        ip(
                "tuntap add dev " + name + " mode tap",
                "link set " + name + " mtu " + mtu + " master " + Lab.BRIDGE,
                "link set " + name + " up");
        return name;
    }

    /// Makes a NIC for a contestant, with a cable of its own into the LAN.
    ///
    /// @return its name, and that of the other end
    String[] cable() {
        String[] ends = {"nic" + next(), "lan" + next()};
        ip(
                "link add %s type veth peer name %s netns %s"
                        .formatted(ends[0], ends[1], lab.lan().name()));
        String[] whole = {
            "ethtool", "-K", "", "tx", "off", "tso", "off", "gso", "off", "gro", "off"
        };
        whole[2] = ends[0];
        lab.host().run(whole);
        whole[2] = ends[1];
        lab.lan().run(whole);
        ip("link set " + ends[0] + " up");
        lab.lan().run("ip", "link", "set", ends[1], "up");
        return ends;
    }

    /// Starts a process of a contestant, and returns when it has printed a line that matches.
    Job start(String ready, List<String> command) {
        Job job = lab.host().start(command, Map.of());
        job.awaitOutput(ready, START);
        return job;
    }

    /// A path for a daemon's control socket.
    String controlSocket() {
        return socket(next()).replace("net.sock", "control.sock");
    }

    /// Starts the daemon as `bin/switchd` does.
    ///
    /// @param control its control socket
    Job daemon(String control, List<String> options) {
        List<String> all = new ArrayList<>(options);
        all.addAll(List.of("--control", control));
        return start("^\\{.*\\}$", switchd(all));
    }

    /// The command line of the shipped program.
    List<String> switchd(List<String> words) {
        String script = "lib=$1; shift; . \"$lib\"; launch \"$@\"";
        return Stream.of(
                        List.of("env", "-u", "SUDO_UID", "-u", "SUDO_GID", "-u", "XDG_RUNTIME_DIR"),
                        List.of("sh", "-c", script, "sh"),
                        List.of(root.resolve("bin/lib/launch.sh").toString()),
                        List.of(System.getProperty("java.home") + "/bin/java"),
                        List.of(root.resolve("switchd/target/image/lib").toString()),
                        words)
                .flatMap(List::stream)
                .toList();
    }

    /// Starts the baseline between two ends.
    Job cSwitch(String near, String far, String... options) {
        List<String> command = new ArrayList<>(List.of(programs.cSwitch().toString()));
        command.addAll(List.of("--end", near, "--end", far));
        command.addAll(List.of(options));
        return start("^ready$", command);
    }

    /// Starts a VM's NIC: what the TAP of a guest's namespace sends goes to the socket, and back.
    Job shim(String socket, String tap) {
        return start(
                "^ready$",
                List.of(programs.traffic().toString(), "shim", "--from", socket, "--to", tap));
    }

    /// Runs the generator to its end, and returns what it tells.
    JsonNode traffic(
            String command,
            List<String> from,
            List<String> to,
            Contestant contestant,
            double seconds,
            String... options) {
        Duration most = SLACK.plusMillis((long) (seconds * 1000));
        List<String> words = generator(command, from, to, contestant, seconds, options);
        String told = lab.host().run(most, words.toArray(String[]::new));
        return JsonMapper.shared().readTree(told);
    }

    /// The generator's command line.
    ///
    /// @param command `flow` or `ping`
    List<String> generator(
            String command,
            List<String> from,
            List<String> to,
            Contestant contestant,
            double seconds,
            String... options) {
        List<String> words = new ArrayList<>(List.of(programs.traffic().toString(), command));
        from.forEach(end -> words.addAll(List.of("--from", end)));
        to.forEach(end -> words.addAll(List.of("--to", end)));
        for (Long process : contestant.processes()) {
            words.addAll(List.of("--switch", process.toString()));
        }
        words.addAll(List.of("--seconds", Double.toString(seconds)));
        words.addAll(List.of(options));
        return words;
    }

    @Override
    public void close() {
        lab.close();
    }
}
