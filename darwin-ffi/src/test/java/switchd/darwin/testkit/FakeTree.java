package switchd.darwin.testkit;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The tree of files and the system calls on paths, with the rights that they need.
final class FakeTree {
    private static final int LONGEST_PATH = 1023;
    private static final int LONGEST_NAME = 255;
    private static final int MOST_LINKS = 32;
    private static final int DEVICE = 0x0100_0004;

    /// Where a path leads.
    ///
    /// @param directory what the last name is in
    /// @param node null where there is nothing of that name
    record Place(FakeNode directory, String name, @Nullable FakeNode node) {}

    private final FakeKernel kernel;
    private final FakeNode top;

    FakeTree(FakeKernel kernel) {
        this.kernel = kernel;
        this.top = new FakeNode(kernel, FakeNode.DIRECTORY | 0755, 0, 0);
    }

    /// Follows a path as `namei` does.
    ///
    /// @param follow whether a link at its end is followed as well
    Place find(FakeProcess who, @Nullable String path, boolean follow) {
        if (path == null) {
            throw new Refused("EFAULT");
        }
        Refused.when(path.isEmpty(), "ENOENT");
        Refused.when(path.length() > LONGEST_PATH, "ENAMETOOLONG");
        Deque<String> steps = new ArrayDeque<>(steps(path));
        Deque<FakeNode> above = new ArrayDeque<>();
        FakeNode at = top;
        int links = 0;
        while (!steps.isEmpty()) {
            String name = steps.removeFirst();
            Refused.when(name.length() > LONGEST_NAME, "ENAMETOOLONG");
            Refused.when(!at.is(FakeNode.DIRECTORY), "ENOTDIR");
            at.authorize(who, FakeNode.SEARCH);
            if (name.equals("..")) {
                at = above.isEmpty() ? top : above.pop();
                continue;
            }
            FakeNode child = at.children.get(name);
            if (child == null) {
                Refused.when(!steps.isEmpty(), "ENOENT");
                return new Place(at, name, null);
            }
            if (child.is(FakeNode.LINK) && (follow || !steps.isEmpty())) {
                links++;
                Refused.when(links > MOST_LINKS, "ELOOP");
                steps(child.target).reversed().forEach(steps::addFirst);
                if (child.target.startsWith("/")) {
                    at = top;
                    above.clear();
                }
                continue;
            }
            if (steps.isEmpty()) {
                return new Place(at, name, child);
            }
            above.push(at);
            at = child;
        }
        return new Place(above.isEmpty() ? top : above.peek(), ".", at);
    }

    boolean exists(FakeProcess who, String path) {
        try {
            return find(who, path, false).node() != null;
        } catch (Refused e) {
            return false;
        }
    }

    /// What is there, `ENOENT` where nothing is.
    FakeNode require(FakeProcess who, @Nullable String path, boolean follow) {
        FakeNode node = find(who, path, follow).node();
        if (node == null) {
            throw new Refused("ENOENT");
        }
        return node;
    }

    /// Makes a node, its permissions cut by the process's mask.
    FakeNode make(FakeProcess who, @Nullable String path, int mode) {
        Place place = find(who, path, false);
        Refused.when(place.node() != null, "EEXIST");
        FakeNode directory = place.directory();
        directory.authorize(who, FakeNode.WRITE);
        FakeNode node = new FakeNode(kernel, mode & ~who.umask, who.euid, directory.gid);
        directory.children.put(place.name(), node);
        directory.touch();
        return node;
    }

    int mkdir(FakeProcess who, @Nullable String path, int mode) {
        // Of the mode the kernel takes the permissions alone (vfs_syscalls.c, ACCESSPERMS).
        make(who, path, FakeNode.DIRECTORY | (mode & 0777));
        return 0;
    }

    int rmdir(FakeProcess who, @Nullable String path) {
        Place place = find(who, path, false);
        Refused.when(!requireNode(place).is(FakeNode.DIRECTORY), "ENOTDIR");
        Refused.when(!requireNode(place).children.isEmpty(), "ENOTEMPTY");
        return remove(who, place);
    }

    int unlink(FakeProcess who, @Nullable String path) {
        Place place = find(who, path, false);
        Refused.when(requireNode(place).is(FakeNode.DIRECTORY), "EPERM");
        return remove(who, place);
    }

    int chown(FakeProcess who, @Nullable String path, int uid, int gid) {
        FakeNode node = require(who, path, true);
        Refused.when(!who.isRoot(), "EPERM");
        node.uid = uid == -1 ? node.uid : uid;
        node.gid = gid == -1 ? node.gid : gid;
        node.touch();
        return 0;
    }

    int chmod(FakeProcess who, @Nullable String path, int mode) {
        FakeNode node = require(who, path, true);
        Refused.when(!who.isRoot() && who.euid != node.uid, "EPERM");
        node.mode = (node.mode & ~07777) | (mode & 07777);
        node.touch();
        return 0;
    }

    int lstat(FakeProcess who, @Nullable String path, AbiStruct stat) {
        FakeNode node = require(who, path, false);
        stat.memory().fill((byte) 0);
        stat.setInt(DEVICE, "st_dev");
        stat.setShort(node.mode, "st_mode");
        stat.setShort(1, "st_nlink");
        stat.setLong(node.inode, "st_ino");
        stat.setInt(node.uid, "st_uid");
        stat.setInt(node.gid, "st_gid");
        stat.setLong(node.content.length, "st_size");
        for (String time :
                List.of("st_atimespec", "st_mtimespec", "st_ctimespec", "st_birthtimespec")) {
            stat.setLong(node.changed / 1_000_000_000, time, "tv_sec");
            stat.setLong(node.changed % 1_000_000_000, time, "tv_nsec");
        }
        return 0;
    }

    private static List<String> steps(String path) {
        return Arrays.stream(path.split("/"))
                .filter(step -> !step.isEmpty() && !step.equals("."))
                .toList();
    }

    private static FakeNode requireNode(Place place) {
        FakeNode node = place.node();
        if (node == null) {
            throw new Refused("ENOENT");
        }
        return node;
    }

    private int remove(FakeProcess who, Place place) {
        FakeNode directory = place.directory();
        FakeNode node = requireNode(place);
        directory.authorize(who, FakeNode.WRITE);
        boolean mine = who.isRoot() || who.euid == node.uid || who.euid == directory.uid;
        Refused.when((directory.mode & FakeNode.STICKY) != 0 && !mine, "EPERM");
        directory.children.remove(place.name());
        directory.touch();
        return 0;
    }
}
