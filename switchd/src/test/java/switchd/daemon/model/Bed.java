package switchd.daemon.model;

import java.util.List;
import switchd.daemon.Daemon;
import switchd.daemon.DaemonSpec;
import switchd.daemon.PortSpec;

/// A kernel with a bridge, a member that leads to a LAN, a daemon, and VMs.
public interface Bed extends AutoCloseable {
    /// A VM's end of its link.
    interface Vm {
        /// Sends a frame; false where there is no room for it now.
        boolean send(byte[] frame);

        /// The frames that have come since the last call.
        List<byte[]> receive();

        /// Leaves.
        ///
        /// @param killed without a word
        void leave(boolean killed);
    }

    /// The networks `lan`, which is the bridge, and `lab`, and these ports.
    DaemonSpec spec(List<PortSpec> ports);

    /// A port at a place where [#attach] finds it.
    PortSpec place(PortSpec port);

    /// Starts a daemon.
    Daemon start(DaemonSpec spec) throws Exception;

    /// Ends the daemon.
    void end(boolean killed) throws Exception;

    /// Whether a daemon can be killed here.
    boolean kills();

    /// A VM attaches to a port of the daemon.
    Vm attach(String port, Step.How how) throws Exception;

    void change(Step.Change change) throws Exception;

    /// @param uplink its interface
    void lose(String uplink, Step.Loss loss) throws Exception;

    /// How often the port has lost its uplink so far.
    long losses(String port);

    /// Somebody on the LAN sends a frame.
    void sendFromLan(byte[] frame);

    /// What has come to the LAN since the last call.
    List<byte[]> receiveOnLan();

    /// Fails where a daemon that has ended has left interfaces or descriptors.
    void checkNothingIsLeft() throws Exception;

    /// Ends all that was begun here.
    @Override
    void close();
}
