package switchd.core;

/// One port's way into a LAN of the host: a TAP in a bridge, a feth pair in a bridge, a NIC itself.
public interface Uplink extends FrameSource, FrameSink, AutoCloseable {
    /// The interface that carries the frames.
    InterfaceName interfaceName();

    /// Says which frames are wanted; the kernel's filter is loaded accordingly.
    ///
    /// @throws SyscallException where the kernel refuses the filter
    void accept(Reception reception) throws SyscallException;

    /// Gives the interface back; removes it where we made it. Closing twice is no error.
    @Override
    void close();
}
