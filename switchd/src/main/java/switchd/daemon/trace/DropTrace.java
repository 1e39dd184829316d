package switchd.daemon.trace;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import switchd.core.Direction;
import switchd.core.DropCause;
import switchd.daemon.packet.Packet;
import switchd.daemon.packet.PacketText;

/// Which frames are dropped and why: the first one of a kind at once, those that follow as a sum
/// every ten seconds.
final class DropTrace {
    private static final String TOPIC = "drop";
    private static final long SUM_NANOS = 10_000_000_000L;

    private final Consumer<Finding> findings;
    private final Map<Kind, Sum> sums = new HashMap<>();

    private record Kind(Direction direction, DropCause cause) {}

    private static final class Sum {
        long told;
        long since;
    }

    DropTrace(Consumer<Finding> findings) {
        this.findings = findings;
    }

    /// @param packet null where nobody has the frame
    void dropped(
            long now, Direction direction, DropCause cause, long count, @Nullable Packet packet) {
        Kind kind = new Kind(direction, cause);
        Sum sum = sums.get(kind);
        if (sum != null) {
            sum.since += count;
            return;
        }
        Sum started = new Sum();
        started.told = now;
        sums.put(kind, started);
        String what =
                packet == null
                        ? count + " frames " + direction.label() + " dropped: "
                        : direction.label() + " dropped: ";
        String which = packet == null ? "" : ": " + PacketText.of(packet);
        findings.accept(Finding.problem(now, TOPIC, what + cause.label() + which, cure(kind)));
    }

    void tick(long now) {
        sums.entrySet()
                .removeIf(entry -> {
                    Sum sum = entry.getValue();
                    if (now - sum.told < SUM_NANOS) {
                        return false;
                    }
                    if (sum.since == 0) {
                        return true;
                    }
                    Kind kind = entry.getKey();
                    findings.accept(
                            Finding.problem(
                                    now,
                                    TOPIC,
                                    "%d more %s dropped in %d s: %s"
                                            .formatted(
                                                    sum.since,
                                                    kind.direction.label(),
                                                    (now - sum.told) / 1_000_000_000,
                                                    kind.cause.label()),
                                    cure(kind)));
                    sum.since = 0;
                    sum.told = now;
                    return false;
                });
    }

    private static String cure(Kind kind) {
        return switch (kind.cause) {
            case RUNT -> "the VM sends what is no Ethernet frame: see its network device";
            case OVERSIZE ->
                    kind.direction == Direction.TO_LAN
                            ? "the VM's MTU is larger than the network's: set it to the one that"
                                    + " `switchd status` shows"
                            : "a station on the LAN sends longer frames than the network's MTU";
            case FOREIGN_SOURCE ->
                    "the port is for another address: give the VM's NIC the port's address, the port"
                            + " this one, or --mac any where a bridge runs inside the VM";
            case VM_FULL -> "the VM does not read its frames in time: it is stopped, or overloaded";
            case UPLINK_FULL -> "the LAN takes no more: it is slower than the VM sends";
            case UPLINK_LOST -> "the port's interface is gone: see `switchd status`";
            case OVERRUN -> "the host was too busy to read: more came than it had room for";
            case TRUNCATED -> "a station on the LAN sends longer frames than the network's MTU";
            case OFFLOAD ->
                    "the host's kernel hands over segments that switchd cannot cut: say --no-offload";
            case DETACHED ->
                    "no VM is attached, or the frame is of a client that was refused: see"
                            + " `switchd status`";
            case OWN_ECHO ->
                    "the VM's own frames come back: another station has its address, or the LAN has a"
                            + " loop";
            case PROTOCOL ->
                    "the VM speaks a protocol of bridges and links: where it should, name it in"
                            + " allowProtocols of the port's guards";
            case FOREIGN_VLAN ->
                    kind.direction == Direction.TO_LAN
                            ? "the VM sends into a VLAN that is not the port's: mend the VM, or the"
                                    + " port's vlan"
                            : "the LAN carries VLANs that are not the port's";
            case ISOLATED ->
                    "the port may not talk to that one: see isolated and talkGroups of both";
            case GROUP_RATE ->
                    "the VM sends more broadcasts and multicasts than groupFrames of the port's"
                            + " guards allows: look for a loop or a scan in it";
            case ADDRESS_RATE ->
                    "the VM uses new source addresses faster than newAddresses of the port's guards"
                            + " allows";
            case ADDRESS_LIMIT ->
                    "the VM uses more source addresses than the addresses of the port's guards"
                            + " allow";
            case IP_SOURCE ->
                    "the VM sends from an IP address that is not its own: have it ask for its address"
                            + " anew, or change ipGuard of the port";
            case ROGUE_SERVER ->
                    "the VM plays DHCP server or router, which ipGuard of the port forbids";
            case RATE ->
                    (kind.direction == Direction.TO_LAN ? "toLanRate" : "toVmRate")
                            + " of the port's guards allows no more";
        };
    }
}
