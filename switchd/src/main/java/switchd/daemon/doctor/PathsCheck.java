package switchd.daemon.doctor;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import switchd.core.Errno;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.posix.FileStatus;
import switchd.posix.Ids;

/// Owner and permissions of every component of the paths that switchd trusts. Who may write to one
/// may put something else in the place of all below.
record PathsCheck(Facts facts, Setup setup) implements Check {
    private static final int KIND = 0170000;
    private static final int LINK = 0120000;
    private static final int DIRECTORY = 0040000;
    private static final int SOCKET = 0140000;
    private static final int STICKY = 01000;
    private static final int WRITABLE_BY_OTHERS = 022;
    private static final int SEARCH = 01;
    private static final int PERMISSIONS = 07777;

    /// One directory or file on the way, the root directory first.
    ///
    /// @param mode kind and permissions
    record Component(String path, int mode, int uid) {}

    @Override
    public String name() {
        return "paths";
    }

    @Override
    public List<Finding> run() throws SwitchdException {
        Findings findings = new Findings(name());
        int self = facts.posix().geteuid();
        for (Map.Entry<String, String> entry : trusted().entrySet()) {
            judge(entry.getValue(), entry.getKey(), components(entry.getKey()), self, findings);
        }
        for (Setup.Place port : setup.ports()) {
            for (String socket : port.sockets()) {
                judgePort(port.name(), socket, components(socket), self, findings);
            }
        }
        return findings.list();
    }

    /// Paths, and what they are.
    private Map<String, String> trusted() {
        Map<String, String> paths = new LinkedHashMap<>();
        put(paths, setup.config(), "configuration");
        put(paths, setup.base(), "sockets");
        put(paths, setup.control(), "control socket");
        put(paths, payload(), "program");
        put(paths, System.getProperty("java.home"), "JDK");
        return paths;
    }

    private static void put(Map<String, String> paths, @Nullable String path, String what) {
        if (path != null) {
            paths.putIfAbsent(path, what);
        }
    }

    /// Where the program's code lies; null where it comes from no file.
    private static @Nullable String payload() {
        var source = PathsCheck.class.getProtectionDomain().getCodeSource();
        try {
            return source == null ? null : Path.of(source.getLocation().toURI()).toString();
        } catch (URISyntaxException | IllegalArgumentException _) {
            return null;
        }
    }

    /// Those of the path as it is written, and of where its links lead.
    private List<Component> components(String path) throws SwitchdException {
        Set<String> paths = new TreeSet<>();
        paths.addAll(prefixes(path));
        try {
            paths.addAll(prefixes(Path.of(path).toRealPath().toString()));
        } catch (IOException _) {
            // not there, or behind a kernel that the JDK does not know
        }
        List<Component> components = new ArrayList<>();
        for (String prefix : paths) {
            try {
                FileStatus status = FileStatus.of(facts.posix(), prefix);
                if (status != null) {
                    components.add(new Component(prefix, status.mode(), status.uid()));
                }
            } catch (SyscallException e) {
                if (!e.is(Errno.EACCES) && !e.is(Errno.ENOTDIR)) {
                    throw e;
                }
            }
        }
        return components;
    }

    private static List<String> prefixes(String path) {
        List<String> prefixes = new ArrayList<>(List.of("/"));
        for (int end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) {
            prefixes.add(path.substring(0, end));
        }
        prefixes.add(path);
        return prefixes;
    }

    /// @param what the path is, for people
    /// @param components those that are there and can be seen
    /// @param self the user that looks: as good an owner as root where switchd runs as him
    static void judge(
            String what, String path, List<Component> components, int self, Findings findings) {
        if (components.stream().noneMatch(component -> component.path().equals(path))) {
            findings.info(path, what + ": not there, or not to be seen", null);
            return;
        }
        for (Component each : components) {
            int kind = each.mode() & KIND;
            if (each.uid() != 0 && each.uid() != self) {
                findings.warn(
                        path,
                        "%s: %s is not owned by root (uid 0) but by uid %s, who decides what switchd gets there"
                                .formatted(what, each.path(), Ids.text(each.uid())),
                        "sudo chown root %s".formatted(quoted(each.path())));
            }
            boolean meaningless = kind == LINK || kind == SOCKET;
            boolean kept = kind == DIRECTORY && (each.mode() & STICKY) != 0;
            if (!meaningless && !kept && (each.mode() & WRITABLE_BY_OTHERS) != 0) {
                findings.fail(
                        path,
                        "%s: %s may be written by others than its owner (mode %04o): they decide what switchd gets there"
                                .formatted(what, each.path(), each.mode() & PERMISSIONS),
                        "sudo chmod go-w %s".formatted(quoted(each.path())));
            }
        }
        if (findings.isSilentOn(path)) {
            findings.pass(path, what + ": nobody else may change it");
        }
    }

    /// The way to a port's socket, which belongs to the user who runs the VM, as does its
    /// directory.
    static void judgePort(
            String port, String path, List<Component> components, int self, Findings findings) {
        if (components.isEmpty() || !components.getLast().path().equals(path)) {
            findings.info(
                    path, "port %s: no socket there, or not to be seen".formatted(port), null);
            return;
        }
        int owner = components.getLast().uid();
        for (Component each : components) {
            boolean directory = (each.mode() & KIND) == DIRECTORY;
            String shown = quoted(each.path());
            if (each.uid() != 0 && each.uid() != self && each.uid() != owner) {
                findings.warn(
                        path,
                        "port %s: %s belongs to uid %s, neither root nor the VM's user, who may take its frames"
                                .formatted(port, each.path(), Ids.text(each.uid())),
                        "sudo chown %s %s".formatted(Ids.text(owner), shown));
            }
            if (directory
                    && (each.mode() & STICKY) == 0
                    && (each.mode() & WRITABLE_BY_OTHERS) != 0) {
                findings.fail(
                        path,
                        "port %s: others may put a socket of theirs in its place, as %s has mode %04o"
                                .formatted(port, each.path(), each.mode() & PERMISSIONS),
                        "sudo chmod go-w " + shown);
            }
            if (directory && owner != 0 && each.uid() != owner && (each.mode() & SEARCH) == 0) {
                findings.warn(
                        path,
                        "port %s: the VM's user (uid %s) may not get through %s (mode %04o), unless by a group"
                                .formatted(
                                        port,
                                        Ids.text(owner),
                                        each.path(),
                                        each.mode() & PERMISSIONS),
                        "sudo chmod o+x " + shown);
            }
        }
        if (findings.isSilentOn(path)) {
            findings.pass(path, "port %s: for uid %s alone".formatted(port, Ids.text(owner)));
        }
    }

    /// For a shell.
    static String quoted(String path) {
        return path.matches("[A-Za-z0-9/._+-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
    }
}
