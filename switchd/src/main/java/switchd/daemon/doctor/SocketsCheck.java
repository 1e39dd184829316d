package switchd.daemon.doctor;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import switchd.core.Errno;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.posix.Fd;
import switchd.posix.FileStatus;
import switchd.posix.Posix;
import switchd.posix.PosixConstants;
import switchd.posix.UnixAddress;

/// What lies where ports' sockets lie: sockets that nobody listens at, and directories of ports
/// that are no more.
record SocketsCheck(Facts facts, Setup setup) implements Check {
    private static final int MOST = 1_000;

    /// What fits into an address of a socket on both kernels; a longer path has another name too.
    private static final int LONGEST_PATH = 103;

    @Override
    public String name() {
        return "sockets";
    }

    @Override
    public List<Finding> run() throws SwitchdException {
        Findings findings = new Findings(name());
        String base = setup.base();
        if (base == null || FileStatus.of(facts.posix(), base) == null) {
            return findings.list();
        }
        Set<String> known =
                setup.ports().stream().map(Setup.Place::name).collect(Collectors.toSet());
        List<String> entries = list(base, findings);
        for (String entry : entries == null ? List.<String>of() : entries) {
            String path = base + "/" + entry;
            FileStatus status = FileStatus.of(facts.posix(), path);
            if (status != null && status.isDirectory() && !entry.startsWith(".")) {
                List<String> inside = list(path, findings);
                if (inside == null) {
                    continue;
                }
                List<Socket> sockets = new ArrayList<>();
                for (String name : inside) {
                    look(path + "/" + name, sockets);
                }
                judge(path, setup.isSecret() || known.contains(entry), sockets, findings);
            } else {
                List<Socket> alone = new ArrayList<>();
                look(path, alone);
                alone.forEach(socket -> judgeOne(socket, findings));
            }
        }
        if (findings.isEmpty()) {
            findings.pass(base, "somebody listens at every socket");
        }
        return findings.list();
    }

    /// A socket, and what became of a try to reach whoever listens.
    ///
    /// @param probed 0, or a negated error number
    record Socket(String path, int probed) {
        boolean isDead() {
            return Errno.ECONNREFUSED.is(probed);
        }
    }

    private void look(String path, List<Socket> sockets) throws SwitchdException {
        FileStatus status = FileStatus.of(facts.posix(), path);
        if (status != null && status.isSocket() && path.length() <= LONGEST_PATH) {
            int probed = probe(path);
            // A stream socket that somebody listens at is of the wrong kind.
            sockets.add(new Socket(path, Errno.EPROTOTYPE.is(probed) ? 0 : probed));
        }
    }

    /// Nothing is sent.
    private int probe(String path) throws SwitchdException {
        Posix posix = facts.posix();
        int number = posix.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
        SyscallException.check("socket(AF_UNIX, SOCK_DGRAM)", number);
        try (Arena arena = Arena.ofConfined();
                Fd fd = new Fd(posix, number)) {
            UnixAddress address = UnixAddress.of(arena, path);
            return posix.connect(fd.number(), address.memory(), address.length());
        }
    }

    /// Null where only root may look.
    private static @Nullable List<String> list(String directory, Findings findings) {
        try (Stream<Path> entries = Files.list(Path.of(directory))) {
            return entries.limit(MOST)
                    .map(entry -> entry.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException _) {
            if (Files.exists(Path.of(directory), LinkOption.NOFOLLOW_LINKS)) {
                findings.needsRoot(directory);
                return null;
            }
            return List.of();
        }
    }

    /// The directory of one port.
    ///
    /// @param known whether the daemon or the configuration has such a port, or may have it
    static void judge(String directory, boolean known, List<Socket> sockets, Findings findings) {
        if (!known && sockets.stream().allMatch(Socket::isDead)) {
            findings.warn(
                    directory,
                    sockets.isEmpty()
                            ? "the directory of a port that is no more"
                            : "sockets of a port that is no more: VMs that use them have no"
                                    + " network",
                    "sudo rm -r " + PathsCheck.quoted(directory));
            return;
        }
        sockets.forEach(socket -> judgeOne(socket, findings));
    }

    static void judgeOne(Socket socket, Findings findings) {
        if (socket.isDead()) {
            findings.warn(
                    socket.path(),
                    "nobody listens there: what made it has ended, and VMs that use it have no"
                            + " network",
                    "sudo rm " + PathsCheck.quoted(socket.path()));
        } else if (Errno.EACCES.is(socket.probed())) {
            findings.needsRoot(socket.path());
        }
    }
}
