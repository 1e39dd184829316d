package switchd.core;

/// The two ways through a port.
public enum Direction {
    /// What the port's VM has sent.
    TO_LAN("toLan"),
    /// What the port's VM is sent.
    TO_VM("toVm");

    private final String label;

    Direction(String label) {
        this.label = label;
    }

    /// The name in reports.
    public String label() {
        return label;
    }
}
