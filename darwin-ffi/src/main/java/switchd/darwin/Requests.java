package switchd.darwin;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemoryLayout;

/// Darwin's `ioctl` requests under their C names. Each is made of its group, number and struct, as
/// `bsd/sys/ioccom.h` does it, so that a request and the struct that goes with it cannot disagree.
///
/// They are positive: the kernel compares all 64 bits, and one that was sign-extended from an `int`
/// matches nothing. A test holds every one against what a compiler computed.
public final class Requests {
    private static final long VOID = 0x2000_0000L;
    private static final long OUT = 0x4000_0000L;
    private static final long IN = 0x8000_0000L;
    private static final int LENGTH_SHIFT = 16;
    private static final int GROUP_SHIFT = 8;

    public static final long SIOCSIFFLAGS = in('i', 16, Structs.IFREQ);
    public static final long SIOCGIFFLAGS = inOut('i', 17, Structs.IFREQ);
    public static final long SIOCGIFMTU = inOut('i', 51, Structs.IFREQ);
    public static final long SIOCSIFMTU = in('i', 52, Structs.IFREQ);
    public static final long SIOCSIFADDR = in('i', 12, Structs.IFREQ);
    public static final long SIOCSIFNETMASK = in('i', 22, Structs.IFREQ);
    public static final long SIOCSIFLLADDR = in('i', 60, Structs.IFREQ);
    public static final long SIOCIFDESTROY = in('i', 121, Structs.IFREQ);
    public static final long SIOCIFCREATE2 = inOut('i', 122, Structs.IFREQ);
    public static final long SIOCSDRVSPEC = in('i', 123, Structs.IFDRV);
    public static final long SIOCGDRVSPEC = inOut('i', 123, Structs.IFDRV);
    public static final long SIOCSIFDESC = inOut('i', 143, Structs.IF_DESCREQ);
    public static final long SIOCGIFDESC = inOut('i', 144, Structs.IF_DESCREQ);
    public static final long SIOCGIFTYPE = inOut('i', 159, Structs.IFREQ);

    public static final long SIOCSKEVFILT = in('e', 2, Structs.KEV_REQUEST);

    public static final long BIOCGBLEN = out('B', 102, JAVA_INT);
    public static final long BIOCSBLEN = inOut('B', 102, JAVA_INT);
    public static final long BIOCSETF = in('B', 103, Structs.BPF_PROGRAM);
    public static final long BIOCFLUSH = none('B', 104);
    public static final long BIOCPROMISC = none('B', 105);
    public static final long BIOCGDLT = out('B', 106, JAVA_INT);
    public static final long BIOCSETIF = in('B', 108, Structs.IFREQ);
    public static final long BIOCGSTATS = out('B', 111, Structs.BPF_STAT);
    public static final long BIOCIMMEDIATE = in('B', 112, JAVA_INT);
    public static final long BIOCSHDRCMPLT = in('B', 117, JAVA_INT);
    public static final long BIOCSSEESENT = in('B', 119, JAVA_INT);
    public static final long BIOCSETFNR = in('B', 126, Structs.BPF_PROGRAM);
    public static final long BIOCSHEADDROP = in('B', 128, JAVA_INT);
    public static final long BIOCSBATCHWRITE = in('B', 143, JAVA_INT);
    public static final long BIOCSNOTSTAMP = in('B', 145, JAVA_INT);
    public static final long BIOCSDVRTIN = in('B', 146, JAVA_INT);

    private Requests() {}

    private static long none(char group, int number) {
        return VOID | (long) group << GROUP_SHIFT | number;
    }

    private static long out(char group, int number, MemoryLayout argument) {
        return request(OUT, group, number, argument);
    }

    private static long in(char group, int number, MemoryLayout argument) {
        return request(IN, group, number, argument);
    }

    private static long inOut(char group, int number, MemoryLayout argument) {
        return request(IN | OUT, group, number, argument);
    }

    private static long request(long direction, char group, int number, MemoryLayout argument) {
        return direction
                | argument.byteSize() << LENGTH_SHIFT
                | (long) group << GROUP_SHIFT
                | number;
    }
}
