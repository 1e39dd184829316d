package switchd.daemon;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a daemon says of itself.
///
/// @param schema `switchd.status/1`
/// @param daemon the process
/// @param networks in the order in which they were asked for
/// @param ports in the order in which they were asked for
public record Status(
        String schema, DaemonStatus daemon, List<NetworkStatus> networks, List<PortStatus> ports) {
    /// The schema of this version.
    public static final String SCHEMA = "switchd.status/1";

    /// What a port is doing.
    public enum State {
        /// It waits for a VM.
        LISTENING("listening"),
        /// A VM is there.
        ATTACHED("attached"),
        /// The interface that carries its frames is of no use any more, and another one is tried
        /// for; a VM may be there.
        UPLINK_LOST("uplinkLost"),
        /// No VM is there, and the last client was not let in.
        REFUSED("refused"),
        /// It is switched off.
        DOWN("down");

        private final String label;

        State(String label) {
            this.label = label;
        }

        /// The name in reports.
        @JsonValue
        public String label() {
            return label;
        }
    }

    /// The process.
    ///
    /// @param version of switchd
    /// @param pid of the process
    /// @param host kernel and its version
    /// @param started when
    /// @param uptimeSeconds since then
    /// @param memory what it holds
    /// @param longestTurnMillis the longest time that one turn of its loop has taken
    public record DaemonStatus(
            String version,
            long pid,
            String host,
            Instant started,
            long uptimeSeconds,
            Memory memory,
            double longestTurnMillis) {}

    /// Memory of the process, in bytes.
    ///
    /// @param resident all of it that is in memory; null where the kernel does not tell it here
    /// @param heapUsed Java objects
    /// @param heapMax the most that they may take
    public record Memory(@Nullable Long resident, long heapUsed, long heapMax) {}

    /// One network.
    ///
    /// @param name as given
    /// @param kind `bridge`, `interface` or `isolated`
    /// @param lan the bridge or NIC; null where there is none
    /// @param mtu in bytes
    /// @param macNat whether a member shows the VMs to its LAN under an address of its own, as
    ///   Wi-Fi needs it
    /// @param members of the bridge but for our uplinks, or the NIC
    /// @param ports names of the ports on it
    /// @param repairs how often an uplink was put back in its place
    /// @param notices what an operator should know, a sentence each
    public record NetworkStatus(
            String name,
            String kind,
            @Nullable String lan,
            int mtu,
            boolean macNat,
            List<Member> members,
            List<String> ports,
            int repairs,
            List<String> notices) {}

    /// An interface through which frames of a network pass.
    ///
    /// @param name its name
    /// @param kind `ethernet`, `wifi`, `tap` …
    /// @param mtu in bytes
    /// @param up whether it is switched on
    /// @param macNat whether the kernel puts the host's own hardware address in the place of the
    ///   VMs' there
    public record Member(String name, String kind, int mtu, boolean up, boolean macNat) {}

    /// One port.
    ///
    /// @param name as given
    /// @param network name of its network
    /// @param kind `bridge`, `interface` or `isolated`
    /// @param uplink the interface that carries its frames; empty where there is none
    /// @param mtu in bytes
    /// @param socket where a VM attaches; null where it does not do so by a path
    /// @param stream the same for tools that speak a stream; null where there is none
    /// @param owner user to whom the sockets belong, a number
    /// @param state what it is doing
    /// @param reason why it is `uplinkLost` or `refused`; null otherwise
    /// @param mac `auto`, `any`, or the VM's address
    /// @param macsSeen addresses that its VM has sent from lately
    /// @param foreignSource the first address other than its own that the VM, or the last one, has
    ///   sent from since it attached: such frames are dropped; null where there was none
    /// @param peer who is attached; null where nobody is
    /// @param ipAddresses IP addresses that its VM may send from, besides those that follow from
    ///   its hardware address; null where it may from any
    /// @param guards what its VM may do
    /// @param toLan what its VM has sent
    /// @param toVm what its VM has been sent
    /// @param queue frames that wait for the VM
    /// @param repairs how often its uplink was lost and put back in its place
    /// @param lastOutageMillis how long it was without one the last time; null where it never was
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record PortStatus(
            String name,
            String network,
            String kind,
            String uplink,
            int mtu,
            @Nullable String socket,
            @Nullable String stream,
            long owner,
            State state,
            @Nullable String reason,
            String mac,
            List<String> macsSeen,
            @Nullable String foreignSource,
            @Nullable PeerStatus peer,
            @Nullable List<Address> ipAddresses,
            Guarding guards,
            Traffic toLan,
            Traffic toVm,
            Queue queue,
            int repairs,
            @Nullable Double lastOutageMillis) {}

    /// What a port's VM may do, what its network says included; null wherever there is no limit.
    ///
    /// @param isolated whether it talks to no other port
    /// @param talkGroups groups of ports that it talks to
    /// @param vlan tagged on the network and untagged at the VM; null where there is no such one
    /// @param trunk VLANs that are tagged on both sides; null where there are no such ones
    /// @param ipGuard `off`, `dhcp` or `list`: where the IP addresses come from that it may use
    /// @param groupFrames broadcasts and multicasts a second
    /// @param newAddresses new source addresses a second
    /// @param addresses source addresses at a time
    /// @param toLanRate bits a second that it may send
    /// @param toVmRate bits a second that it may be sent
    /// @param burst bytes that may exceed these two at once; null for the usual
    /// @param allowProtocols protocols of bridges and links that it may speak
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record Guarding(
            boolean isolated,
            List<String> talkGroups,
            @Nullable Integer vlan,
            @Nullable List<Integer> trunk,
            String ipGuard,
            @Nullable Integer groupFrames,
            @Nullable Integer newAddresses,
            @Nullable Integer addresses,
            @Nullable Long toLanRate,
            @Nullable Long toVmRate,
            @Nullable Integer burst,
            List<String> allowProtocols) {}

    /// An IP address that a VM may send from.
    ///
    /// @param address the address
    /// @param vlan in which it holds; null for untagged frames
    /// @param source `configured`, `dhcp4`, `dhcp6`, `slaac` or `linkLocal`
    /// @param expiresSeconds how long it is good; null where there is no end
    public record Address(
            String address,
            @Nullable Integer vlan,
            String source,
            @Nullable Double expiresSeconds) {}

    /// An attached VM.
    ///
    /// @param name its socket's path, or what it is
    /// @param kind how it is attached: `datagram`, `stream` or `descriptor`
    /// @param pid of its process; null where that is not known
    /// @param attachedSeconds for how long it has been there
    /// @param sendBuffer bytes that the kernel keeps for it, towards it; null where not known
    /// @param receiveBuffer bytes that the kernel keeps for it, from it; null where not known
    public record PeerStatus(
            String name,
            String kind,
            @Nullable Integer pid,
            double attachedSeconds,
            @Nullable Integer sendBuffer,
            @Nullable Integer receiveBuffer) {}

    /// One direction.
    ///
    /// @param frames passed on
    /// @param bytes of these frames
    /// @param framesPerSecond in the last second
    /// @param bitsPerSecond in the last second
    /// @param lastFrameSeconds how long ago the last frame was passed on; null where there was none
    /// @param dropped frames that were not passed on
    /// @param drops the same by cause; causes without any are left out
    public record Traffic(
            long frames,
            long bytes,
            long framesPerSecond,
            long bitsPerSecond,
            @Nullable Double lastFrameSeconds,
            long dropped,
            Map<String, Long> drops) {}

    /// Frames that wait for a VM.
    ///
    /// @param waiting now
    /// @param highWater the most there have been
    /// @param capacity the most there can be
    public record Queue(int waiting, int highWater, int capacity) {}
}
