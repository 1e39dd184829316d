package switchd.darwin;

import static java.lang.foreign.MemoryLayout.paddingLayout;
import static java.lang.foreign.MemoryLayout.sequenceLayout;
import static java.lang.foreign.MemoryLayout.structLayout;
import static java.lang.foreign.MemoryLayout.unionLayout;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.ADDRESS_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.StructLayout;
import java.util.Arrays;

/// Darwin's structs, each under its C name with C's field names. A test holds every one of them,
/// size and all, against what a compiler computed from Apple's headers for arm64 and x86-64.
///
/// Of unions only the arms that are used are here. Some structs are declared with `pack(4)`: their
/// pointers and longs lie at four-byte offsets, hence the unaligned layouts.
public final class Structs {
    /// Bytes of an interface's name, the final NUL included (`IFNAMSIZ`).
    public static final int IFNAMSIZ = 16;

    /// `bsd/net/if.h`: what most interface requests take.
    public static final StructLayout IFREQ =
            structLayout(
                            bytes(IFNAMSIZ).withName("ifr_name"),
                            unionLayout(
                                            structLayout(
                                                            JAVA_BYTE.withName("sa_len"),
                                                            JAVA_BYTE.withName("sa_family"),
                                                            bytes(14).withName("sa_data"))
                                                    .withName("ifru_addr"),
                                            JAVA_SHORT.withName("ifru_flags"),
                                            JAVA_INT.withName("ifru_mtu"),
                                            structLayout(
                                                            JAVA_INT.withName("ift_type"),
                                                            JAVA_INT.withName("ift_family"),
                                                            JAVA_INT.withName("ift_subfamily"))
                                                    .withName("ifru_type"),
                                            ADDRESS.withName("ifru_data"))
                                    .withName("ifr_ifru"))
                    .withName("ifreq");

    /// `bsd/net/if.h`, pack(4): a command for an interface's driver. [#IFDRV]'s `ifd_len` must be
    /// exactly the size that the command expects.
    public static final StructLayout IFDRV =
            structLayout(
                            bytes(IFNAMSIZ).withName("ifd_name"),
                            JAVA_LONG_UNALIGNED.withName("ifd_cmd"),
                            JAVA_LONG_UNALIGNED.withName("ifd_len"),
                            ADDRESS_UNALIGNED.withName("ifd_data"))
                    .withName("ifdrv");

    /// `bsd/net/if_private.h`: an interface's description.
    public static final StructLayout IF_DESCREQ =
            structLayout(
                            bytes(IFNAMSIZ).withName("ifdr_name"),
                            JAVA_INT.withName("ifdr_len"),
                            bytes(128).withName("ifdr_desc"))
                    .withName("if_descreq");

    /// `bsd/net/if_fake_var.h`: a command for a feth.
    public static final StructLayout IF_FAKE_REQUEST =
            structLayout(
                            sequenceLayout(4, JAVA_LONG).withName("iffr_reserved"),
                            unionLayout(
                                            bytes(128).withName("iffru_buf"),
                                            bytes(IFNAMSIZ).withName("iffru_peer_name"))
                                    .withName("iffr_u"))
                    .withName("if_fake_request");

    /// `bsd/net/if_bridgevar.h`, pack(4): one member of a bridge.
    public static final StructLayout IFBREQ =
            structLayout(
                            bytes(IFNAMSIZ).withName("ifbr_ifsname"),
                            JAVA_INT.withName("ifbr_ifsflags"),
                            JAVA_INT.withName("ifbr_stpflags"),
                            JAVA_INT.withName("ifbr_path_cost"),
                            JAVA_BYTE.withName("ifbr_portno"),
                            JAVA_BYTE.withName("ifbr_priority"),
                            JAVA_BYTE.withName("ifbr_proto"),
                            JAVA_BYTE.withName("ifbr_role"),
                            JAVA_BYTE.withName("ifbr_state"),
                            paddingLayout(3),
                            JAVA_INT.withName("ifbr_addrcnt"),
                            JAVA_INT.withName("ifbr_addrmax"),
                            JAVA_INT.withName("ifbr_addrexceeded"),
                            bytes(32).withName("pad"))
                    .withName("ifbreq");

    /// `bsd/net/if_bridgevar.h`, pack(4): room for the members of a bridge.
    public static final StructLayout IFBIFCONF =
            structLayout(
                            JAVA_INT.withName("ifbic_len"),
                            unionLayout(ADDRESS_UNALIGNED.withName("ifbicu_buf"))
                                    .withName("ifbic_ifbicu"))
                    .withName("ifbifconf");

    /// `bsd/net/ndrv.h`: the interface of a PF_NDRV socket.
    public static final StructLayout SOCKADDR_NDRV =
            structLayout(
                            JAVA_BYTE.withName("snd_len"),
                            JAVA_BYTE.withName("snd_family"),
                            bytes(IFNAMSIZ).withName("snd_name"))
                    .withName("sockaddr_ndrv");

    /// `bsd/netinet/in.h`: an IPv4 address; it and the port are in network byte order.
    public static final StructLayout SOCKADDR_IN =
            structLayout(
                            JAVA_BYTE.withName("sin_len"),
                            JAVA_BYTE.withName("sin_family"),
                            JAVA_SHORT.withName("sin_port"),
                            JAVA_INT.withName("sin_addr"),
                            bytes(8).withName("sin_zero"))
                    .withName("sockaddr_in");

    /// `bsd/net/if_dl.h`: an interface's link-layer address.
    public static final StructLayout SOCKADDR_DL =
            structLayout(
                            JAVA_BYTE.withName("sdl_len"),
                            JAVA_BYTE.withName("sdl_family"),
                            JAVA_SHORT.withName("sdl_index"),
                            JAVA_BYTE.withName("sdl_type"),
                            JAVA_BYTE.withName("sdl_nlen"),
                            JAVA_BYTE.withName("sdl_alen"),
                            JAVA_BYTE.withName("sdl_slen"),
                            bytes(12).withName("sdl_data"))
                    .withName("sockaddr_dl");

    /// `ifaddrs.h`: one address of one interface, in a list.
    public static final StructLayout IFADDRS =
            structLayout(
                            ADDRESS.withName("ifa_next"),
                            ADDRESS.withName("ifa_name"),
                            JAVA_INT.withName("ifa_flags"),
                            paddingLayout(4),
                            ADDRESS.withName("ifa_addr"),
                            ADDRESS.withName("ifa_netmask"),
                            ADDRESS.withName("ifa_dstaddr"),
                            ADDRESS.withName("ifa_data"))
                    .withName("ifaddrs");

    /// `bsd/net/bpf.h`: a filter.
    public static final StructLayout BPF_PROGRAM =
            structLayout(
                            JAVA_INT.withName("bf_len"),
                            paddingLayout(4),
                            ADDRESS.withName("bf_insns"))
                    .withName("bpf_program");

    /// `bsd/net/bpf.h`: one instruction of a filter.
    public static final StructLayout BPF_INSN =
            structLayout(
                            JAVA_SHORT.withName("code"),
                            JAVA_BYTE.withName("jt"),
                            JAVA_BYTE.withName("jf"),
                            JAVA_INT.withName("k"))
                    .withName("bpf_insn");

    /// `bsd/net/bpf.h`: what goes before every frame that is read. 20 bytes by `sizeof`, 18 in the
    /// records: `bh_hdrlen` tells.
    public static final StructLayout BPF_HDR =
            structLayout(
                            structLayout(JAVA_INT.withName("tv_sec"), JAVA_INT.withName("tv_usec"))
                                    .withName("bh_tstamp"),
                            JAVA_INT.withName("bh_caplen"),
                            JAVA_INT.withName("bh_datalen"),
                            JAVA_SHORT.withName("bh_hdrlen"),
                            paddingLayout(2))
                    .withName("bpf_hdr");

    /// `bsd/net/bpf.h`: frames received and dropped.
    public static final StructLayout BPF_STAT =
            structLayout(JAVA_INT.withName("bs_recv"), JAVA_INT.withName("bs_drop"))
                    .withName("bpf_stat");

    /// `bsd/sys/event.h`: a change to a kqueue, or an event of one.
    public static final StructLayout KEVENT64_S =
            structLayout(
                            JAVA_LONG.withName("ident"),
                            JAVA_SHORT.withName("filter"),
                            JAVA_SHORT.withName("flags"),
                            JAVA_INT.withName("fflags"),
                            JAVA_LONG.withName("data"),
                            JAVA_LONG.withName("udata"),
                            sequenceLayout(2, JAVA_LONG).withName("ext"))
                    .withName("kevent64_s");

    /// `bsd/sys/_types/_timespec.h`.
    public static final StructLayout TIMESPEC =
            structLayout(JAVA_LONG.withName("tv_sec"), JAVA_LONG.withName("tv_nsec"))
                    .withName("timespec");

    /// `bsd/sys/socket_private.h`: one message of several.
    public static final StructLayout MSGHDR_X =
            structLayout(
                            ADDRESS.withName("msg_name"),
                            JAVA_INT.withName("msg_namelen"),
                            paddingLayout(4),
                            ADDRESS.withName("msg_iov"),
                            JAVA_INT.withName("msg_iovlen"),
                            paddingLayout(4),
                            ADDRESS.withName("msg_control"),
                            JAVA_INT.withName("msg_controllen"),
                            JAVA_INT.withName("msg_flags"),
                            JAVA_LONG.withName("msg_datalen"))
                    .withName("msghdr_x");

    /// `bsd/sys/kern_event.h`: the beginning of a kernel event; `event_data` goes on behind it.
    public static final StructLayout KERN_EVENT_MSG =
            structLayout(
                            JAVA_INT.withName("total_size"),
                            JAVA_INT.withName("vendor_code"),
                            JAVA_INT.withName("kev_class"),
                            JAVA_INT.withName("kev_subclass"),
                            JAVA_INT.withName("id"),
                            JAVA_INT.withName("event_code"),
                            sequenceLayout(1, JAVA_INT).withName("event_data"))
                    .withName("kern_event_msg");

    /// `bsd/sys/kern_event.h`: which kernel events a socket wants.
    public static final StructLayout KEV_REQUEST =
            structLayout(
                            JAVA_INT.withName("vendor_code"),
                            JAVA_INT.withName("kev_class"),
                            JAVA_INT.withName("kev_subclass"))
                    .withName("kev_request");

    /// `bsd/net/if.h`: which interface a kernel event is about. The name has no unit.
    public static final StructLayout NET_EVENT_DATA =
            structLayout(
                            JAVA_INT.withName("if_family"),
                            JAVA_INT.withName("if_unit"),
                            bytes(IFNAMSIZ).withName("if_name"))
                    .withName("net_event_data");

    /// `bsd/net/net_kev.h`: a protocol that came to an interface or left it.
    public static final StructLayout KEV_DL_PROTO_DATA =
            structLayout(
                            NET_EVENT_DATA.withName("link_data"),
                            JAVA_INT.withName("proto_family"),
                            JAVA_INT.withName("proto_remaining_count"))
                    .withName("kev_dl_proto_data");

    private Structs() {}

    /// Where a field lies, in bytes from the beginning of its struct.
    ///
    /// @param path the field, and the fields within it
    public static long offset(StructLayout struct, String... path) {
        return struct.byteOffset(
                Arrays.stream(path).map(PathElement::groupElement).toArray(PathElement[]::new));
    }

    private static SequenceLayout bytes(int count) {
        return sequenceLayout(count, JAVA_BYTE);
    }
}
