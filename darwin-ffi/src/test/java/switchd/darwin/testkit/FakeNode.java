package switchd.darwin.testkit;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A file, directory, symbolic link or socket in the tree of a kernel in memory.
final class FakeNode {
    static final int TYPE = (int) Abi.constant("S_IFMT");
    static final int DIRECTORY = (int) Abi.constant("S_IFDIR");
    static final int REGULAR = (int) Abi.constant("S_IFREG");
    static final int SOCKET = (int) Abi.constant("S_IFSOCK");
    static final int LINK = (int) Abi.constant("S_IFLNK");
    static final int STICKY = 01000;
    static final int READ = 4;
    static final int WRITE = 2;
    static final int SEARCH = 1;

    /// Kind and permissions.
    int mode;

    int uid;
    int gid;
    final long inode;

    /// When it was made or last changed, in nanoseconds.
    long changed;

    byte[] content = new byte[0];
    String target = "";
    final Map<String, FakeNode> children = new TreeMap<>();

    /// What is bound here and lives.
    @Nullable FakeUnixSocket socket;

    private final FakeKernel kernel;

    FakeNode(FakeKernel kernel, int mode, int uid, int gid) {
        this.kernel = kernel;
        this.mode = mode;
        this.uid = uid;
        this.gid = gid;
        this.inode = kernel.nextInode();
        touch();
    }

    boolean is(int type) {
        return (mode & TYPE) == type;
    }

    /// Changed now.
    void touch() {
        changed = kernel.tick();
    }

    /// `EACCES` where a process may not do it.
    void authorize(FakeProcess who, int right) {
        int shift = who.euid == uid ? 6 : who.egid == gid ? 3 : 0;
        Refused.when(!who.isRoot() && (mode >> shift & right) == 0, "EACCES");
    }
}
