package switchd.daemon.trace;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import switchd.core.Direction;
import switchd.core.IpAddress;
import switchd.core.MacAddress;
import switchd.daemon.packet.Message.Dhcp6;
import switchd.daemon.packet.Neighbour;
import switchd.daemon.packet.Neighbour.RouterAdvertisement;

/// Whether IPv6 routers and DHCPv6 servers answer.
final class RouterTrace {
    private static final String TOPIC = "ipv6";
    private static final int SOLICIT = 1;

    private final Consumer<Finding> findings;
    private final Bounded<MacAddress, Question> solicitations = new Bounded<>();
    private final Bounded<MacAddress, Question> dhcp = new Bounded<>();
    private final Bounded<IpAddress, RouterAdvertisement> routers = new Bounded<>();

    RouterTrace(Consumer<Finding> findings) {
        this.findings = findings;
    }

    void neighbour(
            long now,
            Direction direction,
            MacAddress mac,
            IpAddress source,
            @Nullable Neighbour neighbour) {
        if (neighbour instanceof Neighbour.RouterSolicitation && direction == Direction.TO_LAN) {
            ask(solicitations, mac, now);
        } else if (neighbour instanceof RouterAdvertisement router
                && direction == Direction.TO_VM) {
            solicitations.removeIf(_ -> true);
            if (!router.equals(routers.put(source, router))) {
                findings.accept(Finding.ok(now, TOPIC, text(source, router)));
            }
        }
    }

    private static String text(IpAddress source, RouterAdvertisement router) {
        return "IPv6 router "
                + source
                + (router.lifetime() == 0 ? " is no default router" : "")
                + (router.prefix() == null
                        ? " tells of no prefix"
                        : " tells of " + router.prefix() + "/" + router.prefixLength())
                + (router.managed() ? ", addresses by DHCPv6" : "");
    }

    void message(long now, Direction direction, MacAddress mac, Dhcp6 message) {
        if (direction == Direction.TO_VM) {
            dhcp.removeIf(_ -> true);
        } else if (message.type() == SOLICIT) {
            ask(dhcp, mac, now);
        }
    }

    private static void ask(Bounded<MacAddress, Question> questions, MacAddress mac, long now) {
        @Nullable Question question = questions.get(mac);
        if (question == null) {
            questions.put(mac, new Question(now));
        } else {
            question.again(now);
        }
    }

    void tick(long now) {
        solicitations.forEach((mac, question) -> {
            if (question.isDue(now)) {
                findings.accept(
                        Finding.problem(
                                now,
                                TOPIC,
                                "IPv6 router solicitation from %s (%s): no router advertisement came"
                                        .formatted(mac, question.effort(now)),
                                "no IPv6 router is on this LAN, or something filters multicast; not a"
                                        + " fault where IPv4 is all that is wanted"));
            }
        });
        dhcp.forEach((mac, question) -> {
            if (question.isDue(now)) {
                findings.accept(
                        Finding.problem(
                                now,
                                TOPIC,
                                "DHCPv6 SOLICIT from %s (%s): no server answered"
                                        .formatted(mac, question.effort(now)),
                                "no DHCPv6 server is on this LAN; not a fault where routers give the"
                                        + " addresses"));
            }
        });
        solicitations.removeIf(question -> now - question.last > Trace.FORGET_NANOS);
        dhcp.removeIf(question -> now - question.last > Trace.FORGET_NANOS);
    }
}
