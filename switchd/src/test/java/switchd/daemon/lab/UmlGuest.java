package switchd.daemon.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A real VM: user-mode Linux, whose NIC is a connected datagram socket, as that of Apple's
/// Virtualization framework is. It attaches just as vfkit does (`uml-launch.pl`). Its root is this
/// machine's, read-only, so that it has all programs that the machine has.
///
/// IPv6 is off until [#enableIp6]: a guest that is left alone sends nothing.
public final class UmlGuest implements AutoCloseable {
    public static final String NIC = "vec0";

    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Pattern ADDRESS = Pattern.compile("inet (\\S+?)/");

    private final Workspace workspace;
    private final Path local;
    private final Job process;
    private final UmlConsole console;

    private UmlGuest(Cleanup cleanup, Lab lab, Path server, String mac, int mtu) {
        workspace = cleanup.add(Workspace.create());
        local = VmClient.vfkitPath(server);
        cleanup.add(this::removeSocketFile);
        cleanup.add(this::killHelpers);
        process = cleanup.add(lab.host().start(command(server, mac, mtu), environment()));
        console = new UmlConsole(process);
        run("ip link set %s mtu %d up".formatted(NIC, mtu));
    }

    /// Boots a guest that attaches to the socket `server`; returns when it takes commands and its
    /// NIC is up. Closed with the lab.
    public static UmlGuest boot(Lab lab, Path server, String mac, int mtu) {
        return lab.add(Cleanup.building(cleanup -> new UmlGuest(cleanup, lab, server, mac, mtu)));
    }

    public static UmlGuest boot(Lab lab, Path server, String mac) {
        return boot(lab, server, mac, 1500);
    }

    private List<String> command(Path server, String mac, int mtu) {
        String nic = "vec0:transport=fd,fd=@FD@,mac=%s,mtu=%d,depth=64".formatted(mac, mtu);
        return Stream.of(
                        Stream.of("perl", workspace.executable("uml-launch.pl").toString()),
                        Stream.of(server.toString(), local.toString(), "linux.uml", nic),
                        Stream.of("init=" + workspace.executable("uml-init.sh")),
                        Stream.of("uml_dir=" + workspace.path(), "umid=guest", "mem=128M"),
                        Stream.of("root=/dev/root", "rootfstype=hostfs", "rootflags=/", "ro"),
                        Stream.of("con=null", "con0=fd:0,fd:1", "quiet"),
                        // Measures the speed of a RAID for 0.9 s, more than half of the boot.
                        Stream.of("initcall_blacklist=raid6_select_algo"))
                .flatMap(part -> part)
                .toList();
    }

    /// The memory is a file in TMPDIR, mapped executable: a container's /dev/shm refuses that.
    private Map<String, String> environment() {
        return Map.of("TMPDIR", workspace.path().toString(), "LC_ALL", "C");
    }

    /// Runs a line of shell in the guest; fails, with its output, when it fails.
    public String run(String command) {
        return tried(command, LONG).orFail("in the guest: " + command);
    }

    /// Runs a line of shell that may fail.
    public Command tried(String command, Duration timeout) {
        return console.run(command, timeout);
    }

    /// Gives the NIC an address, as in `10.77.0.9/24` or `fd77::9/64`.
    public void address(String address) {
        run(
                "ip addr add %s dev %s %s"
                        .formatted(address, NIC, address.contains(":") ? "nodad" : ""));
    }

    /// Gets an address by DHCP, and returns it.
    public String dhcp() {
        run("busybox udhcpc -i %s -s /tmp/dhcp -f -q -n -t 5 -T 1".formatted(NIC));
        var matcher = ADDRESS.matcher(run("ip -4 addr show dev " + NIC));
        if (!matcher.find()) {
            throw new AssertionError(process.describe("has no address"));
        }
        return matcher.group(1);
    }

    /// Loads IPv6: the guest then solicits routers and takes addresses from advertisements, at
    /// once.
    public void enableIp6() {
        // By hand: kmod need not be there, nor the modules where it looks for them.
        finitModule("lib/crc-ccitt", "");
        finitModule("net/ipv6/ipv6", "disable_ipv6=1");
        run(
                "cd /proc/sys/net/ipv6/conf/vec0 && echo 0 >accept_dad"
                        + " && echo 0 >router_solicitation_delay && echo 0 >disable_ipv6");
    }

    /// Makes a VLAN device of the guest's kernel over its NIC, and gives it an address.
    public void addVlan(int id, String address) {
        for (String module : List.of("net/llc/llc", "net/802/stp", "net/802/garp", "net/802/mrp")) {
            finitModule(module, "");
        }
        finitModule("net/8021q/8021q", "");
        run("ip link add link %1$s name %1$s.%2$d type vlan id %2$d".formatted(NIC, id));
        run("ip addr add %s dev %s.%d".formatted(address, NIC, id));
        run("ip link set %s.%d up".formatted(NIC, id));
    }

    private void finitModule(String module, String options) {
        String call =
                "open my $f, \"<\", shift or die; my $o = shift; exit syscall(313, fileno $f, $o,"
                        + " 0)";
        String file = "/usr/lib/uml/modules/$(uname -r)/kernel/" + module + ".ko";
        run("perl -e '%s' %s '%s'".formatted(call, file, options));
    }

    /// True where the guest gets one answer from `ip` (either family) within 2 s.
    public boolean canPing(String ip) {
        return tried("ping -n -c 1 -W 2 " + ip, LONG).exit() == 0;
    }

    /// The path the guest's socket is bound to.
    public Path local() {
        return local;
    }

    /// Shuts the guest down; its socket's file is removed, as vfkit does.
    public void powerOff() {
        process.write("@off busybox poweroff -f\n");
        process.awaitExit(LONG);
        killHelpers();
        removeSocketFile();
    }

    /// Ends the guest as `kill -9` does: its socket closes, the socket's file stays behind.
    public void kill() {
        process.kill();
        killHelpers();
    }

    /// The helpers of user-mode Linux have copies of its descriptors and survive it. All hold the
    /// workspace's path in their command line.
    private void killHelpers() {
        Pids.killMarked("uml_dir=" + workspace.path());
    }

    private void removeSocketFile() {
        try {
            Files.deleteIfExists(local);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Kills the guest if it still runs, and removes all its files. Closing twice is no error.
    @Override
    public void close() {
        kill();
        removeSocketFile();
        workspace.close();
    }
}
