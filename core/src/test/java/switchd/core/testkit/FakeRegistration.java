package switchd.core.testkit;

/// One descriptor of a [FakePoller]: what is wanted of it and what there is to tell.
final class FakeRegistration {
    final int fd;
    final long token;
    boolean wantsReadable;
    boolean wantsWritable;
    private boolean isReadable;
    private boolean isWritable;

    FakeRegistration(int fd, long token) {
        this.fd = fd;
        this.token = token;
    }

    void want(boolean readable, boolean writable) {
        wantsReadable = readable;
        wantsWritable = writable;
    }

    /// Adds to what there is to tell.
    void tell(boolean readable, boolean writable) {
        isReadable |= readable;
        isWritable |= writable;
    }

    /// Says anew what there is to tell.
    void state(boolean readable, boolean writable) {
        isReadable = readable;
        isWritable = writable;
    }

    boolean isReady() {
        return (isReadable && wantsReadable) || (isWritable && wantsWritable);
    }

    boolean takeReadable() {
        boolean told = isReadable && wantsReadable;
        isReadable &= !told;
        return told;
    }

    boolean takeWritable() {
        boolean told = isWritable && wantsWritable;
        isWritable &= !told;
        return told;
    }
}
