package switchd.core;

/// What a kernel gives the daemon. One for each kernel, chosen once at the start.
public interface Host extends AutoCloseable {
    /// A new poller, for one loop.
    ///
    /// @throws SyscallException where the kernel gives no descriptor
    Poller openPoller() throws SyscallException;

    /// The LAN behind an existing bridge.
    ///
    /// @throws HostException where there is no such bridge, or it is down
    /// @throws PermissionException where it takes more privilege
    Lan openBridge(InterfaceName bridge) throws SwitchdException;

    /// As [#openBridge], but makes the bridge where there is none; it goes with [Lan#close()].
    ///
    /// @throws HostException where it is down, or no bridge
    /// @throws PermissionException where it takes more privilege
    Lan openOrCreateBridge(InterfaceName bridge) throws SwitchdException;

    /// The LAN that a NIC is on, without a bridge: the host itself cannot talk to the VMs there.
    ///
    /// @throws HostException where there is no such NIC, it is down, or carries no Ethernet
    /// @throws PermissionException where it takes more privilege
    Lan openInterface(InterfaceName nic) throws SwitchdException;

    /// Has the host watch, on `loop`, what it must hear of: interfaces that come and go. Once,
    /// before a LAN is opened.
    ///
    /// @throws SyscallException where the kernel refuses
    default void start(EventLoop loop) throws SyscallException {}

    /// Gives the host's own descriptors back, after the loop has ended. Closing twice is no error.
    @Override
    default void close() {}
}
