package switchd.core;

import java.util.List;

/// A layer 2 network of the host on which VMs get a place.
public interface Lan extends AutoCloseable {
    /// The bridge or NIC.
    InterfaceName interfaceName();

    /// Bytes of payload that a frame carries there.
    int mtu();

    /// True where frames that one port's uplink sends reach the uplinks of the other ports, as a
    /// bridge makes them do; a NIC does not.
    boolean connectsUplinks();

    /// Where its frames pass now: the members of the bridge, uplinks included, or the NIC. On the
    /// loop's thread.
    ///
    /// @throws SwitchdException where the kernel does not tell, the bridge being gone perhaps
    List<LanMember> members() throws SwitchdException;

    /// What the operator should know before using it, a sentence each; often empty.
    List<String> notices();

    /// Opens a place on it.
    ///
    /// @param batch the slots to receive into, shared by all that live on one loop
    /// @throws SwitchdException where the kernel refuses, with the cure; nothing is left behind
    Uplink openUplink(FrameBatch batch) throws SwitchdException;

    /// Gives back what was made for it: a bridge that was not there before. After all uplinks are
    /// closed. Closing twice is no error.
    @Override
    default void close() {}
}
