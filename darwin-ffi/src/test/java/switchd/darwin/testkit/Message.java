package switchd.darwin.testkit;

import java.lang.foreign.MemorySegment;

/// A `struct msghdr`, or a `struct msghdr_x`, which begins as one.
final class Message {
    private static final int MOST_BUFFERS = 1024;

    private final Struct header;

    Message(Struct header) {
        this.header = header;
        long buffers = header.get("msg_iovlen");
        Refused.when(buffers <= 0 || buffers > MOST_BUFFERS, "EMSGSIZE");
        if (header.get("msg_control") != 0) {
            throw new UnsupportedOperationException("control data");
        }
    }

    static Message of(MemorySegment header) {
        return new Message(Struct.at("msghdr", header, 0));
    }

    /// Bytes of all buffers together.
    long room() {
        long room = 0;
        for (int i = 0; i < header.get("msg_iovlen"); i++) {
            room += iovec(i).get("iov_len");
        }
        return room;
    }

    /// What lies in the buffers.
    byte[] gather() {
        byte[] bytes = new byte[(int) room()];
        int at = 0;
        for (int i = 0; i < header.get("msg_iovlen"); i++) {
            MemorySegment buffer = buffer(i);
            MemorySegment.ofArray(bytes).asSlice(at, buffer.byteSize()).copyFrom(buffer);
            at += (int) buffer.byteSize();
        }
        return bytes;
    }

    /// Fills the buffers; gives how much went into them.
    int scatter(byte[] bytes) {
        int at = 0;
        for (int i = 0; i < header.get("msg_iovlen") && at < bytes.length; i++) {
            MemorySegment buffer = buffer(i);
            int part = (int) Math.min(buffer.byteSize(), bytes.length - at);
            buffer.asSlice(0, part).copyFrom(MemorySegment.ofArray(bytes).asSlice(at, part));
            at += part;
        }
        return at;
    }

    boolean hasName() {
        return header.get("msg_name") != 0;
    }

    /// The address to send to.
    byte[] name() {
        return UserMemory.bytes(UserMemory.at(header.get("msg_name"), header.get("msg_namelen")));
    }

    /// Tells the sender's address, cut at the room for it; its length is told uncut.
    void setName(byte[] name) {
        if (hasName()) {
            long room = header.get("msg_namelen");
            UserMemory.copy(name, UserMemory.at(header.get("msg_name"), Math.max(0, room)));
            header.set(room <= 0 ? 0 : name.length, "msg_namelen");
        }
    }

    long flags() {
        return header.get("msg_flags");
    }

    void setFlags(long flags) {
        header.set(flags, "msg_flags");
        header.set(0, "msg_controllen");
    }

    private Struct iovec(int i) {
        return Struct.at("iovec", header.get("msg_iov") + (long) i * Abi.size("iovec"));
    }

    private MemorySegment buffer(int i) {
        Struct iovec = iovec(i);
        return UserMemory.at(iovec.get("iov_base"), iovec.get("iov_len"));
    }
}
