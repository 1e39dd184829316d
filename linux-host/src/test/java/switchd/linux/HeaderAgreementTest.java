package switchd.linux;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import switchd.bpf.BpfInstruction;
import switchd.posix.testkit.CHeaders;

@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux: its headers")
class HeaderAgreementTest {
    @Test
    void epollAgrees() throws Exception {
        new CHeaders("sys/epoll.h", "sys/eventfd.h")
                .size("struct epoll_event", EpollEvent.LAYOUT)
                .members("struct epoll_event", EpollEvent.LAYOUT)
                .constant("EPOLL_CLOEXEC", LinuxConstants.EPOLL_CLOEXEC)
                .constant("EPOLL_CTL_ADD", LinuxConstants.EPOLL_CTL_ADD)
                .constant("EPOLL_CTL_DEL", LinuxConstants.EPOLL_CTL_DEL)
                .constant("EPOLL_CTL_MOD", LinuxConstants.EPOLL_CTL_MOD)
                .constant("EPOLLIN", LinuxConstants.EPOLLIN)
                .constant("EPOLLOUT", LinuxConstants.EPOLLOUT)
                .constant("EPOLLERR", LinuxConstants.EPOLLERR)
                .constant("EPOLLHUP", LinuxConstants.EPOLLHUP)
                .constant("EPOLLET", LinuxConstants.EPOLLET)
                .constant("EFD_CLOEXEC", LinuxConstants.EFD_CLOEXEC)
                .constant("EFD_NONBLOCK", LinuxConstants.EFD_NONBLOCK)
                .check();
    }

    @Test
    void socketsAgree() throws Exception {
        new CHeaders("sys/mount.h", "sys/socket.h", "sys/time.h", "sys/syscall.h", "sched.h")
                .struct("struct mmsghdr", MultiMessage.LAYOUT)
                .constant("AF_NETLINK", LinuxConstants.AF_NETLINK)
                .constant("AF_PACKET", LinuxConstants.AF_PACKET)
                .constant("SOCK_RAW", LinuxConstants.SOCK_RAW)
                .constant("SOCK_NONBLOCK", LinuxConstants.SOCK_NONBLOCK)
                .constant("SOCK_CLOEXEC", LinuxConstants.SOCK_CLOEXEC)
                .constant("MSG_TRUNC", LinuxConstants.MSG_TRUNC)
                .constant("SO_RCVTIMEO", LinuxConstants.SO_RCVTIMEO)
                .constant("SO_ATTACH_FILTER", LinuxConstants.SO_ATTACH_FILTER)
                .constant("sizeof(struct timeval)", 16)
                .constant("SYS_setgroups", LinuxConstants.SYS_SETGROUPS)
                .constant("MS_BIND", LinuxConstants.MS_BIND)
                .constant("CLONE_NEWNET", LinuxConstants.CLONE_NEWNET)
                .check();
    }

    @Test
    void interfacesAgree() throws Exception {
        new CHeaders(
                        "sys/socket.h",
                        "sys/ioctl.h",
                        "linux/if.h",
                        "linux/if_arp.h",
                        "linux/if_tun.h",
                        "linux/sockios.h",
                        "linux/ethtool.h")
                .struct("struct ifreq", InterfaceRequest.LAYOUT)
                .constant("offsetof(struct ifreq, ifr_flags)", 16)
                .constant("sizeof(((struct ifreq *) 0)->ifr_flags)", Short.BYTES)
                .constant("IFF_UP", LinuxConstants.IFF_UP)
                .constant("ARPHRD_ETHER", LinuxConstants.ARPHRD_ETHER)
                .constant("TUNSETIFF", LinuxConstants.TUNSETIFF)
                .constant("TUNATTACHFILTER", LinuxConstants.TUNATTACHFILTER)
                .constant("IFF_TAP", LinuxConstants.IFF_TAP)
                .constant("IFF_NO_PI", LinuxConstants.IFF_NO_PI)
                .constant("IFF_VNET_HDR", LinuxConstants.IFF_VNET_HDR)
                // Headers of before Linux 6.2 lack USO4 and USO6: OffloadTest cuts UDP.
                .constant("TUNSETOFFLOAD", LinuxConstants.TUNSETOFFLOAD)
                .constant("TUN_F_CSUM", LinuxConstants.TUN_F_CSUM)
                .constant("TUN_F_TSO4", LinuxConstants.TUN_F_TSO4)
                .constant("TUN_F_TSO6", LinuxConstants.TUN_F_TSO6)
                .constant("TUN_F_TSO_ECN", LinuxConstants.TUN_F_TSO_ECN)
                .constant("SIOCETHTOOL", LinuxConstants.SIOCETHTOOL)
                .constant("ETHTOOL_GFLAGS", LinuxConstants.ETHTOOL_GFLAGS)
                .constant("ETHTOOL_GGRO", LinuxConstants.ETHTOOL_GGRO)
                .constant("ETH_FLAG_LRO", LinuxConstants.ETH_FLAG_LRO)
                .struct("struct ethtool_value", Offloads.VALUE)
                .check();
    }

    @Test
    void virtioAgrees() throws Exception {
        new CHeaders("linux/virtio_net.h")
                .struct("struct virtio_net_hdr", VirtioHeader.LAYOUT)
                .constant("VIRTIO_NET_HDR_F_NEEDS_CSUM", VirtioHeader.NEEDS_CSUM)
                .constant("VIRTIO_NET_HDR_GSO_NONE", VirtioHeader.GSO_NONE)
                .constant("VIRTIO_NET_HDR_GSO_TCPV4", VirtioHeader.GSO_TCPV4)
                .constant("VIRTIO_NET_HDR_GSO_TCPV6", VirtioHeader.GSO_TCPV6)
                // Headers of before Linux 6.2 lack GSO_UDP_L4: OffloadTest cuts UDP.
                .constant("VIRTIO_NET_HDR_GSO_ECN", VirtioHeader.GSO_ECN)
                .check();
    }

    @Test
    void confinementAgrees() throws Exception {
        CHeaders headers =
                new CHeaders(
                                "fcntl.h",
                                "sys/syscall.h",
                                "linux/prctl.h",
                                "linux/capability.h",
                                "linux/landlock.h")
                        .members("struct landlock_ruleset_attr", Confinement.RULESET)
                        .struct("struct landlock_path_beneath_attr", Confinement.BENEATH)
                        .constant("PR_CAPBSET_DROP", LinuxConstants.PR_CAPBSET_DROP)
                        .constant("PR_SET_NO_NEW_PRIVS", LinuxConstants.PR_SET_NO_NEW_PRIVS)
                        .constant(
                                "_LINUX_CAPABILITY_VERSION_3",
                                LinuxConstants.LINUX_CAPABILITY_VERSION_3)
                        .constant("sizeof(struct __user_cap_data_struct)", 3 * Integer.BYTES)
                        .constant("sizeof(struct __user_cap_header_struct)", 2 * Integer.BYTES)
                        .constant(
                                "LANDLOCK_CREATE_RULESET_VERSION",
                                LinuxConstants.LANDLOCK_CREATE_RULESET_VERSION)
                        .constant(
                                "LANDLOCK_RULE_PATH_BENEATH",
                                LinuxConstants.LANDLOCK_RULE_PATH_BENEATH)
                        .constant("O_PATH", LinuxConstants.O_PATH)
                        .constant(
                                "SYS_landlock_create_ruleset",
                                LinuxConstants.SYS_LANDLOCK_CREATE_RULESET)
                        .constant("SYS_landlock_add_rule", LinuxConstants.SYS_LANDLOCK_ADD_RULE)
                        .constant(
                                "SYS_landlock_restrict_self",
                                LinuxConstants.SYS_LANDLOCK_RESTRICT_SELF);
        for (Capability capability : Capability.values()) {
            headers.constant(capability.name(), capability.number());
        }
        headers.check();
    }

    @Test
    void landlocksRightsAgree() throws Exception {
        new CHeaders("linux/landlock.h")
                .constant("LANDLOCK_ACCESS_FS_EXECUTE", LinuxConstants.LANDLOCK_ACCESS_FS_EXECUTE)
                .constant(
                        "LANDLOCK_ACCESS_FS_WRITE_FILE",
                        LinuxConstants.LANDLOCK_ACCESS_FS_WRITE_FILE)
                .constant(
                        "LANDLOCK_ACCESS_FS_MAKE_CHAR", LinuxConstants.LANDLOCK_ACCESS_FS_MAKE_CHAR)
                .constant("LANDLOCK_ACCESS_FS_MAKE_REG", LinuxConstants.LANDLOCK_ACCESS_FS_MAKE_REG)
                .constant(
                        "LANDLOCK_ACCESS_FS_MAKE_FIFO", LinuxConstants.LANDLOCK_ACCESS_FS_MAKE_FIFO)
                .constant(
                        "LANDLOCK_ACCESS_FS_MAKE_BLOCK",
                        LinuxConstants.LANDLOCK_ACCESS_FS_MAKE_BLOCK)
                .constant("LANDLOCK_ACCESS_FS_MAKE_SYM", LinuxConstants.LANDLOCK_ACCESS_FS_MAKE_SYM)
                // Headers of before Linux 6.2 lack TRUNCATE: ConfinementTest truncates.
                .constant("LANDLOCK_ACCESS_FS_REFER", LinuxConstants.LANDLOCK_ACCESS_FS_REFER)
                .check();
    }

    @Test
    void packetSocketsAgree() throws Exception {
        new CHeaders("sys/socket.h", "linux/if_packet.h", "linux/if_ether.h", "linux/filter.h")
                .struct("struct sockaddr_ll", PacketAddress.LAYOUT)
                .struct("struct packet_mreq", PacketAddress.MEMBERSHIP)
                .struct("struct sock_filter", SocketFilter.INSTRUCTION)
                .struct("struct sock_fprog", SocketFilter.PROGRAM)
                .constant("SOL_PACKET", LinuxConstants.SOL_PACKET)
                .constant("PACKET_ADD_MEMBERSHIP", LinuxConstants.PACKET_ADD_MEMBERSHIP)
                .constant("PACKET_MR_PROMISC", LinuxConstants.PACKET_MR_PROMISC)
                .constant("PACKET_IGNORE_OUTGOING", LinuxConstants.PACKET_IGNORE_OUTGOING)
                .struct("struct tpacket_auxdata", PacketTags.AUXDATA)
                .struct("struct cmsghdr", PacketTags.CONTROL)
                .constant("CMSG_SPACE(sizeof(struct tpacket_auxdata))", 40)
                .constant("PACKET_AUXDATA", LinuxConstants.PACKET_AUXDATA)
                .constant("TP_STATUS_VLAN_VALID", LinuxConstants.TP_STATUS_VLAN_VALID)
                .constant("TP_STATUS_VLAN_TPID_VALID", LinuxConstants.TP_STATUS_VLAN_TPID_VALID)
                .constant("ETH_P_8021Q", LinuxConstants.ETH_P_8021Q)
                .constant("ETH_P_ALL", LinuxConstants.ETH_P_ALL)
                .constant("SKF_AD_OFF + SKF_AD_VLAN_TAG", LinuxConstants.SKF_AD_VLAN_TAG)
                .constant(
                        "SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT",
                        LinuxConstants.SKF_AD_VLAN_TAG_PRESENT)
                .check();
    }

    @Test
    void theProgramsInstructionsAgree() throws Exception {
        new CHeaders("linux/filter.h")
                .constant("BPF_LD | BPF_W | BPF_ABS", BpfInstruction.LOAD_WORD)
                .constant("BPF_LD | BPF_H | BPF_ABS", BpfInstruction.LOAD_HALF)
                .constant("BPF_LD | BPF_B | BPF_ABS", BpfInstruction.LOAD_BYTE)
                .constant("BPF_JMP | BPF_JEQ | BPF_K", BpfInstruction.JUMP_EQUAL)
                .constant("BPF_JMP | BPF_JSET | BPF_K", BpfInstruction.JUMP_SET)
                .constant("BPF_RET | BPF_K", BpfInstruction.RETURN)
                .check();
    }

    @Test
    void netlinkAgrees() throws Exception {
        new CHeaders("linux/netlink.h", "linux/rtnetlink.h", "linux/if_link.h", "linux/veth.h")
                .struct("struct nlmsghdr", NetlinkMessage.HEADER)
                .struct("struct sockaddr_nl", NetlinkMessage.SOCKET_ADDRESS)
                .struct("struct ifinfomsg", NetlinkMessage.LINK)
                .struct("struct ifaddrmsg", NetlinkMessage.ADDRESS)
                .struct("struct rtattr", NetlinkMessage.ATTRIBUTE)
                .constant("NETLINK_ROUTE", NetlinkConstants.NETLINK_ROUTE)
                .constant("RTMGRP_LINK", NetlinkConstants.RTMGRP_LINK)
                .constant("NLMSG_ERROR", NetlinkConstants.NLMSG_ERROR)
                .constant("NLMSG_DONE", NetlinkConstants.NLMSG_DONE)
                .constant("NLM_F_REQUEST", NetlinkConstants.NLM_F_REQUEST)
                .constant("NLM_F_ACK", NetlinkConstants.NLM_F_ACK)
                .constant("NLM_F_DUMP_INTR", NetlinkConstants.NLM_F_DUMP_INTR)
                .constant("NLM_F_EXCL", NetlinkConstants.NLM_F_EXCL)
                .constant("NLM_F_DUMP", NetlinkConstants.NLM_F_DUMP)
                .constant("NLM_F_CREATE", NetlinkConstants.NLM_F_CREATE)
                .constant("NLA_F_NESTED", NetlinkConstants.NLA_F_NESTED)
                .constant("RTM_NEWLINK", NetlinkConstants.RTM_NEWLINK)
                .constant("RTM_DELLINK", NetlinkConstants.RTM_DELLINK)
                .constant("RTM_GETLINK", NetlinkConstants.RTM_GETLINK)
                .constant("RTM_SETLINK", NetlinkConstants.RTM_SETLINK)
                .constant("RTM_NEWADDR", NetlinkConstants.RTM_NEWADDR)
                .check();
    }

    @Test
    void netlinkAttributesAgree() throws Exception {
        new CHeaders(
                        "sys/socket.h",
                        "linux/rtnetlink.h",
                        "linux/if_link.h",
                        "linux/if_addr.h",
                        "linux/if_bridge.h",
                        "linux/veth.h")
                .constant("IFLA_ADDRESS", NetlinkConstants.IFLA_ADDRESS)
                .constant("IFLA_IFNAME", NetlinkConstants.IFLA_IFNAME)
                .constant("IFLA_MTU", NetlinkConstants.IFLA_MTU)
                .constant("IFLA_MASTER", NetlinkConstants.IFLA_MASTER)
                .constant("IFLA_LINKINFO", NetlinkConstants.IFLA_LINKINFO)
                .constant("IFLA_AF_SPEC", NetlinkConstants.IFLA_AF_SPEC)
                .constant("IFLA_GROUP", NetlinkConstants.IFLA_GROUP)
                .constant("IFLA_NET_NS_FD", NetlinkConstants.IFLA_NET_NS_FD)
                .constant("IFLA_INFO_KIND", NetlinkConstants.IFLA_INFO_KIND)
                .constant("IFLA_INFO_DATA", NetlinkConstants.IFLA_INFO_DATA)
                .constant("VETH_INFO_PEER", NetlinkConstants.VETH_INFO_PEER)
                .constant("IFLA_INET6_ADDR_GEN_MODE", NetlinkConstants.IFLA_INET6_ADDR_GEN_MODE)
                .constant("IN6_ADDR_GEN_MODE_NONE", NetlinkConstants.IN6_ADDR_GEN_MODE_NONE)
                .constant("IFLA_INFO_SLAVE_KIND", NetlinkConstants.IFLA_INFO_SLAVE_KIND)
                .constant("IFLA_INFO_SLAVE_DATA", NetlinkConstants.IFLA_INFO_SLAVE_DATA)
                .constant("IFLA_BRPORT_ISOLATED", NetlinkConstants.IFLA_BRPORT_ISOLATED)
                .constant("IFLA_BRIDGE_VLAN_INFO", NetlinkConstants.IFLA_BRIDGE_VLAN_INFO)
                .constant(
                        "BRIDGE_VLAN_INFO_RANGE_BEGIN",
                        NetlinkConstants.BRIDGE_VLAN_INFO_RANGE_BEGIN)
                .constant("BRIDGE_VLAN_INFO_RANGE_END", NetlinkConstants.BRIDGE_VLAN_INFO_RANGE_END)
                .constant("sizeof(struct bridge_vlan_info)", 4)
                .constant("AF_BRIDGE", NetlinkConstants.AF_BRIDGE)
                .constant("AF_INET", NetlinkConstants.AF_INET)
                .constant("AF_INET6", NetlinkConstants.AF_INET6)
                .constant("IFA_ADDRESS", NetlinkConstants.IFA_ADDRESS)
                .constant("IFA_LOCAL", NetlinkConstants.IFA_LOCAL)
                .constant("IFA_F_NODAD", NetlinkConstants.IFA_F_NODAD)
                .check();
    }
}
