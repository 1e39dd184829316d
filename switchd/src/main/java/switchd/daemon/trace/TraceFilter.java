package switchd.daemon.trace;

import java.util.Arrays;
import java.util.List;
import switchd.bpf.BpfInstruction;

/// The frames that a trace reads, as libpcap compiles [#EXPRESSION]. It is kept here compiled, so
/// that a trace needs no libpcap; a test compares.
public final class TraceFilter {
    static final String EXPRESSION =
            "arp or (udp and (port 67 or port 68 or port 546 or port 547))"
                    + " or (icmp6 and ip6[40] >= 133 and ip6[40] <= 136)";

    static final int SNAPLEN = 65_535;

    private static final int[][] PROGRAM = {
        {0x28, 0, 0, 0xc},
        {0x15, 33, 0, 0x806},
        {0x15, 0, 12, 0x800},
        {0x30, 0, 0, 0x17},
        {0x15, 0, 31, 0x11},
        {0x28, 0, 0, 0x14},
        {0x45, 29, 0, 0x1fff},
        {0xb1, 0, 0, 0xe},
        {0x48, 0, 0, 0xe},
        {0x15, 25, 0, 0x43},
        {0x15, 24, 0, 0x44},
        {0x15, 23, 0, 0x222},
        {0x15, 22, 0, 0x223},
        {0x48, 0, 0, 0x10},
        {0x15, 20, 10, 0x43},
        {0x15, 0, 20, 0x86dd},
        {0x30, 0, 0, 0x14},
        {0x15, 0, 10, 0x11},
        {0x28, 0, 0, 0x36},
        {0x15, 15, 0, 0x43},
        {0x15, 14, 0, 0x44},
        {0x15, 13, 0, 0x222},
        {0x15, 12, 0, 0x223},
        {0x28, 0, 0, 0x38},
        {0x15, 10, 0, 0x43},
        {0x15, 9, 0, 0x44},
        {0x15, 8, 0, 0x222},
        {0x15, 7, 8, 0x223},
        {0x15, 0, 2, 0x2c},
        {0x30, 0, 0, 0x36},
        {0x15, 5, 0, 0x11},
        {0x15, 0, 4, 0x3a},
        {0x30, 0, 0, 0x36},
        {0x35, 0, 2, 0x85},
        {0x25, 1, 0, 0x88},
        {0x6, 0, 0, 0xffff},
        {0x6, 0, 0, 0x0}
    };

    private TraceFilter() {}

    /// The program.
    public static List<BpfInstruction> program() {
        return Arrays.stream(PROGRAM).map(i -> new BpfInstruction(i[0], i[1], i[2], i[3])).toList();
    }
}
