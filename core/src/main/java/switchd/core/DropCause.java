package switchd.core;

/// Why a frame was not passed on. Every frame that comes in is passed on or counted under exactly
/// one of these.
public enum DropCause {
    /// Shorter than the 14 bytes of an Ethernet header.
    RUNT("runt"),
    /// Longer than the network's MTU and 18 bytes.
    OVERSIZE("oversize"),
    /// From a VM, with a source that is not the VM's address.
    FOREIGN_SOURCE("foreignSource"),
    /// For a VM that did not make room in time.
    VM_FULL("vmFull"),
    /// For a LAN that had no room.
    UPLINK_FULL("uplinkFull"),
    /// For a LAN whose uplink is lost.
    UPLINK_LOST("uplinkLost"),
    /// From a LAN: the kernel had no room for it until it was read.
    OVERRUN("overrun"),
    /// From a LAN: the kernel gave only the beginning of it.
    TRUNCATED("truncated"),
    /// From a LAN: a segment that could not be cut, or a checksum that could not be finished.
    OFFLOAD("offload"),
    /// For a port without a VM, or from a client that is not the port's VM.
    DETACHED("detached"),
    /// The VM's own frame come back, or a frame for where it comes from.
    OWN_ECHO("ownEcho"),
    /// From a VM, of a protocol of bridges and links that its port does not allow.
    PROTOCOL("protocol"),
    /// Of a VLAN that is not the port's.
    FOREIGN_VLAN("foreignVlan"),
    /// From a VM, for another port that its port may not talk to.
    ISOLATED("isolated"),
    /// From a VM that sends more broadcasts and multicasts than its port may.
    GROUP_RATE("groupRate"),
    /// From a VM that comes up with new source addresses faster than its port may.
    ADDRESS_RATE("addressRate"),
    /// From a VM with as many source addresses as its port may have.
    ADDRESS_LIMIT("addressLimit"),
    /// More bits a second than the port may carry.
    RATE("rate"),
    /// From a VM, with an IP address that is not the VM's, or of no kind that tells.
    IP_SOURCE("ipSource"),
    /// From a VM, what DHCP servers and routers say.
    ROGUE_SERVER("rogueServer");

    private final String label;

    DropCause(String label) {
        this.label = label;
    }

    /// True where the operator has asked for it ([Guards]), or where it is a guard that is always
    /// on.
    boolean isGuard() {
        return compareTo(PROTOCOL) >= 0;
    }

    /// The name in reports.
    public String label() {
        return label;
    }
}
