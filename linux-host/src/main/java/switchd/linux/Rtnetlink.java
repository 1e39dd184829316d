package switchd.linux;

import static switchd.linux.NetlinkConstants.AF_INET;
import static switchd.linux.NetlinkConstants.AF_INET6;
import static switchd.linux.NetlinkConstants.IFA_ADDRESS;
import static switchd.linux.NetlinkConstants.IFA_LOCAL;
import static switchd.linux.NetlinkConstants.IFLA_ADDRESS;
import static switchd.linux.NetlinkConstants.IFLA_AF_SPEC;
import static switchd.linux.NetlinkConstants.IFLA_IFNAME;
import static switchd.linux.NetlinkConstants.IFLA_INET6_ADDR_GEN_MODE;
import static switchd.linux.NetlinkConstants.IFLA_INFO_DATA;
import static switchd.linux.NetlinkConstants.IFLA_INFO_KIND;
import static switchd.linux.NetlinkConstants.IFLA_LINKINFO;
import static switchd.linux.NetlinkConstants.IFLA_MASTER;
import static switchd.linux.NetlinkConstants.IFLA_MTU;
import static switchd.linux.NetlinkConstants.IFLA_NET_NS_FD;
import static switchd.linux.NetlinkConstants.IN6_ADDR_GEN_MODE_NONE;
import static switchd.linux.NetlinkConstants.NLM_F_ACK;
import static switchd.linux.NetlinkConstants.NLM_F_CREATE;
import static switchd.linux.NetlinkConstants.NLM_F_DUMP;
import static switchd.linux.NetlinkConstants.NLM_F_EXCL;
import static switchd.linux.NetlinkConstants.RTM_DELLINK;
import static switchd.linux.NetlinkConstants.RTM_GETLINK;
import static switchd.linux.NetlinkConstants.RTM_NEWADDR;
import static switchd.linux.NetlinkConstants.RTM_NEWLINK;
import static switchd.linux.NetlinkConstants.RTM_SETLINK;
import static switchd.linux.NetlinkConstants.VETH_INFO_PEER;

import java.lang.foreign.Arena;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import switchd.core.Errno;
import switchd.core.InterfaceName;
import switchd.core.MacAddress;
import switchd.core.SyscallException;

/// The interfaces of this thread's network namespace: looks at them, makes, joins, changes and
/// removes them. What `ip link` does, as far as this program needs it (`man 7 rtnetlink`).
///
/// Every method fails with the kernel's error, in the words of the request: `netlink(RTM_NEWLINK
/// swtap0 master br0): EBUSY (16)`; EPERM without root. Belongs to the thread that opened it.
public final class Rtnetlink implements AutoCloseable {
    /// How often a list is asked for anew because interfaces came or went meanwhile.
    private static final int LIST_ATTEMPTS = 5;

    private final NetlinkSocket socket;

    private Rtnetlink(NetlinkSocket socket) {
        this.socket = socket;
    }

    /// @throws SyscallException where the kernel gives no socket
    public static Rtnetlink open(Linux linux) throws SyscallException {
        return new Rtnetlink(NetlinkSocket.open(linux));
    }

    /// The interface of this name, or null where there is none.
    public @Nullable LinkStatus find(InterfaceName name) throws SyscallException {
        try {
            return require(name);
        } catch (SyscallException e) {
            if (e.is(Errno.ENODEV)) {
                return null;
            }
            throw e;
        }
    }

    /// The interface of this name.
    ///
    /// @throws SyscallException ENODEV where there is none
    public LinkStatus require(InterfaceName name) throws SyscallException {
        String what = "RTM_GETLINK " + name;
        List<LinkStatus> found = new ArrayList<>(1);
        try (Arena arena = Arena.ofConfined()) {
            NetlinkMessage message =
                    NetlinkMessage.aboutLink(arena, RTM_GETLINK, NLM_F_ACK, 0, 0)
                            .text(IFLA_IFNAME, name.value());
            socket.request(what, message, payload -> found.add(LinkStatus.read(payload)));
        }
        if (found.isEmpty()) {
            throw new SyscallException("netlink(" + what + ")", Errno.ENODEV.number());
        }
        return found.getFirst();
    }

    /// All interfaces. One that comes or goes meanwhile may be missing.
    public List<LinkStatus> links() throws SyscallException {
        List<LinkStatus> found = new ArrayList<>();
        for (int attempt = 0; attempt < LIST_ATTEMPTS; attempt++) {
            found.clear();
            if (list(found)) {
                return found;
            }
        }
        return found;
    }

    /// All interfaces as they were at one moment; null where they changed while they were listed.
    @Nullable List<LinkStatus> snapshot() throws SyscallException {
        List<LinkStatus> found = new ArrayList<>();
        return list(found) ? found : null;
    }

    private boolean list(List<LinkStatus> found) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            NetlinkMessage message = NetlinkMessage.aboutLink(arena, RTM_GETLINK, NLM_F_DUMP, 0, 0);
            return socket.request(
                    "RTM_GETLINK", message, payload -> found.add(LinkStatus.read(payload)));
        }
    }

    /// The members of a bridge.
    ///
    /// @param bridge the bridge's index
    public List<LinkStatus> members(int bridge) throws SyscallException {
        return links().stream().filter(link -> link.master() == bridge).toList();
    }

    /// Makes an interface a member of a bridge.
    ///
    /// @throws SyscallException EBUSY where it is a member elsewhere, ELOOP, EINVAL or EOPNOTSUPP
    ///   where it cannot be one
    public void setMaster(InterfaceName name, InterfaceName bridge) throws SyscallException {
        int master = require(bridge).index();
        change(name, "master " + bridge, 0, link -> link.number(IFLA_MASTER, master));
    }

    /// Takes an interface out of its bridge.
    public void setNoMaster(InterfaceName name) throws SyscallException {
        change(name, "nomaster", 0, link -> link.number(IFLA_MASTER, 0));
    }

    /// Sets what an address family keeps of an interface.
    ///
    /// @param what for people: `vlan 20`
    void setLink(InterfaceName name, int family, String what, Consumer<NetlinkMessage> content)
            throws SyscallException {
        int index = require(name).index();
        try (Arena arena = Arena.ofConfined()) {
            NetlinkMessage message =
                    NetlinkMessage.aboutLinkOf(arena, family, RTM_SETLINK, NLM_F_ACK, index)
                            .nested(IFLA_AF_SPEC, content);
            socket.request("RTM_SETLINK " + name + " " + what, message, _ -> {});
        }
    }

    /// Switches an interface on.
    public void setUp(InterfaceName name) throws SyscallException {
        change(name, "up", LinuxConstants.IFF_UP, _ -> {});
    }

    /// Sets the bytes of payload that a frame carries.
    ///
    /// @throws SyscallException EINVAL where the interface cannot carry as much
    public void setMtu(InterfaceName name, int mtu) throws SyscallException {
        change(name, "mtu " + mtu, 0, link -> link.number(IFLA_MTU, mtu));
    }

    /// Sets the hardware address.
    ///
    /// @throws SyscallException EADDRNOTAVAIL where `address` is a group's
    public void setAddress(InterfaceName name, MacAddress address) throws SyscallException {
        byte[] octets = new byte[6];
        for (int i = 0; i < octets.length; i++) {
            octets[i] = (byte) (address.value() >>> (40 - 8 * i));
        }
        change(name, "address " + address, 0, link -> link.bytes(IFLA_ADDRESS, octets));
    }

    /// Keeps the kernel from giving an interface IPv6 addresses of its own accord. No error where
    /// the kernel knows no IPv6.
    public void withoutIpv6Addresses(InterfaceName name) throws SyscallException {
        try {
            change(
                    name,
                    "addrgenmode none",
                    0,
                    link ->
                            link.nested(
                                    IFLA_AF_SPEC,
                                    families ->
                                            families.nested(
                                                    AF_INET6,
                                                    family ->
                                                            family.octet(
                                                                    IFLA_INET6_ADDR_GEN_MODE,
                                                                    IN6_ADDR_GEN_MODE_NONE))));
        } catch (SyscallException e) {
            if (!e.is(Errno.EAFNOSUPPORT)) {
                throw e;
            }
        }
    }

    /// Makes a bridge. It is down.
    ///
    /// @throws SyscallException EEXIST where the name is taken
    public void addBridge(InterfaceName name) throws SyscallException {
        add(name, "type bridge", link -> link.text(IFLA_INFO_KIND, "bridge"));
    }

    /// Makes a veth pair: what one end sends, the other receives. Both are down.
    ///
    /// @param peerNamespace the descriptor of the network namespace that `peer` is made in
    /// @throws SyscallException EEXIST where a name is taken
    public void addVeth(InterfaceName name, InterfaceName peer, int peerNamespace)
            throws SyscallException {
        add(
                name,
                "type veth peer " + peer,
                link ->
                        link.text(IFLA_INFO_KIND, "veth")
                                .nested(
                                        IFLA_INFO_DATA,
                                        data ->
                                                data.nested(
                                                        VETH_INFO_PEER,
                                                        other ->
                                                                other.linkHeader(0, 0)
                                                                        .text(
                                                                                IFLA_IFNAME,
                                                                                peer.value())
                                                                        .number(
                                                                                IFLA_NET_NS_FD,
                                                                                peerNamespace))));
    }

    /// Removes an interface.
    ///
    /// @throws SyscallException ENODEV where there is none, EOPNOTSUPP for hardware
    public void delete(InterfaceName name) throws SyscallException {
        request("RTM_DELLINK " + name, RTM_DELLINK, 0, 0, name, _ -> {});
    }

    /// Gives an interface an IP address; it is not checked for duplicates.
    ///
    /// @throws SyscallException EEXIST where it has it already
    public void addAddress(InterfaceName name, InetAddress address, int prefixLength)
            throws SyscallException {
        int index = require(name).index();
        int family = address instanceof Inet4Address ? AF_INET : AF_INET6;
        int flags = NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
        try (Arena arena = Arena.ofConfined()) {
            NetlinkMessage message =
                    NetlinkMessage.aboutAddress(
                                    arena, RTM_NEWADDR, flags, family, prefixLength, index)
                            .bytes(IFA_LOCAL, address.getAddress())
                            .bytes(IFA_ADDRESS, address.getAddress());
            String text = address.getHostAddress() + "/" + prefixLength;
            socket.request("RTM_NEWADDR " + name + " " + text, message, _ -> {});
        }
    }

    @Override
    public void close() {
        socket.close();
    }

    private void add(InterfaceName name, String what, Consumer<NetlinkMessage> info)
            throws SyscallException {
        request(
                "RTM_NEWLINK " + name + " " + what,
                RTM_NEWLINK,
                NLM_F_CREATE | NLM_F_EXCL,
                0,
                name,
                link -> link.nested(IFLA_LINKINFO, info));
    }

    /// Sets attributes of an interface.
    ///
    /// @param what for people
    /// @param linkFlags the `IFF_` flags to set
    void change(InterfaceName name, String what, int linkFlags, Consumer<NetlinkMessage> attributes)
            throws SyscallException {
        request("RTM_NEWLINK " + name + " " + what, RTM_NEWLINK, 0, linkFlags, name, attributes);
    }

    private void request(
            String what,
            int type,
            int flags,
            int linkFlags,
            InterfaceName name,
            Consumer<NetlinkMessage> attributes)
            throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            NetlinkMessage message =
                    NetlinkMessage.aboutLink(arena, type, NLM_F_ACK | flags, 0, linkFlags)
                            .text(IFLA_IFNAME, name.value());
            attributes.accept(message);
            socket.request(what, message, _ -> {});
        }
    }
}
