package switchd.daemon.trace;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import switchd.core.Direction;
import switchd.core.IpAddress;
import switchd.core.MacAddress;
import switchd.daemon.packet.Message.Dhcp;

/// How far a VM gets with DHCP, and what is missing.
final class DhcpTrace {
    private static final String TOPIC = "dhcp";

    private final Consumer<Finding> findings;
    private final String network;
    private final boolean isolated;
    private final Bounded<MacAddress, Client> clients = new Bounded<>();

    /// A client that has asked for an address and has none yet.
    private static final class Client {
        final long started;
        Question question;
        boolean requests;
        @Nullable Dhcp offer;

        Client(long now) {
            started = now;
            question = new Question(now);
        }
    }

    /// @param network its name, for people
    /// @param isolated true where there are other VMs only
    DhcpTrace(Consumer<Finding> findings, String network, boolean isolated) {
        this.findings = findings;
        this.network = network;
        this.isolated = isolated;
    }

    void message(long now, Direction direction, Dhcp message) {
        switch (message.type()) {
            case DISCOVER -> asks(now, direction, message, false);
            case REQUEST -> asks(now, direction, message, true);
            case OFFER -> offered(now, direction, message);
            case ACK -> acknowledged(now, direction, message);
            case NAK -> refused(now, direction, message);
            case DECLINE -> declined(now, direction, message);
            case RELEASE, INFORM -> {}
        }
    }

    private void asks(long now, Direction direction, Dhcp message, boolean requests) {
        if (direction != Direction.TO_LAN) {
            return; // another VM's or station's
        }
        @Nullable Client client = clients.get(message.client());
        if (client == null) {
            client = new Client(now);
            client.requests = requests;
            clients.put(message.client(), client);
        } else if (client.requests == requests) {
            client.question.again(now);
        } else {
            client.requests = requests;
            client.question = new Question(now);
        }
    }

    private void offered(long now, Direction direction, Dhcp message) {
        @Nullable Client client = clients.get(message.client());
        if (direction == Direction.TO_VM && client != null) {
            client.offer = message;
            if (client.question.isTold()) {
                findings.accept(
                        Finding.ok(
                                now,
                                TOPIC,
                                "DHCP OFFER of %s for %s has come (%s)"
                                        .formatted(
                                                message.yours(),
                                                message.client(),
                                                client.question.effort(now))));
            }
        }
    }

    private void acknowledged(long now, Direction direction, Dhcp message) {
        if (direction != Direction.TO_VM) {
            return;
        }
        @Nullable Client client = clients.remove(message.client());
        if (client == null) {
            return;
        }
        findings.accept(
                Finding.ok(
                        now,
                        TOPIC,
                        "DHCP: %s has %s%s%s (%.1f s)"
                                .formatted(
                                        message.client(),
                                        message.yours(),
                                        by(message.server()),
                                        message.router() == null
                                                ? ", but was told of no router"
                                                : ", router " + message.router(),
                                        (now - client.started) / 1e9)));
    }

    private void refused(long now, Direction direction, Dhcp message) {
        @Nullable Client client = clients.remove(message.client());
        if (direction == Direction.TO_VM && client != null) {
            findings.accept(
                    Finding.problem(
                            now,
                            TOPIC,
                            "DHCP NAK for %s%s%s"
                                    .formatted(
                                            message.client(),
                                            by(message.server()),
                                            message.text() == null ? "" : ": " + message.text()),
                            "the VM asks for an address that this network does not give; it should"
                                    + " begin anew by itself, else remove its old lease"));
        }
    }

    private void declined(long now, Direction direction, Dhcp message) {
        if (direction == Direction.TO_LAN) {
            findings.accept(
                    Finding.problem(
                            now,
                            TOPIC,
                            "DHCP DECLINE: %s found that another station has %s"
                                    .formatted(message.client(), text(message.requested())),
                            "find that station, and take the address out of the DHCP server's"
                                    + " range"));
        }
    }

    void tick(long now) {
        clients.forEach((mac, client) -> {
            if (client.question.isDue(now)) {
                findings.accept(missing(now, mac, client));
            }
        });
        clients.removeIf(client -> now - client.question.last > Trace.FORGET_NANOS);
    }

    private Finding missing(long now, MacAddress mac, Client client) {
        String effort = " from " + mac + " (" + client.question.effort(now) + "): ";
        @Nullable Dhcp offer = client.offer;
        if (client.requests) {
            return Finding.problem(
                    now,
                    TOPIC,
                    "DHCP REQUEST"
                            + effort
                            + "neither ACK nor NAK came back"
                            + (offer == null ? "" : by(offer.server())),
                    "see the log of the DHCP server; where it moved to another network, restart the"
                            + " VM's DHCP client");
        }
        if (offer != null) {
            return Finding.problem(
                    now,
                    TOPIC,
                    "DHCP DISCOVER"
                            + effort
                            + "the VM does not take the OFFER of "
                            + offer.yours()
                            + by(offer.server()),
                    "see the VM's DHCP client: a firewall in the VM may keep the OFFER from it");
        }
        return Finding.problem(
                now, TOPIC, "DHCP DISCOVER" + effort + "no OFFER came back", noServer());
    }

    private String noServer() {
        return isolated
                ? "network "
                        + network
                        + " is isolated: one of its VMs must be the DHCP server, or give the VM a"
                        + " fixed address"
                : "no DHCP server answers on "
                        + network
                        + ": is one there, has the bridge a member that leads to it, and are leases"
                        + " left? `switchd doctor` looks at the host's part; or give the VM a fixed"
                        + " address";
    }

    private static String by(@Nullable IpAddress server) {
        return server == null ? "" : " by " + server;
    }

    private static String text(@Nullable IpAddress address) {
        return address == null ? "an offered address" : address.toString();
    }
}
