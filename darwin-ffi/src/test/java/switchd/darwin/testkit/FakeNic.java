package switchd.darwin.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A physical interface of a kernel in memory, seen from its wire.
public final class FakeNic extends FakeInterface {
    private static final int FLAGS =
            (int)
                    (Abi.constant("IFF_UP")
                            | Abi.constant("IFF_RUNNING")
                            | Abi.constant("IFF_BROADCAST")
                            | Abi.constant("IFF_SIMPLEX")
                            | Abi.constant("IFF_MULTICAST"));

    private final boolean wifi;
    private final List<byte[]> sent = new ArrayList<>();
    private boolean cable = true;

    FakeNic(FakeNet net, int unit, boolean wifi) {
        super(net, "en", unit, FLAGS);
        this.wifi = wifi;
        lladdr = new byte[] {(byte) 0xf0, 0x18, (byte) 0x98, 0x00, 0x00, (byte) (0x10 + unit)};
        protocols.add((int) Abi.constant("PF_INET"));
        protocols.add((int) Abi.constant("PF_INET6"));
    }

    /// Puts a frame on the wire, from somebody else on the LAN.
    public void deliver(byte[] frame) {
        synchronized (net.kernel()) {
            if (cable && has(UP) && (promiscuous() || isForHost(frame))) {
                tap(frame.clone(), false);
                input(frame.clone());
            }
        }
    }

    /// The frames that have left by the wire since the last call, oldest first.
    public List<byte[]> sent() {
        synchronized (net.kernel()) {
            List<byte[]> frames = List.copyOf(sent);
            sent.clear();
            return frames;
        }
    }

    /// Pulls the cable out, or puts it in again.
    public void cable(boolean in) {
        synchronized (net.kernel()) {
            cable = in;
            net.linkChanged(this);
        }
    }

    /// The address that it came with.
    public byte[] address() {
        return lladdr.clone();
    }

    private boolean isForHost(byte[] frame) {
        return (frame[0] & 1) != 0 || Arrays.equals(frame, 0, 6, lladdr, 0, 6);
    }

    @Override
    int type() {
        return (int) Abi.constant("IFT_ETHER");
    }

    @Override
    int subfamily() {
        return wifi ? (int) Abi.constant("IFRTYPE_SUBFAMILY_WIFI") : 0;
    }

    @Override
    int functionalType() {
        return (int)
                Abi.constant(wifi ? "IFRTYPE_FUNCTIONAL_WIFI_INFRA" : "IFRTYPE_FUNCTIONAL_WIRED");
    }

    @Override
    boolean active() {
        return cable;
    }

    @Override
    boolean segments() {
        return true;
    }

    @Override
    void transmit(byte[] frame) {
        tap(frame, true);
        if (cable) {
            sent.add(frame.clone());
        }
    }
}
