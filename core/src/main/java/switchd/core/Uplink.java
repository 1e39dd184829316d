package switchd.core;

import java.util.function.Consumer;

/// One port's way into a LAN of the host: a TAP in a bridge, a feth pair in a bridge, a NIC itself.
public interface Uplink extends FrameSource, FrameSink, AutoCloseable {
    /// The interface that carries the frames.
    InterfaceName interfaceName();

    /// Says which frames are wanted; the kernel's filter is loaded accordingly.
    ///
    /// @throws SyscallException where the kernel refuses the filter
    void accept(Reception reception) throws SyscallException;

    /// Says which VLANs pass here, before anything does, for a kernel that must be asked to pass
    /// them.
    ///
    /// @throws SwitchdException where it refuses
    default void carry(VlanPolicy vlans) throws SwitchdException {}

    /// Has the kernel pass no frame from here to other uplinks that are kept apart, nor from them
    /// to here, from now on. For uplinks that a [Lan] connects.
    ///
    /// @throws SwitchdException where it cannot
    default void keepApart() throws SwitchdException {}

    /// Has `listener` told, on the loop's thread, why the interface is of no use any more, where
    /// the host learns that otherwise than by a failed read or write.
    default void whenLost(Consumer<String> listener) {}

    /// Counts the frames for the VM that have been lost since the last call before they came into a
    /// batch.
    default void countLosses(Counters toVm) {}

    /// Gives the interface back; removes it where we made it. Closing twice is no error.
    @Override
    void close();
}
