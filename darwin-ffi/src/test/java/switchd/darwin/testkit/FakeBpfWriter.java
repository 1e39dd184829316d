package switchd.darwin.testkit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What `write` does on a BPF device: one frame, or with `BIOCSBATCHWRITE` all of them or none.
final class FakeBpfWriter {
    private static final int ETHERNET_HEADER = 14;
    private static final int RECORD_HEADER = 18;
    private static final int LEEWAY = 18;
    private static final int CLUSTER = 2048;
    private static final int MOST = 0x100_0000;

    private final FakeBpf device;
    private final Profile profile;

    FakeBpfWriter(FakeBpf device) {
        this.device = device;
        this.profile = device.net.kernel().profile;
    }

    long write(byte[] bytes) {
        FakeInterface out = device.bound;
        if (out == null) {
            throw new Refused("ENXIO");
        }
        Refused.when(!out.has(FakeInterface.UP), "ENETDOWN");
        if (bytes.length == 0) {
            return 0;
        }
        if (!device.batches) {
            check(out, bytes.length);
            send(out, bytes);
            return bytes.length;
        }
        List<byte[]> frames = new ArrayList<>();
        int consumed = split(out, bytes, frames);
        frames.forEach(frame -> send(out, frame));
        return consumed;
    }

    private void check(FakeInterface out, int length) {
        int own = device.headerComplete ? 0 : ETHERNET_HEADER;
        if (profile.since(Profile.MACOS14)) {
            Refused.when(length < own || length > MOST, "EMSGSIZE");
            Refused.when(device.writeMax == 0 && length - own > out.mtu + LEEWAY, "EMSGSIZE");
            if (length < ETHERNET_HEADER) {
                throw FakeKernel.panic("BPF write of " + length + " bytes");
            }
        } else {
            boolean shortFrame = length < ETHERNET_HEADER;
            Refused.when(length > CLUSTER, "EIO");
            Refused.when(shortFrame, profile.since(Profile.MACOS13) ? "EIO" : "EMSGSIZE");
            Refused.when(length - ETHERNET_HEADER > out.mtu, "EMSGSIZE");
        }
    }

    private void send(FakeInterface out, byte[] frame) {
        if (!device.headerComplete) {
            // The header is made again, by a protocol that must be attached.
            Refused.when(!out.protocols.contains((int) Abi.constant("PF_INET")), "ENXIO");
            System.arraycopy(out.lladdr, 0, frame, 6, 6);
        }
        out.output(frame);
    }

    /// @return bytes that were records
    private int split(FakeInterface out, byte[] bytes, List<byte[]> frames) {
        ByteBuffer records = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int at = 0;
        while (bytes.length - at >= Abi.size("bpf_hdr")) {
            int captured = records.getInt(at + Abi.offset("bpf_hdr", "bh_caplen"));
            int length = records.getInt(at + Abi.offset("bpf_hdr", "bh_datalen"));
            int header =
                    Short.toUnsignedInt(records.getShort(at + Abi.offset("bpf_hdr", "bh_hdrlen")));
            boolean fits = header >= RECORD_HEADER && header <= bytes.length - at;
            Refused.when(!fits || captured != length, "EINVAL");
            if (captured != 0) {
                Refused.when(
                        Integer.compareUnsigned(captured, bytes.length - at - header) > 0,
                        "EMSGSIZE");
                check(out, captured);
                frames.add(Arrays.copyOfRange(bytes, at + header, at + header + captured));
            }
            at = Math.min(at + FakeBpfBuffers.align(header + captured), bytes.length);
        }
        return at;
    }
}
