package switchd.daemon.config;

import java.util.List;
import org.jspecify.annotations.Nullable;
import switchd.core.IpPolicy;
import switchd.core.VlanPolicy;
import tools.jackson.databind.annotation.JsonDeserialize;

/// One port of a configuration file.
public record PortConfig(
        @Key(
                        value =
                                "Names the port, in commands and reports, and the directory of its"
                                        + " sockets.",
                        required = true,
                        pattern = Forms.NAME,
                        form = "a name of 1 to 32 letters, digits and dashes",
                        example = "\"web\"")
                @Nullable String name,
        @Key(
                        value =
                                "Name of the network that it is on. May be left out where there is"
                                        + " only one.",
                        pattern = Forms.NETWORK,
                        form = "a name of 1 to 32 letters, digits, dots, dashes and underscores",
                        example = "\"lan\"")
                @Nullable String network,
        @Key(
                        value =
                                "The VM's address: frames from any other are dropped. `auto`: the"
                                        + " first one that the VM uses. `any`: all, for bridges inside"
                                        + " the VM.",
                        fallback = "\"auto\"",
                        pattern = Forms.MAC,
                        form = "auto, any or an address such as 52:54:00:12:34:56",
                        example = "\"52:54:00:12:34:56\"")
                @Nullable String mac,
        @Key(
                        value =
                                "Path of the datagram socket (vfkit, krunkit, QEMU dgram). Default:"
                                        + " NAME/net.sock in /run/switchd (macOS: /var/run/switchd;"
                                        + " without root: $XDG_RUNTIME_DIR/switchd).",
                        pattern = Forms.SOCKET,
                        form = "the absolute path of a socket",
                        example = "\"/home/alice/vm/net.sock\"")
                @Nullable String socket,
        @Key(
                        value =
                                "Path of the stream socket (QEMU stream, Lima, socket_vmnet's"
                                        + " client). Default: stream.sock beside the datagram socket;"
                                        + " none where that one has a path of its own.",
                        pattern = Forms.SOCKET,
                        form = "the absolute path of a socket",
                        example = "\"/home/alice/vm/stream.sock\"")
                @Nullable String stream,
        @Key(
                        value =
                                "User that runs the VM, by name or as UID:GID: gets the sockets and"
                                        + " their directory, and may see and detach this port by the"
                                        + " control socket. Default: `owner` of the whole file.",
                        pattern = Forms.USER,
                        form = "a user's name or UID:GID",
                        example = "\"alice\"")
                @Nullable String owner,
        @Key(
                        value =
                                "Group whose members may attach, too, by name or number. Default:"
                                        + " none.",
                        pattern = Forms.GROUP,
                        form = "a group's name or number",
                        example = "\"kvm\"")
                @Nullable String group,
        @Key(
                        value =
                                "Permissions of the sockets, octal. Default: 0600; with a group,"
                                        + " 0660.",
                        pattern = Forms.MODE,
                        form = "three octal digits with a 0 before them, such as \"0660\",",
                        example = "\"0660\"")
                @Nullable String mode,
        @Key(
                        value =
                                "Whether the port is open. `false`: as after `switchd port down`,"
                                        + " no VM can attach.",
                        fallback = "true")
                @Nullable Boolean up,
        @Key(
                        value =
                                "Whether the port exchanges frames with the uplink only, and with no"
                                        + " other port. Default: `isolated` of the network.",
                        example = "true")
                @Nullable Boolean isolated,
        @Key(
                        value =
                                "Groups that the port is in, by any names: two ports of which one is"
                                        + " in a group exchange frames only where they share one. All"
                                        + " reach the uplink. Does not go with `isolated`.",
                        pattern = Forms.NETWORK,
                        form = "names of 1 to 32 letters, digits, dots, dashes and underscores",
                        example = "\"frontend\"")
                @Nullable List<String> talkGroups,
        @JsonDeserialize(using = VlanReader.class)
                @Key(
                        value =
                                "VLANs of the port. A number: that VLAN, tagged on the network and untagged at the VM. A list: those VLANs, tagged on both sides. 0 stands for untagged frames. Frames of other VLANs are dropped, and so are frames with two tags. Default: `vlan` of the network.",
                        example = "20")
                @Nullable VlanPolicy vlan,
        @JsonDeserialize(using = IpReader.class)
                @Key(
                        value =
                                "IP addresses that the VM may send from, in ARP, neighbour discovery, IPv4 and IPv6; with one of these the VM cannot play DHCP server or router either. `dhcp`: those that servers and routers of the LAN give it. A list: these. `off`: any. Default: `ipGuard` of the network.",
                        example = "\"dhcp\"")
                @Nullable IpPolicy ipGuard,
        @Key("Limits and protocols of the port's VM; what it leaves out is as the network says.")
                @Nullable GuardConfig guards) {}
