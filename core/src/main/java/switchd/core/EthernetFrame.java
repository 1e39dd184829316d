package switchd.core;

/// The bounds of an Ethernet II frame. Every frame passes this guard before any write: on macOS a
/// shorter one panics the kernel.
public final class EthernetFrame {
    /// Two addresses and a type: nothing shorter is a frame.
    public static final int SHORTEST = 14;

    /// The same with an 802.1Q tag of four bytes.
    static final int SHORTEST_TAGGED = 18;

    /// Header and one 802.1Q tag around a payload of MTU bytes.
    private static final int OVERHEAD = 18;

    private EthernetFrame() {}

    /// The bytes of the longest frame on a network with this MTU.
    public static int longest(int mtu) {
        return mtu + OVERHEAD;
    }
}
