package switchd.darwin.testkit;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// As much of the host's IP stack as a guest asks of its gateway: ARP and echo replies for one
/// address.
final class FakeHostStack {
    /// Both an ARP packet and the headers of an echo request.
    private static final int SHORTEST = 42;

    private static final int ARP = 0x0806;
    private static final int IPV4 = 0x0800;
    private static final int ICMP = 1;
    private static final int ECHO_REQUEST = 8;

    private final FakeBridge bridge;
    private final byte[] address;
    private int identification;

    FakeHostStack(FakeBridge bridge, byte[] address) {
        this.bridge = bridge;
        this.address = address.clone();
    }

    /// A frame for the host.
    void input(byte[] frame) {
        if (frame.length < SHORTEST) {
            return;
        }
        ByteBuffer in = ByteBuffer.wrap(frame);
        int type = Short.toUnsignedInt(in.getShort(12));
        if (type == ARP && in.getShort(20) == 1 && isMine(frame, 38)) {
            bridge.transmit(arpReply(frame));
        } else if (type == IPV4
                && isMine(frame, 30)
                && frame[23] == ICMP
                && frame[34] == ECHO_REQUEST) {
            bridge.transmit(echoReply(frame));
        }
    }

    private boolean isMine(byte[] frame, int offset) {
        return Arrays.equals(frame, offset, offset + 4, address, 0, 4);
    }

    private byte[] arpReply(byte[] request) {
        byte[] reply = Arrays.copyOf(request, 42);
        back(reply, request);
        reply[21] = 2;
        System.arraycopy(bridge.lladdr, 0, reply, 22, 6);
        System.arraycopy(address, 0, reply, 28, 4);
        System.arraycopy(request, 22, reply, 32, 10);
        return reply;
    }

    private byte[] echoReply(byte[] request) {
        ByteBuffer reply = ByteBuffer.wrap(request.clone());
        back(reply.array(), request);
        System.arraycopy(request, 30, reply.array(), 26, 4);
        System.arraycopy(request, 26, reply.array(), 30, 4);
        reply.putShort(18, (short) ++identification).put(22, (byte) 64);
        int end = 14 + Short.toUnsignedInt(reply.getShort(16));
        reply.put(34, (byte) 0);
        checksum(reply, 24, 14, 34);
        checksum(reply, 36, 34, end);
        return reply.array();
    }

    private void back(byte[] reply, byte[] request) {
        System.arraycopy(request, 6, reply, 0, 6);
        System.arraycopy(bridge.lladdr, 0, reply, 6, 6);
    }

    private static void checksum(ByteBuffer packet, int at, int from, int to) {
        packet.putShort(at, (short) 0);
        int sum = 0;
        for (int i = from; i < to; i += 2) {
            sum += Short.toUnsignedInt(packet.getShort(i));
        }
        sum = (sum & 0xffff) + (sum >>> 16);
        packet.putShort(at, (short) ~(sum + (sum >>> 16)));
    }
}
