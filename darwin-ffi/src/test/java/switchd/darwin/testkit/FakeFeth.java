package switchd.darwin.testkit;

import org.jspecify.annotations.Nullable;

/// A feth: what leaves it comes into its peer.
final class FakeFeth extends FakeInterface {
    private static final int FLAGS =
            (int)
                    (Abi.constant("IFF_BROADCAST")
                            | Abi.constant("IFF_SIMPLEX")
                            | Abi.constant("IFF_MULTICAST"));
    private static final String[] PEER_NAME = {"iffr_u", "iffru_peer_name"};

    private final int maxMtu;
    private @Nullable FakeFeth peer;

    FakeFeth(FakeNet net, int unit) {
        super(net, "feth", unit, FLAGS);
        maxMtu = net.sysctls.get("net.link.fake.max_mtu");
        lladdr = new byte[] {'f', 'e', 't', 'h', (byte) (unit >>> 8), (byte) unit};
    }

    @Override
    int type() {
        return (int) Abi.constant("IFT_ETHER");
    }

    @Override
    boolean active() {
        return peer != null;
    }

    @Override
    void checkMtu(int wanted) {
        Refused.when(wanted < 72 || wanted > maxMtu, "EINVAL");
    }

    @Override
    void transmit(byte[] frame) {
        FakeFeth other = peer;
        if (other == null) {
            return;
        }
        if (frame.length < 14) {
            throw FakeKernel.panic(frame.length + " bytes sent on " + name());
        }
        tap(frame, true);
        other.tap(frame, false);
        other.input(frame);
    }

    @Override
    void driverRequest(int euid, boolean set, AbiStruct ifdrv) {
        Refused.when(set && euid != 0, "EPERM");
        long command = ifdrv.getLong("ifd_cmd");
        Refused.when(command != Abi.constant("IF_FAKE_S_CMD_SET_PEER"), "EOPNOTSUPP");
        long data = ifdrv.getLong("ifd_data");
        boolean fits = ifdrv.getLong("ifd_len") >= Abi.size("if_fake_request");
        Refused.when(!fits || (set && data == 0), "EINVAL");
        AbiStruct request = AbiStruct.at("if_fake_request", data);
        if (set) {
            setPeer(request);
        } else {
            request.memory().fill((byte) 0);
            request.setName(peer == null ? "" : peer.name(), PEER_NAME);
        }
    }

    private void setPeer(AbiStruct request) {
        for (byte reserved : request.getBytes(32, "iffr_reserved")) {
            Refused.when(reserved != 0, "EINVAL");
        }
        String wanted = request.getName(PEER_NAME);
        if (wanted.isEmpty()) {
            unpeer();
            return;
        }
        FakeInterface other = net.interfaces.require(wanted, "ENXIO");
        if (!(other instanceof FakeFeth feth)) {
            throw new Refused("EINVAL");
        }
        Refused.when(peer != null || feth.peer != null, "EBUSY");
        peer = feth;
        feth.peer = this;
        linkChanged(this, feth);
    }

    void unpeer() {
        FakeFeth other = peer;
        if (other != null) {
            peer = null;
            other.peer = null;
            linkChanged(this, other);
        }
    }

    private void linkChanged(FakeFeth one, FakeFeth other) {
        one.net.linkChanged(one);
        one.net.linkChanged(other);
    }
}
