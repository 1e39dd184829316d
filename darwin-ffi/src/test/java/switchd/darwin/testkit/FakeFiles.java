package switchd.darwin.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/// The files of a kernel in memory: for tests to look at and to prepare, with root's rights.
///
/// There are `/dev`, `/etc`, `/tmp`, `/var/run`, `/var/db`, `/var/log`, `/Library/LaunchDaemons`,
/// `/usr/local/bin` and `/Users/vmuser`; as on macOS, `/etc`, `/tmp` and `/var` are links into
/// `/private`.
public final class FakeFiles {
    private static final int VM_USER = 501;
    private static final int STAFF = 20;
    private static final int DAEMON = 1;

    private final FakeKernel kernel;
    private final FakeTree tree;

    FakeFiles(FakeKernel kernel) {
        this.kernel = kernel;
        this.tree = new FakeTree(kernel);
        for (String directory :
                List.of(
                        "/dev",
                        "/private",
                        "/private/etc",
                        "/private/var",
                        "/private/var/db",
                        "/private/var/log",
                        "/Library",
                        "/Library/LaunchDaemons",
                        "/usr",
                        "/usr/local",
                        "/usr/local/bin",
                        "/Users")) {
            makeDirectory(directory, 0, 0, 0755);
        }
        makeDirectory("/private/tmp", 0, 0, 01777);
        makeDirectory("/private/var/run", 0, DAEMON, 0775);
        makeDirectory("/Users/vmuser", VM_USER, STAFF, 0750);
        for (String link : List.of("etc", "tmp", "var")) {
            link("/" + link, "private/" + link);
        }
    }

    FakeTree tree() {
        return tree;
    }

    /// True where there is something, a socket without owner and a dangling link included.
    public boolean exists(String path) {
        return locked(() -> tree.exists(kernel.root(), path));
    }

    /// The names in a directory, sorted.
    public List<String> list(String directory) {
        return locked(() -> new ArrayList<>(node(directory).children.keySet()));
    }

    /// What is in a file.
    public byte[] read(String path) {
        return locked(() -> node(path).content.clone());
    }

    /// What is in a file, as text.
    public String text(String path) {
        return new String(read(path), UTF_8);
    }

    /// Writes a file, owned by root and readable by all where it is new.
    public void write(String path, byte[] content) {
        locked(() -> {
            FakeNode node =
                    tree.exists(kernel.root(), path)
                            ? node(path)
                            : tree.make(kernel.root(), path, FakeNode.REGULAR | 0644);
            node.content = content.clone();
            node.touch();
            return node;
        });
    }

    /// As [#write(String, byte[])].
    public void write(String path, String content) {
        write(path, content.getBytes(UTF_8));
    }

    /// Makes a directory.
    public void makeDirectory(String path, int uid, int gid, int mode) {
        locked(() -> {
            FakeNode node = tree.make(kernel.root(), path, FakeNode.DIRECTORY | mode);
            node.mode = FakeNode.DIRECTORY | mode;
            node.uid = uid;
            node.gid = gid;
            return node;
        });
    }

    /// Makes a symbolic link.
    public void link(String path, String target) {
        locked(() -> {
            FakeNode node = tree.make(kernel.root(), path, FakeNode.LINK | 0755);
            node.target = target;
            return node;
        });
    }

    /// Kind and permissions, as `st_mode` tells them.
    public int mode(String path) {
        return locked(() -> node(path).mode);
    }

    /// Whose it is.
    public int owner(String path) {
        return locked(() -> node(path).uid);
    }

    /// Changes owner and permissions, the kind left as it is.
    public void change(String path, int uid, int mode) {
        locked(() -> {
            FakeNode node = node(path);
            node.uid = uid;
            node.mode = (node.mode & FakeNode.TYPE) | mode;
            node.touch();
            return node;
        });
    }

    /// Removes a file, or a directory with all that is in it.
    public void remove(String path) {
        locked(() -> {
            FakeTree.Place place = tree.find(kernel.root(), path, false);
            return Objects.requireNonNull(place.directory().children.remove(place.name()));
        });
    }

    /// What is bound there, to send to or connect to: the rights to do so are checked.
    FakeNode toSendTo(FakeProcess who, String path) {
        FakeNode node = tree.require(who, path, true);
        Refused.when(!node.is(FakeNode.SOCKET), "ENOTSOCK");
        node.authorize(who, FakeNode.WRITE);
        return node;
    }

    /// Makes the file of a socket that is bound.
    FakeNode makeSocket(FakeProcess who, String path) {
        FakeTree.Place place = tree.find(who, path, true);
        Refused.when(place.node() != null, "EADDRINUSE");
        return tree.make(who, path, FakeNode.SOCKET | 0777);
    }

    private FakeNode node(String path) {
        return tree.require(kernel.root(), path, true);
    }

    private <T> T locked(Supplier<T> action) {
        synchronized (kernel) {
            return action.get();
        }
    }
}
