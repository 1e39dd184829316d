package switchd.daemon;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import switchd.core.LanEvent;
import switchd.core.PortEvent;

/// Something that an operator may want to hear of: one JSON object on a line in an event stream.
///
/// @param time when it happened
/// @param event what, in one word
/// @param port the port's name; null where it is the whole daemon's
/// @param warning whether an operator should act
/// @param text one line for people, with the cure where one is needed
/// @param details values that programs want, by name
/// @param cause what the port has told; null where it comes from the daemon
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DaemonEvent(
        Instant time,
        String event,
        @Nullable String port,
        @JsonInclude boolean warning,
        String text,
        Map<String, Object> details,
        @JsonIgnore @Nullable PortEvent cause) {
    /// Name of a daemon's first event.
    public static final String STARTED = "started";

    /// This process has started a daemon.
    static DaemonEvent started(Instant time) {
        long pid = ProcessHandle.current().pid();
        return new DaemonEvent(
                time,
                STARTED,
                null,
                false,
                "switchd " + Version.current() + " has started, process " + pid,
                Map.of("version", Version.current(), "pid", pid),
                null);
    }

    /// What happened at a port.
    static DaemonEvent of(Instant time, PortEvent event) {
        return new DaemonEvent(
                time,
                name(event),
                event.port(),
                event.isWarning(),
                event.text(),
                details(event),
                event);
    }

    /// What happened to what a network is on.
    static DaemonEvent of(Instant time, String network, LanEvent event) {
        return switch (event) {
            case LanEvent.MemberLost(var lan, var member, String reason) ->
                    ofNetwork(
                            time,
                            "memberLost",
                            event,
                            Map.of(
                                    "network",
                                    network,
                                    "lan",
                                    lan.value(),
                                    "member",
                                    member.value(),
                                    "reason",
                                    reason));
            case LanEvent.MemberBack(var lan, var member, boolean putBack) ->
                    ofNetwork(
                            time,
                            "memberBack",
                            event,
                            Map.of(
                                    "network",
                                    network,
                                    "lan",
                                    lan.value(),
                                    "member",
                                    member.value(),
                                    "putBack",
                                    putBack));
        };
    }

    private static DaemonEvent ofNetwork(
            Instant time, String name, LanEvent event, Map<String, Object> details) {
        return new DaemonEvent(time, name, null, event.isWarning(), event.text(), details, null);
    }

    /// What happened to a port as a whole.
    static DaemonEvent ofPort(Instant time, String event, String port, String text) {
        return new DaemonEvent(time, event, port, false, text, Map.of(), null);
    }

    /// What happened to the daemon.
    static DaemonEvent ofDaemon(Instant time, String event, boolean warning, String text) {
        return ofDaemon(time, event, warning, text, Map.of());
    }

    /// What happened to the daemon, with values for programs.
    static DaemonEvent ofDaemon(
            Instant time, String event, boolean warning, String text, Map<String, Object> details) {
        return new DaemonEvent(time, event, null, warning, text, details, null);
    }

    /// The line for a log.
    public String line() {
        return port == null ? text : port + ": " + text;
    }

    private static String name(PortEvent event) {
        return switch (event) {
            case PortEvent.Attached _ -> "attached";
            case PortEvent.Detached _ -> "detached";
            case PortEvent.Refused _ -> "refused";
            case PortEvent.ForeignSource _ -> "foreignSource";
            case PortEvent.AddressConflict _ -> "addressConflict";
            case PortEvent.SmallBuffers _ -> "smallBuffers";
            case PortEvent.NotListening _ -> "notListening";
            case PortEvent.Listening _ -> "listening";
            case PortEvent.Guarded _ -> "guarded";
            case PortEvent.UplinkLost _ -> "uplinkLost";
            case PortEvent.NoUplink _ -> "noUplink";
            case PortEvent.UplinkBack _ -> "uplinkBack";
        };
    }

    private static Map<String, Object> details(PortEvent event) {
        return switch (event) {
            case PortEvent.Attached(_, String peer, boolean resumed) ->
                    Map.of("peer", peer, "resumed", resumed);
            case PortEvent.Detached(_, String peer, String reason) ->
                    Map.of("peer", peer, "reason", reason);
            case PortEvent.Refused(_, String peer, String reason) ->
                    Map.of("peer", peer, "reason", reason);
            case PortEvent.ForeignSource(_, var seen, var expected) ->
                    Map.of("seen", seen.toString(), "expected", expected.toString());
            case PortEvent.AddressConflict(_, var address) -> Map.of("address", address.toString());
            case PortEvent.SmallBuffers small ->
                    Map.of(
                            "socket",
                            small.socket(),
                            "sendAsked",
                            small.sendAsked(),
                            "sendGiven",
                            small.sendGiven(),
                            "receiveAsked",
                            small.receiveAsked(),
                            "receiveGiven",
                            small.receiveGiven());
            case PortEvent.NotListening(_, String socket, String reason) ->
                    Map.of("socket", socket, "reason", reason);
            case PortEvent.Listening(_, String socket) -> Map.of("socket", socket);
            case PortEvent.Guarded(_, var direction, var cause, String frame) ->
                    Map.of(
                            "direction", direction.label(),
                            "cause", cause.label(),
                            "frame", frame);
            case PortEvent.UplinkLost(_, var uplink, String reason) ->
                    Map.of("uplink", uplink.value(), "reason", reason);
            case PortEvent.NoUplink(_, String reason) -> Map.of("reason", reason);
            case PortEvent.UplinkBack back ->
                    Map.of("uplink", back.uplink().value(), "millis", back.millis());
        };
    }
}
