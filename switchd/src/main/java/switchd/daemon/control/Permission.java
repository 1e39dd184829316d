package switchd.daemon.control;

/// Who may call a method.
enum Permission {
    /// Root, the user that the daemon runs as, and members of the control group.
    ADMINISTRATORS,
    /// Those, and whoever owns a port: for his own ports, and with nothing but them in the answer.
    PORT_OWNERS
}
