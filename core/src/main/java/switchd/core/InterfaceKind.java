package switchd.core;

/// What an interface of the host is, as far as it matters to frames.
public enum InterfaceKind {
    /// A NIC with a cable, or something that looks like one.
    ETHERNET("ethernet"),
    WIFI("wifi"),
    /// A place of a process in a Linux network; every port of a bridge has one.
    TAP("tap"),
    /// One end of a pair on Linux, usually of a container.
    VETH("veth"),
    /// One side of a pair on macOS; every port of a bridge has one.
    FETH("feth"),
    /// A VM of macOS's own vmnet.
    VMENET("vmenet"),
    VLAN("vlan"),
    /// Several NICs in one (IEEE 802.3ad).
    BOND("bond"),
    BRIDGE("bridge"),
    OTHER("other");

    private final String label;

    InterfaceKind(String label) {
        this.label = label;
    }

    /// The name in reports.
    public String label() {
        return label;
    }

    @Override
    public String toString() {
        return label;
    }
}
