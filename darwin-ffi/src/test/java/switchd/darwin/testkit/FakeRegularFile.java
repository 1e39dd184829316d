package switchd.darwin.testkit;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A file, or a directory, that is open.
final class FakeRegularFile extends FakeFile {
    private static final int O_ACCMODE = (int) Abi.constant("O_ACCMODE");
    private static final int O_WRONLY = (int) Abi.constant("O_WRONLY");
    private static final int O_CREAT = (int) Abi.constant("O_CREAT");
    private static final int O_EXCL = (int) Abi.constant("O_EXCL");
    private static final int O_TRUNC = (int) Abi.constant("O_TRUNC");
    private static final int O_APPEND = (int) Abi.constant("O_APPEND");
    private static final int O_NOFOLLOW = (int) Abi.constant("O_NOFOLLOW");

    private final FakeNode node;
    private final int flags;
    private int position;

    private FakeRegularFile(FakeNode node, int flags) {
        this.node = node;
        this.flags = flags;
        accessMode = flags & O_ACCMODE;
    }

    /// `open` of what is not a device.
    static FakeRegularFile open(FakeProcess who, @Nullable String path, int flags, int mode) {
        FakeTree tree = who.kernel.files.tree();
        boolean create = (flags & O_CREAT) != 0;
        boolean exclusive = create && (flags & O_EXCL) != 0;
        boolean follow = (flags & O_NOFOLLOW) == 0 && !exclusive;
        FakeNode node = tree.find(who, path, follow).node();
        if (node == null) {
            Refused.when(!create, "ENOENT");
            FakeNode made = tree.make(who, path, FakeNode.REGULAR | (mode & 07777));
            return new FakeRegularFile(made, flags);
        }
        Refused.when(exclusive, "EEXIST");
        Refused.when(node.is(FakeNode.LINK), "ELOOP");
        Refused.when(node.is(FakeNode.SOCKET), "EOPNOTSUPP");
        int access = flags & O_ACCMODE;
        Refused.when(node.is(FakeNode.DIRECTORY) && access != 0, "EISDIR");
        if (access != O_WRONLY) {
            node.authorize(who, FakeNode.READ);
        }
        if (access != 0) {
            node.authorize(who, FakeNode.WRITE);
        }
        if ((flags & O_TRUNC) != 0) {
            node.content = new byte[0];
            node.touch();
        }
        return new FakeRegularFile(node, flags);
    }

    @Override
    long read(FakeXnu caller, MemorySegment buffer, long offset, long count) {
        Refused.when(accessMode == O_WRONLY, "EBADF");
        Refused.when(node.is(FakeNode.DIRECTORY), "EISDIR");
        byte[] content = node.content;
        int end = (int) Math.min(content.length, position + count);
        byte[] part = Arrays.copyOfRange(content, Math.min(position, end), end);
        UserMemory.copy(part, UserMemory.of(buffer, offset, count));
        position += part.length;
        return part.length;
    }

    @Override
    long write(FakeXnu caller, MemorySegment buffer, long offset, long count) {
        Refused.when(accessMode == 0, "EBADF");
        byte[] bytes = UserMemory.bytes(UserMemory.of(buffer, offset, count));
        int at = (flags & O_APPEND) != 0 ? node.content.length : position;
        node.content =
                Arrays.copyOf(node.content, Math.max(node.content.length, at + bytes.length));
        System.arraycopy(bytes, 0, node.content, at, bytes.length);
        position = at + bytes.length;
        node.touch();
        return bytes.length;
    }
}
