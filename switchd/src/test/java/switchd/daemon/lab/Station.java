package switchd.daemon.lab;

/// One end of a packet.
///
/// @param mac as in `02:00:00:00:00:01`
/// @param ip IPv4 or IPv6, as text
public record Station(String mac, String ip) {
    /// The LAN's host.
    public static final Station LAN = new Station(Lab.LAN_MAC, Lab.LAN_ADDRESS);

    /// The LAN's host, by IPv6.
    public static final Station LAN6 = new Station(Lab.LAN_MAC, Lab.LAN_ADDRESS6);
}
