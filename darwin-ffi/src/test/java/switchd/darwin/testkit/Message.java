package switchd.darwin.testkit;

import java.lang.foreign.MemorySegment;

/// A `struct msghdr`, or a `struct msghdr_x`, which begins as one.
final class Message {
    private static final int MOST_BUFFERS = 1024;

    private final AbiStruct header;

    Message(AbiStruct header) {
        this.header = header;
        int buffers = header.getInt("msg_iovlen");
        Refused.when(buffers <= 0 || buffers > MOST_BUFFERS, "EMSGSIZE");
        if (header.getLong("msg_control") != 0) {
            throw new UnsupportedOperationException("control data");
        }
    }

    static Message of(MemorySegment header) {
        return new Message(new AbiStruct("msghdr", header));
    }

    /// Bytes of all buffers together.
    long room() {
        long room = 0;
        for (int i = 0; i < header.getInt("msg_iovlen"); i++) {
            room += iovec(i).getLong("iov_len");
        }
        return room;
    }

    /// What lies in the buffers.
    byte[] gather() {
        byte[] bytes = new byte[(int) room()];
        int at = 0;
        for (int i = 0; i < header.getInt("msg_iovlen"); i++) {
            MemorySegment buffer = buffer(i);
            MemorySegment.ofArray(bytes).asSlice(at, buffer.byteSize()).copyFrom(buffer);
            at += (int) buffer.byteSize();
        }
        return bytes;
    }

    /// Fills the buffers; gives how much went into them.
    int scatter(byte[] bytes) {
        int at = 0;
        for (int i = 0; i < header.getInt("msg_iovlen") && at < bytes.length; i++) {
            MemorySegment buffer = buffer(i);
            int part = (int) Math.min(buffer.byteSize(), bytes.length - at);
            buffer.asSlice(0, part).copyFrom(MemorySegment.ofArray(bytes).asSlice(at, part));
            at += part;
        }
        return at;
    }

    /// Fills in all of a message that is received; gives the number of its bytes that fitted.
    int receive(byte[] bytes, byte[] from) {
        int copied = scatter(bytes);
        setName(from);
        setFlags(copied < bytes.length ? (int) Abi.constant("MSG_TRUNC") : 0);
        return copied;
    }

    boolean hasName() {
        return header.getLong("msg_name") != 0;
    }

    /// The address to send to.
    byte[] name() {
        return UserMemory.bytes(
                UserMemory.at(header.getLong("msg_name"), header.getInt("msg_namelen")));
    }

    /// Tells the sender's address, cut at the room for it; its length is told uncut.
    void setName(byte[] name) {
        if (hasName()) {
            int room = header.getInt("msg_namelen");
            UserMemory.copy(name, UserMemory.at(header.getLong("msg_name"), Math.max(0, room)));
            header.setInt(room <= 0 ? 0 : name.length, "msg_namelen");
        }
    }

    void setFlags(int flags) {
        header.setInt(flags, "msg_flags").setInt(0, "msg_controllen");
    }

    private AbiStruct iovec(int i) {
        return AbiStruct.at("iovec", header.getLong("msg_iov") + (long) i * Abi.size("iovec"));
    }

    private MemorySegment buffer(int i) {
        AbiStruct iovec = iovec(i);
        return UserMemory.at(iovec.getLong("iov_base"), iovec.getLong("iov_len"));
    }
}
