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
    /// For a port without a VM, or from a client that is not the port's VM.
    DETACHED("detached"),
    /// The VM's own frame come back, or a frame for where it comes from.
    OWN_ECHO("ownEcho");

    private final String label;

    DropCause(String label) {
        this.label = label;
    }

    /// The name in reports.
    public String label() {
        return label;
    }
}
