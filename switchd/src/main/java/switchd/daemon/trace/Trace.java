package switchd.daemon.trace;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import switchd.core.DropCause;
import switchd.daemon.capture.CaptureRecord;
import switchd.daemon.packet.Message;
import switchd.daemon.packet.Packet;
import switchd.daemon.packet.Payload;
import switchd.daemon.packet.Transport;

/// Reads what goes through a port and says what goes wrong: questions that nobody answers, an
/// address that two stations have, frames that are dropped.
///
/// Memory is bounded, whatever the frames are. One thread uses it.
public final class Trace {
    /// What has not gone on for so long is over.
    static final long FORGET_NANOS = 60_000_000_000L;

    private final Consumer<Finding> findings;
    private final NeighbourTrace neighbours;
    private final DhcpTrace dhcp;
    private final RouterTrace routers;
    private final DropTrace drops;
    private long now;

    /// @param network its name, for people
    /// @param isolated true where the network has no uplink
    /// @param findings hears what is found
    public Trace(String network, boolean isolated, Consumer<Finding> findings) {
        this.findings = findings;
        neighbours = new NeighbourTrace(findings);
        dhcp = new DhcpTrace(findings, network, isolated);
        routers = new RouterTrace(findings);
        drops = new DropTrace(findings);
    }

    /// A record of the capture.
    public void record(CaptureRecord captured) {
        now = Math.max(now, captured.time());
        DropCause cause = captured.cause();
        @Nullable Packet packet = Packet.of(captured.frame());
        if (captured.kind() == CaptureRecord.Kind.LOST || (captured.count() > 0 && cause == null)) {
            findings.accept(
                    Finding.note(
                            now,
                            "port",
                            captured.count()
                                    + " frames were not seen: they came faster than they were"
                                    + " read"));
        }
        if (cause != null) {
            boolean unseen = captured.kind() == CaptureRecord.Kind.UNSEEN;
            drops.dropped(now, captured.direction(), cause, unseen ? captured.count() : 1, packet);
        } else if (packet != null) {
            packet(captured, packet);
        }
    }

    private void packet(CaptureRecord captured, Packet packet) {
        neighbours.packet(now, captured.direction(), packet);
        if (packet.payload() instanceof Payload.Ip ip) {
            switch (ip.transport()) {
                case Transport.Icmp6 icmp ->
                        routers.neighbour(
                                now,
                                captured.direction(),
                                packet.source(),
                                ip.source(),
                                icmp.neighbour());
                case Transport.Udp udp when udp.message() instanceof Message.Dhcp message ->
                        dhcp.message(now, captured.direction(), message);
                case Transport.Udp udp when udp.message() instanceof Message.Dhcp6 message ->
                        routers.message(now, captured.direction(), packet.source(), message);
                default -> {}
            }
        }
    }

    /// Something has happened at the port.
    ///
    /// @param warning true where somebody should act
    public void event(long time, String text, boolean warning) {
        now = Math.max(now, time);
        findings.accept(
                new Finding(
                        now,
                        warning ? Finding.Kind.PROBLEM : Finding.Kind.NOTE,
                        "port",
                        text,
                        null));
    }

    /// Time has passed.
    ///
    /// @param time nanoseconds since 1970
    public void tick(long time) {
        now = Math.max(now, time);
        neighbours.tick(now);
        dhcp.tick(now);
        routers.tick(now);
        drops.tick(now);
    }
}
