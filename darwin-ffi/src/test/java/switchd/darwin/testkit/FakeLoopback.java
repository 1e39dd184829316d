package switchd.darwin.testkit;

/// `lo0`
final class FakeLoopback extends FakeInterface {
    private static final int FLAGS =
            (int)
                    (Abi.constant("IFF_UP")
                            | Abi.constant("IFF_LOOPBACK")
                            | Abi.constant("IFF_RUNNING")
                            | Abi.constant("IFF_MULTICAST"));

    FakeLoopback(FakeNet net) {
        super(net, "lo", 0, FLAGS);
        mtu = 16384;
        lladdr = new byte[0];
        protocols.add((int) Abi.constant("PF_INET"));
        protocols.add((int) Abi.constant("PF_INET6"));
    }

    @Override
    int type() {
        return (int) Abi.constant("IFT_LOOP");
    }

    @Override
    int family() {
        return (int) Abi.constant("IFRTYPE_FAMILY_LOOPBACK");
    }

    @Override
    int functionalType() {
        return (int) Abi.constant("IFRTYPE_FUNCTIONAL_LOOPBACK");
    }

    @Override
    int linkType() {
        return 0; // DLT_NULL
    }

    @Override
    boolean active() {
        return true;
    }

    @Override
    void transmit(byte[] frame) {
        hostInput(frame);
    }
}
