package switchd.linux;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// A TCP segment or UDP datagram in a frame, put together octet by octet: as it is on the wire, or
/// as a kernel hands it over that leaves the checksum to others.
///
/// @param isSix IPv6, else IPv4
/// @param isTcp TCP, else UDP
/// @param tags 802.1Q tags before it
/// @param extra IPv4 options, or IPv6 extension headers that begin with their own type's number and
///   end in the transport's; of 4 or 8 octets each time
/// @param options TCP options, of 4 octets each time
/// @param id IPv4 identification
/// @param sequence of TCP
/// @param flags of TCP
/// @param payload what it carries
@SuppressWarnings("ArrayRecordComponent") // octets that nobody changes
record Wire(
        boolean isSix,
        boolean isTcp,
        int tags,
        byte[] extra,
        byte[] options,
        int id,
        int sequence,
        int flags,
        byte[] payload) {
    static final int FIN = 0x01;
    static final int SYN = 0x02;
    static final int PSH = 0x08;
    static final int ACK = 0x10;
    static final int URG = 0x20;
    static final int ECE = 0x40;
    static final int CWR = 0x80;
    private static final byte[] FOUR = {10, 0, 0, 1, 10, 0, 0, 2};
    private static final byte[] TARGET = {0x33, 0x12, 0, 0, 0, 9};
    private static final int ROUTING = 43;

    /// One without tags, options and extension headers.
    static Wire of(boolean isSix, boolean isTcp, byte[] payload) {
        return new Wire(isSix, isTcp, 0, new byte[0], new byte[0], 7, 1000, ACK, payload);
    }

    /// With this in place of its payload and what goes with it.
    Wire with(int newId, int newSequence, int newFlags, byte[] data) {
        return new Wire(isSix, isTcp, tags, extra, options, newId, newSequence, newFlags, data);
    }

    Wire with(int newTags, byte[] newExtra, byte[] newOptions) {
        return new Wire(isSix, isTcp, newTags, newExtra, newOptions, id, sequence, flags, payload);
    }

    /// A routing header with one more address, the one that the checksum is of.
    static byte[] routing() {
        byte[] header = new byte[24];
        header[0] = ROUTING;
        header[1] = 2;
        header[2] = 4;
        header[3] = 1;
        Arrays.fill(header, 8, 24, (byte) 0x77);
        return header;
    }

    /// Where the IP header begins.
    int network() {
        return 14 + 4 * tags;
    }

    /// Where the TCP or UDP header begins.
    int transport() {
        return network() + (isSix ? 40 : 20) + extra.length;
    }

    /// Where the payload begins.
    int data() {
        return transport() + (isTcp ? 20 + options.length : 8);
    }

    /// Where the checksum is, counted from [#transport()].
    int field() {
        return isTcp ? 16 : 6;
    }

    /// As it is on the wire.
    byte[] whole() {
        byte[] frame = unfinished();
        int sum = ~sum(frame, transport(), frame.length - transport()) & 0xffff;
        return finish(frame, sum == 0 ? 0xffff : sum);
    }

    /// As it is where somebody else has to finish the checksum: with the pseudo header's sum.
    byte[] unfinished() {
        byte[] octets = new byte[data() + payload.length];
        ByteBuffer frame = ByteBuffer.wrap(octets);
        frame.put(new byte[] {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2});
        for (int i = 0; i < tags; i++) {
            frame.putShort((short) (i < tags - 1 ? 0x88a8 : 0x8100)).putShort((short) (5 + i));
        }
        frame.putShort((short) (isSix ? 0x86dd : 0x0800));
        int segment = frame.capacity() - transport();
        if (isSix) {
            six(frame, segment);
        } else {
            four(frame, segment);
            int header = 20 + extra.length;
            frame.putShort(network() + 10, (short) ~sum(octets, network(), header));
        }
        if (isTcp) {
            frame.putShort((short) 80).putShort((short) 4000).putInt(sequence).putInt(99);
            frame.put((byte) ((5 + options.length / 4) << 4)).put((byte) flags);
            frame.putShort((short) 500).putInt(0).put(options);
        } else {
            frame.putShort((short) 53).putShort((short) 4000).putShort((short) segment);
            frame.putShort((short) 0);
        }
        frame.put(payload);
        return finish(octets, pseudo(octets, segment));
    }

    private void four(ByteBuffer frame, int segment) {
        int header = 20 + extra.length;
        frame.put((byte) (0x40 | header / 4)).put((byte) 3).putShort((short) (header + segment));
        frame.putShort((short) id).putShort((short) 0x4000).put((byte) 64);
        frame.put((byte) (isTcp ? 6 : 17)).putShort((short) 0).put(FOUR).put(extra);
    }

    private void six(ByteBuffer frame, int segment) {
        byte protocol = (byte) (isTcp ? 6 : 17);
        boolean plain = extra.length == 0;
        frame.putInt(0x6030_0001).putShort((short) (extra.length + segment));
        frame.put(plain ? protocol : extra[0]).put((byte) 64);
        byte[] addresses = new byte[32];
        Arrays.fill(addresses, 0, 16, (byte) 0x26);
        System.arraycopy(TARGET, 0, addresses, 16, TARGET.length);
        frame.put(addresses);
        if (!plain) {
            frame.put(protocol).put(extra, 1, extra.length - 1);
        }
    }

    private int pseudo(byte[] frame, int segment) {
        int addresses = isSix ? sum(frame, network() + 8, 32) : sum(frame, network() + 12, 8);
        if (isSix && extra.length > 0 && extra[0] == ROUTING) {
            addresses = sum(frame, network() + 8, 16) + sum(extra, 8, 16);
        }
        int sum = addresses + (isTcp ? 6 : 17) + segment;
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum;
    }

    private byte[] finish(byte[] frame, int checksum) {
        ByteBuffer.wrap(frame).putShort(transport() + field(), (short) checksum);
        return frame;
    }

    /// The ones' complement sum, a word at a time.
    static int sum(byte[] octets, int at, int length) {
        int sum = 0;
        for (int i = 0; i < length; i += 2) {
            int low = i + 1 < length ? octets[at + i + 1] & 0xff : 0;
            sum += (octets[at + i] & 0xff) << 8 | low;
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return sum;
    }
}
