package switchd.core;

import java.util.List;
import java.util.function.Consumer;

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

    /// What the operator should know of it as it is now, a sentence each; often empty.
    List<String> notices();

    /// Has `listener` told, on the loop's thread, when something has changed by which a lost uplink
    /// may be had again, where the host learns that.
    default void whenChanged(Runnable listener) {}

    /// Has `listener` told, on the loop's thread, what becomes of the members that it had when it
    /// was opened.
    default void whenMembersChange(Consumer<LanEvent> listener) {}

    /// From here on members of a bridge that it has lost are put back, where they are in no other.
    default void keepMembers() {}

    /// Uplinks that are opened from here on take frames as they are on the wire, where they would
    /// otherwise take longer segments from the kernel and cut them.
    default void withoutOffload() {}

    /// Sees whether a lost uplink may be opened anew, where that is for others to begin: a bridge
    /// that is being rebuilt takes its address and MTU from its first member.
    ///
    /// @throws SwitchdException where not yet, with the reason
    default void checkReturn() throws SwitchdException {}

    /// Opens a place on it.
    ///
    /// @param batch the slots to receive into, shared by all that live on one loop
    /// @throws SwitchdException where the kernel refuses, with the cure; nothing is left behind
    Uplink openUplink(FrameBatch batch) throws SwitchdException;

    /// All its uplinks are about to be closed: what the kernel takes long to end, one after the
    /// other, is ended for all of them at once where that can be done. They are closed all the
    /// same.
    default void endUplinks() {}

    /// Gives back what was made for it: a bridge that was not there before. After all uplinks are
    /// closed. Closing twice is no error.
    @Override
    default void close() {}
}
