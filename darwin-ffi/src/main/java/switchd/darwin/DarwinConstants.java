package switchd.darwin;

/// Constants of Darwin's headers under their C names. A test holds every one against what a
/// compiler computed.
public final class DarwinConstants {
    // Families and types (bsd/sys/socket.h, bsd/sys/sys_domain.h, bsd/sys/un.h)
    public static final int AF_INET = 2;
    public static final int PF_NDRV = 27;
    public static final int AF_NDRV = 27;
    public static final int PF_SYSTEM = 32;
    public static final int AF_LINK = 18;
    public static final int SOCK_RAW = 3;
    public static final int SYSPROTO_EVENT = 1;
    public static final int SOL_LOCAL = 0;
    public static final int LOCAL_PEERPID = 2;
    public static final int SO_NOSIGPIPE = 0x1022;

    // bsd/sys/fcntl.h
    public static final int O_RDONLY = 0x0;
    public static final int O_WRONLY = 0x1;
    public static final int O_CREAT = 0x200;
    public static final int O_EXCL = 0x800;
    public static final int O_TRUNC = 0x400;
    public static final int O_NOFOLLOW = 0x100;
    public static final int S_IFREG = 0x8000;
    public static final int F_GETFL = 3;
    public static final int F_SETFL = 4;

    // bsd/sys/event.h
    public static final int EVFILT_READ = -1;
    public static final int EVFILT_WRITE = -2;
    public static final int EVFILT_PROC = -5;
    public static final int EVFILT_USER = -10;
    public static final int EV_ADD = 0x1;
    public static final int EV_DELETE = 0x2;
    public static final int EV_ENABLE = 0x4;
    public static final int EV_DISABLE = 0x8;
    public static final int EV_CLEAR = 0x20;
    public static final int EV_RECEIPT = 0x40;
    public static final int EV_ERROR = 0x4000;
    public static final int EV_EOF = 0x8000;
    public static final int NOTE_TRIGGER = 0x1000000;
    public static final int NOTE_EXIT = 0x80000000;

    // bsd/net/if.h, bsd/net/if_types.h, bsd/net/if_private.h
    public static final int IFF_UP = 0x1;
    public static final int IFF_RUNNING = 0x40;
    public static final int IFF_BROADCAST = 0x2;
    public static final int IFF_LOOPBACK = 0x8;
    public static final int IFT_ETHER = 6;
    public static final int IFT_L2VLAN = 135;
    public static final int IFT_IEEE8023ADLAG = 136;
    public static final int IFT_BRIDGE = 209;
    public static final int IFRTYPE_FAMILY_ETHERNET = 2;
    public static final int IFRTYPE_SUBFAMILY_WIFI = 3;
    public static final int IFRTYPE_SUBFAMILY_VMNET = 9;

    // bsd/net/if_fake_var.h
    public static final int IF_FAKE_S_CMD_SET_PEER = 1;
    public static final int IF_FAKE_G_CMD_GET_PEER = 1;

    // bsd/net/if_bridgevar.h
    public static final int BRDGADD = 0;
    public static final int BRDGDEL = 1;
    public static final int BRDGGIFFLGS = 2;
    public static final int BRDGSIFFLGS = 3;
    public static final int BRDGGIFS = 6;
    public static final int IFBIF_PRIVATE = 0x800;
    public static final int IFBIF_MAC_NAT = 0x8000;

    // bsd/net/bpf.h
    public static final int DLT_EN10MB = 1;

    // bsd/sys/kern_event.h, bsd/net/net_kev.h
    public static final int KEV_VENDOR_APPLE = 1;
    public static final int KEV_NETWORK_CLASS = 1;
    public static final int KEV_DL_SUBCLASS = 2;
    public static final int KEV_DL_SIFFLAGS = 1;
    public static final int KEV_DL_SIFMTU = 3;
    public static final int KEV_DL_IF_ATTACHED = 9;
    public static final int KEV_DL_IF_DETACHING = 10;
    public static final int KEV_DL_IF_DETACHED = 11;
    public static final int KEV_DL_LINK_OFF = 12;
    public static final int KEV_DL_LINK_ON = 13;
    public static final int KEV_DL_PROTO_ATTACHED = 14;
    public static final int KEV_DL_PROTO_DETACHED = 15;
    public static final int KEV_DL_LINK_ADDRESS_CHANGED = 16;

    private DarwinConstants() {}
}
