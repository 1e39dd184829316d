package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.core.testkit.Frames.BROADCAST;
import static switchd.core.testkit.Frames.frame;
import static switchd.core.testkit.Frames.frames;
import static switchd.core.testkit.Frames.mac;
import static switchd.core.testkit.Frames.tagged;

import java.nio.ByteBuffer;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Limits of what a VM may send and be sent, and the protocols that it may not speak.
final class LimitsTest extends GuardFixture {
    private void open(Guards.Limits limits, LinkProtocol... allowed) throws SwitchdException {
        Guards guards = new Guards(Isolation.NONE, new VlanPolicy.Any(), limits, Set.of(allowed));
        open("any", guards);
    }

    @Test
    void broadcastsAndMulticastsAreBoundedASecond() throws Exception {
        open(new Guards.Limits(10, 0, 0, 0, 0, 0));
        vm.give(frames(BROADCAST, mac(1), 0, 25));
        vm.give(frames(mac(9), mac(1), 100, 20));
        rig.turn();
        assertThat(port.toLan().frames()).isEqualTo(10 + 20);
        assertThat(port.toLan().drops(DropCause.GROUP_RATE)).isEqualTo(15);
        vm.give(frames(MacAddress.parse("33:33:0:0:0:1"), mac(1), 0, 10));
        rig.turnAfter(SECOND / 2);
        assertThat(port.toLan().frames()).isEqualTo(10 + 20 + 5);
        vm.give(frames(BROADCAST, mac(1), 0, 25));
        rig.turnAfter(100 * SECOND);
        assertThat(port.toLan().frames()).as("no more than a second's").isEqualTo(45);
        assertThat(port.toLan().drops(DropCause.GROUP_RATE)).isEqualTo(15 + 5 + 15);
        assertThat(rig.events(PortEvent.Guarded.class)).hasSize(1);
    }

    @Test
    void newAddressesAreBoundedASecond() throws Exception {
        open(new Guards.Limits(0, 3, 0, 0, 0, 0));
        for (int i = 1; i <= 5; i++) {
            vm.give(frame(mac(99), mac(i), i), frame(mac(99), mac(1), 10 + i));
        }
        rig.turn();
        assertThat(uplink.sentNumbers()).containsExactly(1, 11, 2, 12, 3, 13, 14, 15);
        assertThat(port.toLan().drops(DropCause.ADDRESS_RATE)).isEqualTo(2);
        vm.give(frame(mac(99), mac(4), 20));
        rig.turnAfter(SECOND);
        assertThat(port.toLan().drops(DropCause.ADDRESS_RATE)).isEqualTo(2);
    }

    @Test
    void addressesAreBoundedAndOldOnesMakeWay() throws Exception {
        open(new Guards.Limits(0, 0, 2, 0, 0, 0));
        vm.give(frame(mac(99), mac(1), 1), frame(mac(99), mac(2), 2), frame(mac(99), mac(3), 3));
        rig.turn();
        assertThat(uplink.sentNumbers()).containsExactly(1, 2);
        assertThat(port.toLan().drops(DropCause.ADDRESS_LIMIT)).isEqualTo(1);
        assertThat(network.addressesOf(port, 9)).containsExactlyInAnyOrder(mac(1), mac(2));
        vm.give(frame(mac(99), mac(2), 4));
        rig.turnAfter(ForwardingTable.AGE_NANOS / 2);
        vm.give(frame(mac(99), mac(3), 5), frame(mac(99), mac(4), 6));
        rig.turnAfter(ForwardingTable.AGE_NANOS / 2 + SECOND);
        assertThat(uplink.sentNumbers()).containsExactly(1, 2, 4, 5);
        assertThat(port.toLan().drops(DropCause.ADDRESS_LIMIT)).isEqualTo(2);
        assertThat(network.addressesOf(port, 9)).containsExactlyInAnyOrder(mac(2), mac(3));
    }

    @Test
    void onePortHasAQuarterOfTheTableAtMost() throws Exception {
        open(Guards.Limits.NONE);
        for (int i = 0; i < 2000; i++) {
            vm.give(frame(mac(0x7777), mac(i), i));
        }
        while (vm.isReadable()) {
            rig.turn();
        }
        assertThat(network.addressesOf(port, 5000)).hasSizeBetween(900, 1024);
        assertThat(port.toLan().frames()).as("unknown, not forbidden").isEqualTo(2000);
        network.leave(port);
        assertThat(port.quota.used).isZero();
    }

    @Test
    void bitsASecondAreBoundedEachWay() throws Exception {
        // 1 Mbit/s: 82.56 frames of 1514 bytes a second, after a burst of 10.
        open(new Guards.Limits(0, 0, 0, 1_000_000, 2_000_000, 15_140));
        vm.give(longFrames(30));
        uplink.give(longFrames(30));
        rig.turn();
        assertThat(port.toLan().frames()).isEqualTo(10);
        assertThat(port.toLan().drops(DropCause.RATE)).isEqualTo(20);
        assertThat(port.toVm().frames()).isEqualTo(10);
        assertThat(port.toVm().drops(DropCause.RATE)).isEqualTo(20);
        for (int step = 0; step < 200; step++) {
            vm.give(longFrames(30));
            uplink.give(longFrames(30));
            rig.turnAfter(SECOND / 20);
        }
        assertThat(port.toLan().bytes() * 8).isBetween(9_990_000L, 10_000_000L + 121_120);
        assertThat(port.toVm().bytes() * 8).isBetween(19_900_000L, 20_000_000L + 121_120);
    }

    @Test
    void whatExceedsTheRateIsToldOnceEachWay() throws Exception {
        open(new Guards.Limits(0, 0, 0, 1_000_000, 1_000_000, 15_140));
        for (int i = 0; i < 3; i++) {
            uplink.give(longFrames(30));
            rig.turn();
            vm.give(longFrames(30));
            rig.turn();
        }
        assertThat(rig.events(PortEvent.Guarded.class))
                .extracting(PortEvent.Guarded::direction)
                .containsExactly(Direction.TO_VM, Direction.TO_LAN);
    }

    @Test
    void anAddressThatTheTableHasNoPlaceForIsOneTooMany() throws Exception {
        ForwardingTable table = network.table();
        int full = 0; // an address all of whose places are taken by others
        for (int other = 0; other < 4 && full == 0; other++) {
            Port one = rig.port(network, "b" + other, "any");
            for (int i = other << 13; !one.quota.isFull() && full == 0; i++) {
                full = table.learn(mac(i).value(), one, rig.loop.now()) ? 0 : i;
            }
        }
        assertThat(full).isPositive();
        open(new Guards.Limits(0, 0, 4, 0, 0, 0));
        vm.give(frame(mac(0xfff0), mac(full), 1), frame(mac(0xfff0), mac(0xfff1), 2));
        rig.turn();
        assertThat(port.toLan().drops(DropCause.ADDRESS_LIMIT)).isEqualTo(1);
        assertThat(port.toLan().frames()).isEqualTo(1);
        assertThat(network.addressesOf(port, 9)).containsExactly(mac(0xfff1));

        open(new Guards.Limits(0, 9, 0, 0, 0, 0));
        vm.give(frame(mac(0xfff0), mac(full), 3));
        rig.turn();
        assertThat(port.toLan().frames()).as("where their number is not bounded").isEqualTo(1);
    }

    private static byte[][] longFrames(int count) {
        byte[][] frames = new byte[count][];
        for (int i = 0; i < count; i++) {
            frames[i] = frame(mac(99), mac(1), i, 1514);
        }
        return frames;
    }

    @ParameterizedTest
    @CsvSource({
        "01:80:c2:00:00:00, 0x0027, stp",
        "01:80:c2:00:00:01, 0x8808, pause",
        "52:54:00:00:00:09, 0x8808, pause",
        "01:80:c2:00:00:02, 0x8809, lacp",
        "01:80:c2:00:00:03, 0x888e, eapol",
        "01:80:c2:00:00:0e, 0x88cc, lldp",
        "01:80:c2:00:00:00, 0x88cc, lldp",
        "01:80:c2:00:00:08, 0x0027, stp",
        "01:80:c2:00:00:0d, 0x1234, reserved",
        "01:00:0c:cc:cc:cc, 0x0100, cdp",
        "01:00:0c:cc:cc:cd, 0x0032, stp",
        "01:80:c2:00:00:20, 0x0027, mvrp",
        "01:80:c2:00:00:21, 0x0027, mvrp",
        "01:80:c2:00:00:0d, 0x88f5, mvrp",
        "52:54:00:00:00:09, 0x88f5, mvrp",
        "52:54:00:00:00:09, 0x88f6, mvrp",
        "01:80:c2:00:00:10, 0x0800, ",
        "01:80:c2:00:00:1f, 0x0800, ",
        "01:80:c2:00:00:22, 0x0800, ",
        "33:33:00:00:00:01, 0x86dd, ",
        "52:54:00:00:00:09, 0x88b5, ",
        "52:54:00:00:00:09, 0x0806, ",
    })
    void protocolsOfBridgesAndLinksAreDropped(String to, String type, String name)
            throws Exception {
        open(Guards.Limits.NONE);
        byte[] frame = frame(MacAddress.parse(to), mac(1), 1);
        ByteBuffer.wrap(frame).putShort(12, Integer.decode(type).shortValue());
        vm.give(frame, tagged(frame, 0x8100, 5));
        rig.turn();
        int dropped = name == null ? 0 : 2;
        assertThat(port.toLan().drops(DropCause.PROTOCOL)).isEqualTo(dropped);
        assertThat(uplink.sent()).hasSize(2 - dropped);
        if (name != null) {
            assertThat(rig.events(PortEvent.Guarded.class))
                    .singleElement()
                    .satisfies(event -> assertThat(event.frame()).endsWith(", " + name));
            open(Guards.Limits.NONE, LinkProtocol.valueOf(name.toUpperCase(java.util.Locale.ROOT)));
            vm.give(frame);
            rig.turn();
            assertThat(port.toLan().frames()).as("where it is allowed").isEqualTo(1);
        }
    }

    @Test
    void theLanMaySpeakThem() throws Exception {
        open(Guards.Limits.NONE);
        uplink.give(frame(MacAddress.parse("01:80:c2:00:00:0e"), mac(9), 1));
        rig.turn();
        assertThat(vm.sentNumbers()).containsExactly(1);
    }

    @Test
    void theNextVmIsToldOfAnew() throws Exception {
        open(Guards.Limits.NONE);
        for (int i = 0; i < 2; i++) {
            vm.give(frames(MacAddress.parse("01:80:c2:00:00:0e"), mac(1), 1, 3));
            rig.turn();
            port.detach("test");
            vm = rig.vm(port, network);
        }
        assertThat(rig.events(PortEvent.Guarded.class)).hasSize(2);
        assertThat(port.toLan().drops(DropCause.PROTOCOL)).isEqualTo(6);
    }
}
