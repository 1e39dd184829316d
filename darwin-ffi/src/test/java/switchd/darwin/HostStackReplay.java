package switchd.darwin;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import switchd.darwin.testkit.Abi;
import switchd.darwin.testkit.Profile;
import switchd.posix.PosixConstants;

/// `host-stack-*`: the host on a bridge answers a guest.
final class HostStackReplay extends Replay {
    private static final int BUFFER = 524288;

    HostStackReplay(Profile profile) {
        super(profile);
    }

    @Override
    void run() {
        control = xnu.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
        create("feth0");
        create("feth1");
        setPeer("feth1", "feth0");
        up("feth0");
        up("feth1");
        create("bridge1");
        add("bridge1", "feth0");
        up("bridge1");
        int inet = (int) Abi.constant("AF_INET");
        say("socket(AF_INET,SOCK_DGRAM)", xnu.socket(inet, PosixConstants.SOCK_DGRAM, 0));
        xnu.address("bridge1", new byte[] {10, 0, 0, 1});
        say("SIOCAIFADDR bridge1 10.0.0.1/24", 0);
        int ndrv = openNdrv("feth1");
        int bpf = openBpf(1, "feth1", filterFor(1));
        say("ARP who-has 10.0.0.1", write(ndrv, arp()));
        MemorySegment buffer = memory(BUFFER);
        long n = xnu.read(bpf, buffer, 0, BUFFER);
        say("read(bpf feth1, 524288)", n);
        records(buffer, n);
        byte[] host = buffer.asSlice(18 + 6, 6).toArray(JAVA_BYTE);
        line("host MAC %s", hex(host).replace(' ', ':'));
        say("ICMP echo to 10.0.0.1", write(ndrv, echo(host)));
        read(bpf, "bpf feth1", BUFFER);
    }

    private static byte[] arp() {
        String request =
                "ffffffffffff"
                        + "020000000001"
                        + "0806"
                        + "0001080006040001"
                        + "020000000001"
                        + "0a000002"
                        + "000000000000"
                        + "0a000001";
        return Arrays.copyOf(HexFormat.of().parseHex(request), 60);
    }

    /// 74 bytes with the checksum of an echo request's header.
    private static byte[] echo(byte[] host) {
        String request =
                "000000000000"
                        + "020000000001"
                        + "0800"
                        + "4500003c000000004001"
                        + "66be"
                        + "0a000002"
                        + "0a000001"
                        + "0800f7ff00000000";
        ByteBuffer frame = ByteBuffer.wrap(Arrays.copyOf(HexFormat.of().parseHex(request), 74));
        frame.put(0, host);
        return frame.array();
    }
}
