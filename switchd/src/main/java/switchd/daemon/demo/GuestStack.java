package switchd.daemon.demo;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import switchd.core.MacAddress;

/// A guest's network stack, as small as it can be: it answers ARP, neighbour solicitations and
/// pings, and pings others. One thread uses it.
final class GuestStack {
    private static final byte[] PING_DATA = new byte[56];

    private final Addresses self;
    private final Consumer<byte[]> send;
    private final Map<InetAddress, MacAddress> neighbors = new HashMap<>();
    private final Map<InetAddress, Ping> waiting = new HashMap<>();
    private final AtomicInteger udpReceived = new AtomicInteger();

    /// @param send takes frames
    GuestStack(Addresses self, Consumer<byte[]> send) {
        this.self = self;
        this.send = send;
    }

    private record Ping(CompletableFuture<Long> roundTrip, long sentNanos) {}

    /// Pings a neighbour.
    ///
    /// @param roundTrip gets the nanoseconds from echo request to echo reply
    void ping(InetAddress target, CompletableFuture<Long> roundTrip) {
        waiting.put(target, new Ping(roundTrip, System.nanoTime()));
        MacAddress mac = neighbors.get(target);
        if (mac == null) {
            solicit(target);
        } else {
            sendEcho(target, mac);
        }
    }

    /// The UDP datagrams that have come in. From any thread.
    int udpReceived() {
        return udpReceived.get();
    }

    /// The address that a neighbour has answered with.
    MacAddress neighbor(InetAddress address) {
        MacAddress mac = neighbors.get(address);
        if (mac == null) {
            throw new IllegalStateException(address + " has not answered");
        }
        return mac;
    }

    /// Takes a frame in, and answers it where it should be.
    void receive(ByteBuffer frame) {
        if (frame.limit() < Packets.ETHERNET_HEADER) {
            return;
        }
        int type = Short.toUnsignedInt(frame.getShort(12));
        int size = frame.limit() - Packets.ETHERNET_HEADER;
        if (type == Packets.ETHERTYPE_ARP && size >= 28) {
            receiveArp(frame);
        } else if (type == Packets.ETHERTYPE_IPV4 && size >= Packets.IPV4_HEADER + 8) {
            receiveIpv4(frame);
        } else if (type == Packets.ETHERTYPE_IPV6 && size >= Packets.IPV6_HEADER + 8) {
            receiveIpv6(frame);
        }
    }

    private void receiveArp(ByteBuffer frame) {
        InetAddress sender = address(frame, 28, 4);
        MacAddress mac = Packets.mac(frame, 22);
        if (!address(frame, 38, 4).equals(self.ipv4())) {
            return;
        }
        learn(sender, mac);
        if (frame.getShort(20) == Packets.ARP_REQUEST) {
            byte[] reply = Packets.arp(Packets.ARP_REPLY, self.mac(), self.ipv4(), mac, sender);
            send.accept(Packets.ethernet(mac, self.mac(), Packets.ETHERTYPE_ARP, reply));
        }
    }

    private void receiveIpv4(ByteBuffer frame) {
        if (!address(frame, 30, 4).equals(self.ipv4())) {
            return;
        }
        int protocol = frame.get(23);
        int payload = Packets.ETHERNET_HEADER + (frame.get(14) & 0xf) * 4;
        int end = Packets.ETHERNET_HEADER + Short.toUnsignedInt(frame.getShort(16));
        if (protocol == Packets.UDP) {
            udpReceived.incrementAndGet();
        } else if (protocol == Packets.ICMP && end <= frame.limit() && payload + 8 <= end) {
            InetAddress from = address(frame, 26, 4);
            int type = frame.get(payload);
            if (type == Packets.ECHO_REQUEST) {
                answerEcho(frame, payload, end, self.ipv4(), from);
            } else if (type == Packets.ECHO_REPLY) {
                finish(from);
            }
        }
    }

    private void receiveIpv6(ByteBuffer frame) {
        if (frame.get(20) != Packets.ICMPV6) {
            return;
        }
        int payload = Packets.ETHERNET_HEADER + Packets.IPV6_HEADER;
        int end = payload + Short.toUnsignedInt(frame.getShort(18));
        if (end > frame.limit()) {
            return;
        }
        InetAddress from = address(frame, 22, 16);
        int type = Byte.toUnsignedInt(frame.get(payload));
        boolean toUs = address(frame, 38, 16).equals(self.ipv6());
        boolean ofNeighbors = end - payload >= 24;
        if (type == Packets.NEIGHBOR_SOLICITATION && ofNeighbors) {
            if (address(frame, payload + 8, 16).equals(self.ipv6())) {
                advertise(from, Packets.mac(frame, 6));
            }
        } else if (type == Packets.NEIGHBOR_ADVERTISEMENT && ofNeighbors) {
            learn(address(frame, payload + 8, 16), Packets.mac(frame, 6));
        } else if (type == Packets.ECHO_REQUEST_V6 && toUs) {
            answerEcho(frame, payload, end, self.ipv6(), from);
        } else if (type == Packets.ECHO_REPLY_V6 && toUs) {
            finish(from);
        }
    }

    private void advertise(InetAddress to, MacAddress mac) {
        byte[] message = Packets.neighborAdvertisement(self.mac(), self.ipv6(), to);
        sendIp(mac, self.ipv6(), to, Packets.ICMPV6, message);
    }

    private void answerEcho(
            ByteBuffer frame, int payload, int end, InetAddress from, InetAddress to) {
        byte[] data = new byte[end - payload - 8];
        frame.get(payload + 8, data);
        byte[] reply = Packets.echo(false, from, to, frame.getInt(payload + 4), data);
        sendIp(Packets.mac(frame, 6), from, to, icmpOf(from), reply);
    }

    private void solicit(InetAddress target) {
        if (isV4(target)) {
            byte[] request =
                    Packets.arp(
                            Packets.ARP_REQUEST,
                            self.mac(),
                            self.ipv4(),
                            new MacAddress(0),
                            target);
            send.accept(
                    Packets.ethernet(
                            Packets.BROADCAST, self.mac(), Packets.ETHERTYPE_ARP, request));
            return;
        }
        InetAddress group = Addresses.solicitedNode(target);
        byte[] message = Packets.neighborSolicitation(self.mac(), self.ipv6(), target);
        sendIp(Addresses.groupMac(group), self.ipv6(), group, Packets.ICMPV6, message);
    }

    private void learn(InetAddress address, MacAddress mac) {
        @Nullable MacAddress former = neighbors.put(address, mac);
        if (former == null && waiting.containsKey(address)) {
            sendEcho(address, mac);
        }
    }

    private void sendEcho(InetAddress target, MacAddress mac) {
        waiting.computeIfPresent(
                target, (_, ping) -> new Ping(ping.roundTrip(), System.nanoTime()));
        InetAddress from = isV4(target) ? self.ipv4() : self.ipv6();
        byte[] request = Packets.echo(true, from, target, 1, PING_DATA);
        sendIp(mac, from, target, icmpOf(target), request);
    }

    private void finish(InetAddress from) {
        Ping ping = waiting.remove(from);
        if (ping != null) {
            ping.roundTrip().complete(System.nanoTime() - ping.sentNanos());
        }
    }

    private void sendIp(
            MacAddress to, InetAddress from, InetAddress target, int protocol, byte[] payload) {
        int type = isV4(target) ? Packets.ETHERTYPE_IPV4 : Packets.ETHERTYPE_IPV6;
        byte[] packet = Packets.ip(protocol, from, target, payload);
        send.accept(Packets.ethernet(to, self.mac(), type, packet));
    }

    private static int icmpOf(InetAddress address) {
        return isV4(address) ? Packets.ICMP : Packets.ICMPV6;
    }

    private static boolean isV4(InetAddress address) {
        return address.getAddress().length == 4;
    }

    private static InetAddress address(ByteBuffer frame, int at, int length) {
        byte[] octets = new byte[length];
        frame.get(at, octets);
        return Addresses.of(octets);
    }
}
