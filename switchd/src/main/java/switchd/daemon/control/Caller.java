package switchd.daemon.control;

/// Who calls a method.
interface Caller {
    /// Who he is.
    Peer peer();

    /// True where he may do everything.
    boolean isAdministrator();

    /// Lets him have the events of the ports he may see, from now on.
    void subscribe();

    /// Lets him wait for longer than usual, as long as the call that is under way gets on.
    ///
    /// @return to be run whenever it has; from any thread, does not block
    Runnable progress();
}
