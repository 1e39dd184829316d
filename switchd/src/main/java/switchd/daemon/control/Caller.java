package switchd.daemon.control;

/// Who calls a method.
interface Caller {
    /// Who he is.
    Peer peer();

    /// True where he may do everything.
    boolean isAdministrator();

    /// Lets him have the events of the ports he may see, from now on.
    void subscribe();
}
