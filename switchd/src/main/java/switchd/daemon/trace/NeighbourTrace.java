package switchd.daemon.trace;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import switchd.core.Direction;
import switchd.core.IpAddress;
import switchd.core.MacAddress;
import switchd.daemon.packet.Neighbour;
import switchd.daemon.packet.Packet;
import switchd.daemon.packet.Payload;
import switchd.daemon.packet.Transport;

/// Who asks for whose hardware address, by ARP and by neighbour discovery, and who answers; and
/// whether two stations have the same address.
final class NeighbourTrace {
    private static final String ARP = "arp";
    private static final String IPV6 = "ipv6";

    private final Consumer<Finding> findings;
    private final Bounded<Asked, Question> questions = new Bounded<>();

    /// Addresses that the VM uses or is about to use, and since when.
    private final Bounded<IpAddress, MacAddress> vms = new Bounded<>();

    private final Bounded<IpAddress, MacAddress> conflicts = new Bounded<>();

    /// @param direction of the question
    /// @param target whose address is asked for
    private record Asked(Direction direction, IpAddress target) {}

    NeighbourTrace(Consumer<Finding> findings) {
        this.findings = findings;
    }

    void packet(long now, Direction direction, Packet packet) {
        switch (packet.payload()) {
            case Payload.Arp arp -> arp(now, direction, arp);
            case Payload.Ip(IpAddress source, _, Transport.Icmp6 icmp) ->
                    six(now, direction, packet.source(), source, icmp.neighbour());
            default -> {}
        }
    }

    private void arp(long now, Direction direction, Payload.Arp arp) {
        seen(now, direction, arp.sender(), arp.senderMac());
        if (!arp.isRequest()) {
            answered(now, direction, arp.sender());
        } else if (arp.sender().isUnspecified()) {
            tentative(direction, arp.target(), arp.senderMac());
        } else if (!arp.sender().equals(arp.target())) {
            asked(now, direction, arp.target());
        }
    }

    private void six(
            long now,
            Direction direction,
            MacAddress mac,
            IpAddress source,
            @Nullable Neighbour neighbour) {
        switch (neighbour) {
            case Neighbour.NeighbourSolicitation(IpAddress target) -> {
                if (source.isUnspecified()) {
                    claimed(now, direction, target, mac);
                } else {
                    seen(now, direction, source, mac);
                    asked(now, direction, target);
                }
            }
            case Neighbour.NeighbourAdvertisement(IpAddress target) -> {
                seen(now, direction, target, mac);
                answered(now, direction, target);
            }
            case null, default -> {}
        }
    }

    /// The other station is about to use an address that the VM has, or the VM one of its own.
    private void claimed(long now, Direction direction, IpAddress target, MacAddress mac) {
        if (direction == Direction.TO_LAN) {
            tentative(direction, target, mac);
        } else {
            seen(now, direction, target, mac);
        }
    }

    private void tentative(Direction direction, IpAddress target, MacAddress mac) {
        if (direction == Direction.TO_LAN) {
            vms.put(target, mac);
        }
    }

    private void seen(long now, Direction direction, IpAddress address, MacAddress mac) {
        if (address.isUnspecified()) {
            return;
        }
        if (direction == Direction.TO_LAN) {
            vms.put(address, mac);
            return;
        }
        @Nullable MacAddress own = vms.get(address);
        if (own != null && !own.equals(mac) && !mac.equals(conflicts.put(address, mac))) {
            findings.accept(
                    Finding.problem(
                            now,
                            topic(address),
                            "%s is used by two stations: the VM (%s) and %s"
                                    .formatted(address, own, mac),
                            "give one of them another address"));
        }
    }

    private void asked(long now, Direction direction, IpAddress target) {
        if (direction == Direction.TO_VM && vms.get(target) == null) {
            return; // asked of everybody, and not the VM's
        }
        Asked key = new Asked(direction, target);
        Question question = questions.get(key);
        if (question == null) {
            questions.put(key, new Question(now));
        } else {
            question.again(now);
        }
    }

    private void answered(long now, Direction direction, IpAddress address) {
        Direction asked = direction == Direction.TO_LAN ? Direction.TO_VM : Direction.TO_LAN;
        @Nullable Question question = questions.remove(new Asked(asked, address));
        if (question != null && question.isTold()) {
            findings.accept(
                    Finding.ok(
                            now,
                            topic(address),
                            address + " answers now (" + question.effort(now) + ")"));
        }
    }

    void tick(long now) {
        questions.forEach((asked, question) -> {
            if (question.isDue(now)) {
                findings.accept(unanswered(now, asked, question));
            }
        });
        questions.removeIf(question -> now - question.last > Trace.FORGET_NANOS);
    }

    private Finding unanswered(long now, Asked asked, Question question) {
        IpAddress target = asked.target;
        String who = (target.six() ? "neighbour solicitation" : "ARP") + " who has " + target;
        String effort = " (" + question.effort(now) + "): no answer ";
        if (asked.direction == Direction.TO_LAN) {
            return Finding.problem(
                    now,
                    topic(target),
                    who + effort + "came from the LAN",
                    "is there such a station, in the same network (address and mask of the VM,"
                            + " VLAN)? It may be down, or a Wi-Fi NIC or a filter keeps the VM's"
                            + " frames from it: `switchd doctor`");
        }
        return Finding.problem(
                now,
                topic(target),
                who + effort + "came from the VM",
                "is the VM's interface up, and does it still have that address?");
    }

    private static String topic(IpAddress address) {
        return address.six() ? IPV6 : ARP;
    }
}
