package switchd.linux;

import static switchd.linux.TestLan.BRIDGE;
import static switchd.linux.TestLan.FOR_VM;
import static switchd.linux.TestLan.NIC;

import switchd.core.SwitchdException;
import switchd.core.Uplink;

/// An uplink of either kind on a LAN of its own.
abstract class UplinkFixture {
    private final boolean bridged;

    /// @param bridged a TAP in a bridge, else a packet socket on a NIC
    UplinkFixture(boolean bridged) {
        this.bridged = bridged;
    }

    /// A test with an uplink that takes what is meant for the VM.
    @FunctionalInterface
    interface Body {
        void run(TestLan lan, Uplink uplink) throws Exception;
    }

    final void withUplink(Body body) throws SwitchdException {
        TestLan.run(
                bridged,
                lan -> {
                    try (Uplink uplink = open(lan)) {
                        uplink.accept(FOR_VM);
                        body.run(lan, uplink);
                    }
                });
    }

    final boolean bridged() {
        return bridged;
    }

    final Uplink open(TestLan lan) throws SwitchdException {
        return (bridged ? lan.host.openBridge(BRIDGE) : lan.host.openInterface(NIC))
                .openUplink(lan.slots);
    }
}
