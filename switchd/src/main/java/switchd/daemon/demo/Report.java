package switchd.daemon.demo;

import java.util.List;
import java.util.Map;

/// What the demo has seen.
///
/// @param network `bridge` with a LAN of its own, or `isolated` where that is not permitted
/// @param pings both ways, over both protocols
/// @param bursts both ways
/// @param ports what went through them
public record Report(
        String version,
        String network,
        List<Ping> pings,
        List<Burst> bursts,
        List<PortTraffic> ports) {
    /// One ping.
    ///
    /// @param from who asked
    /// @param to who answered
    /// @param protocol `IPv4` or `IPv6`
    /// @param firstMicros round trip with the neighbour's address yet to be found out
    /// @param micros the median of those that followed
    public record Ping(String from, String to, String protocol, long firstMicros, long micros) {}

    /// Datagrams in a row, as fast as they go.
    ///
    /// @param bytes of a frame
    /// @param frames sent
    /// @param received arrived
    /// @param seconds from the first sent to the last that arrived
    /// @param megabitsPerSecond of those that arrived
    public record Burst(
            String from,
            String to,
            int bytes,
            int frames,
            int received,
            double seconds,
            double megabitsPerSecond) {}

    /// A port's counters.
    ///
    /// @param toLan what its guest has sent
    /// @param toVm what its guest has been sent
    public record PortTraffic(String port, Direction toLan, Direction toVm) {}

    /// One way through a port.
    ///
    /// @param frames passed on
    /// @param bytes of those
    /// @param drops frames dropped, by cause
    public record Direction(long frames, long bytes, Map<String, Long> drops) {}
}
