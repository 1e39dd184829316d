package switchd.darwin.testkit;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;

/// The `struct msghdr` of a caller.
final class MessageHeader {
    private MessageHeader() {}

    /// All bytes that the header's vectors name.
    static byte[] gather(MemorySegment message) {
        AbiStruct header = new AbiStruct("msghdr", message);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int i = 0; i < header.getInt("msg_iovlen"); i++) {
            bytes.writeBytes(vector(header, i).toArray(JAVA_BYTE));
        }
        return bytes.toByteArray();
    }

    /// Spreads `bytes` over the header's vectors; what does not fit is lost, and `MSG_TRUNC` says
    /// so.
    ///
    /// @return bytes that fitted
    static long scatter(byte[] bytes, MemorySegment message) {
        AbiStruct header = new AbiStruct("msghdr", message);
        int done = 0;
        for (int i = 0; i < header.getInt("msg_iovlen") && done < bytes.length; i++) {
            MemorySegment vector = vector(header, i);
            int length = (int) Math.min(vector.byteSize(), bytes.length - done);
            MemorySegment.copy(bytes, done, vector, JAVA_BYTE, 0, length);
            done += length;
        }
        header.setInt(done < bytes.length ? (int) Abi.constant("MSG_TRUNC") : 0, "msg_flags");
        header.setInt(0, "msg_namelen").setInt(0, "msg_controllen");
        return done;
    }

    /// True where the header names a receiver.
    static boolean addressed(MemorySegment message) {
        return new AbiStruct("msghdr", message).getLong("msg_name") != 0;
    }

    private static MemorySegment vector(AbiStruct header, int index) {
        AbiStruct vector =
                AbiStruct.at("iovec", header.getLong("msg_iov") + (long) index * Abi.size("iovec"));
        return AbiStruct.at(vector.getLong("iov_base"), vector.getLong("iov_len"));
    }
}
