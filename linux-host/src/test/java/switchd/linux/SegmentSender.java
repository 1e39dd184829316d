package switchd.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import switchd.core.MacAddress;
import switchd.core.SwitchdException;

/// A VM whose NIC does segmentation offload: a TAP in the bridge that sends super-segments.
record SegmentSender(TestLan lan, Tap tap) implements AutoCloseable {
    /// Puts it into the bridge of `lan`.
    static SegmentSender open(TestLan lan) throws SwitchdException {
        Tap tap = Tap.open(lan.linux, true);
        lan.netlink.withoutIpv6Addresses(tap.name());
        lan.netlink.setMaster(tap.name(), TestLan.BRIDGE);
        lan.netlink.setUp(tap.name());
        return new SegmentSender(lan, tap);
    }

    /// The header of a packet that is to be cut by `size`, or not at all where that is 0.
    static byte[] header(Wire packet, int size) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment header = arena.allocate(VirtioHeader.LAYOUT);
            header.set(JAVA_BYTE, 0, (byte) VirtioHeader.NEEDS_CSUM);
            header.set(JAVA_BYTE, 1, (byte) (size == 0 ? VirtioHeader.GSO_NONE : kind(packet)));
            header.set(JAVA_SHORT, 2, (short) packet.data());
            header.set(JAVA_SHORT, 4, (short) size);
            header.set(JAVA_SHORT, 6, (short) packet.transport());
            header.set(JAVA_SHORT, 8, (short) packet.field());
            return header.toArray(JAVA_BYTE);
        }
    }

    private static int kind(Wire packet) {
        if (!packet.isTcp()) {
            return VirtioHeader.GSO_UDP_L4;
        }
        int kind = packet.isSix() ? VirtioHeader.GSO_TCPV6 : VirtioHeader.GSO_TCPV4;
        return (packet.flags() & Wire.CWR) == 0 ? kind : kind | VirtioHeader.GSO_ECN;
    }

    /// Sends a packet that is to be cut by `size`.
    void send(Wire packet, int size) {
        send(header(packet, size), packet.unfinished());
    }

    /// Sends a frame that is whole.
    void send(byte[] frame) {
        send(new byte[VirtioHeader.BYTES], frame);
    }

    private void send(byte[] header, byte[] frame) {
        try (Arena arena = Arena.ofConfined()) {
            write(
                    arena.allocateFrom(
                            JAVA_BYTE,
                            ByteBuffer.allocate(header.length + frame.length)
                                    .put(header)
                                    .put(frame)
                                    .array()));
        }
    }

    private void write(MemorySegment memory) {
        long written = lan.linux.write(tap.fd().number(), memory, 0, memory.byteSize());
        if (written != memory.byteSize()) {
            throw new AssertionError("the TAP took " + written);
        }
    }

    /// Sends a packet to `destination`, time and again, from memory that was filled once.
    TestFrames.Sending of(String destination, int size, Wire packet) {
        byte[] frame = packet.unfinished();
        ByteBuffer.wrap(frame).putInt((int) (MacAddress.parse(destination).value() >>> 16));
        ByteBuffer.wrap(frame).putShort(4, (short) MacAddress.parse(destination).value());
        byte[] all =
                ByteBuffer.allocate(VirtioHeader.BYTES + frame.length)
                        .put(header(packet, size))
                        .put(frame)
                        .array();
        MemorySegment memory = lan.arena.allocateFrom(JAVA_BYTE, all);
        return () -> write(memory);
    }

    @Override
    public void close() {
        tap.fd().close();
    }
}
