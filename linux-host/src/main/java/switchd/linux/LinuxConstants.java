package switchd.linux;

/// Constants of Linux's headers, the same on x86-64 and arm64 but for the system call number.
///
/// Source: Linux `include/uapi/linux` (`if_tun.h`, `if_packet.h`, `if_ether.h`, `if_arp.h`,
/// `filter.h`, `ethtool.h`, `sockios.h`, `eventpoll.h`, `sched.h`, `prctl.h`, `capability.h`,
/// `landlock.h`), held against the installed headers by a test.
final class LinuxConstants {
    static final int AF_NETLINK = 16;
    static final int AF_PACKET = 17;
    static final int SOCK_RAW = 3;
    static final int SOCK_NONBLOCK = 0x800;
    static final int SOCK_CLOEXEC = 0x80000;
    static final int MSG_TRUNC = 0x20;
    static final int SO_RCVTIMEO = 20;
    static final int SO_ATTACH_FILTER = 26;

    static final int SOL_PACKET = 263;
    static final int PACKET_ADD_MEMBERSHIP = 1;
    static final int PACKET_MR_PROMISC = 1;
    static final int PACKET_IGNORE_OUTGOING = 23;
    static final int PACKET_AUXDATA = 8;
    static final int TP_STATUS_VLAN_VALID = 0x10;
    static final int TP_STATUS_VLAN_TPID_VALID = 0x40;
    static final int ETH_P_8021Q = 0x8100;
    static final int ETH_P_ALL = 3;

    static final int ARPHRD_ETHER = 1;
    static final int IFF_UP = 1;

    static final long TUNSETIFF = 0x400454caL;
    static final long TUNATTACHFILTER = 0x401054d5L;
    static final int IFF_TAP = 2;
    static final int IFF_NO_PI = 0x1000;
    static final int IFF_VNET_HDR = 0x4000;
    static final long TUNSETOFFLOAD = 0x400454d0L;
    static final int TUN_F_CSUM = 0x01;
    static final int TUN_F_TSO4 = 0x02;
    static final int TUN_F_TSO6 = 0x04;
    static final int TUN_F_TSO_ECN = 0x08;
    static final int TUN_F_USO4 = 0x20;
    static final int TUN_F_USO6 = 0x40;

    static final long SIOCETHTOOL = 0x8946;
    static final int ETHTOOL_GFLAGS = 0x25;
    static final int ETHTOOL_GGRO = 0x2b;
    static final int ETH_FLAG_LRO = 0x8000;

    static final int EPOLL_CLOEXEC = 0x80000;
    static final int EPOLL_CTL_ADD = 1;
    static final int EPOLL_CTL_DEL = 2;
    static final int EPOLL_CTL_MOD = 3;
    static final int EPOLLIN = 0x1;
    static final int EPOLLOUT = 0x4;
    static final int EPOLLERR = 0x8;
    static final int EPOLLHUP = 0x10;
    static final int EPOLLET = 1 << 31;
    static final int EFD_CLOEXEC = 0x80000;
    static final int EFD_NONBLOCK = 0x800;

    static final int SKF_AD_VLAN_TAG = -0x1000 + 44;
    static final int SKF_AD_VLAN_TAG_PRESENT = -0x1000 + 48;

    static final int CLONE_NEWNET = 0x40000000;
    static final int MS_BIND = 0x1000;

    /// `SYS_setgroups` of the running machine.
    static final long SYS_SETGROUPS = System.getProperty("os.arch").equals("aarch64") ? 159 : 116;

    static final int PR_CAPBSET_DROP = 24;
    static final int PR_SET_NO_NEW_PRIVS = 38;
    static final int LINUX_CAPABILITY_VERSION_3 = 0x20080522;

    static final int LANDLOCK_CREATE_RULESET_VERSION = 1;
    static final int LANDLOCK_RULE_PATH_BENEATH = 1;
    static final int LANDLOCK_ACCESS_FS_EXECUTE = 1;
    static final int LANDLOCK_ACCESS_FS_WRITE_FILE = 1 << 1;
    static final int LANDLOCK_ACCESS_FS_MAKE_CHAR = 1 << 6;
    static final int LANDLOCK_ACCESS_FS_MAKE_REG = 1 << 8;
    static final int LANDLOCK_ACCESS_FS_MAKE_FIFO = 1 << 10;
    static final int LANDLOCK_ACCESS_FS_MAKE_BLOCK = 1 << 11;
    static final int LANDLOCK_ACCESS_FS_MAKE_SYM = 1 << 12;
    static final int LANDLOCK_ACCESS_FS_REFER = 1 << 13;
    static final int LANDLOCK_ACCESS_FS_TRUNCATE = 1 << 14;

    static final long SYS_LANDLOCK_CREATE_RULESET = 444;
    static final long SYS_LANDLOCK_ADD_RULE = 445;
    static final long SYS_LANDLOCK_RESTRICT_SELF = 446;

    static final int O_PATH = 0x200000;

    private LinuxConstants() {}
}
