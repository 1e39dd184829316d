package switchd.daemon.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.core.Direction.TO_LAN;
import static switchd.core.Direction.TO_VM;
import static switchd.daemon.trace.Wire.ALL;
import static switchd.daemon.trace.Wire.LAN;
import static switchd.daemon.trace.Wire.VM;
import static switchd.daemon.trace.Wire.arp;
import static switchd.daemon.trace.Wire.dhcp;
import static switchd.daemon.trace.Wire.icmp6;
import static switchd.daemon.trace.Wire.nanos;
import static switchd.daemon.trace.Wire.seen;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import switchd.bpf.FrameFilter;
import switchd.bpf.Libpcap;
import switchd.core.Direction;
import switchd.core.DropCause;
import switchd.core.SwitchdException;
import switchd.daemon.capture.CaptureRecord;
import switchd.daemon.trace.Finding.Kind;

/// What is said of which frames.
final class TraceTest {
    private static final String VM_IP = "0a4d0032";
    private static final String LAN_IP = "0a4d0001";
    private static final String NONE = "00000000";
    private static final String NONE6 = "0".repeat(32);
    private static final String VM_IP6 = "fe800000000000005054000000000001";
    private static final String ROUTER = "fe800000000000000000000000000002";

    private final List<Finding> found = new ArrayList<>();
    private final Trace trace = new Trace("br0", false, found::add);

    @Test
    void anArpThatIsAnsweredIsWorthNoLine() {
        at(0, TO_LAN, arp(ALL, VM, 1, VM_IP, LAN_IP));
        at(0.001, TO_VM, arp(VM, LAN, 2, LAN_IP, VM_IP));
        at(0.1, TO_VM, arp(ALL, LAN, 1, LAN_IP, VM_IP));
        at(0.2, TO_LAN, arp(LAN, VM, 2, VM_IP, LAN_IP));
        trace.tick(nanos(100));
        assertThat(found).isEmpty();
    }

    @Test
    void anArpWithoutAnAnswerIsToldOnceAndAgainWhenItDoubles() {
        for (int second = 0; second < 10; second++) {
            at(second, TO_LAN, arp(ALL, VM, 1, VM_IP, LAN_IP));
            trace.tick(nanos(second + 0.5));
        }
        assertThat(texts())
                .containsExactly(
                        "ARP who has 10.77.0.1 (2 tries, 1 s): no answer came from the LAN",
                        "ARP who has 10.77.0.1 (4 tries, 3 s): no answer came from the LAN",
                        "ARP who has 10.77.0.1 (8 tries, 7 s): no answer came from the LAN");
        assertThat(found).allMatch(finding -> finding.kind() == Kind.PROBLEM);
        at(12, TO_VM, arp(VM, LAN, 2, LAN_IP, VM_IP));
        assertThat(found.getLast().kind()).isEqualTo(Kind.OK);
        assertThat(found.getLast().text()).isEqualTo("10.77.0.1 answers now (10 tries, 12 s)");
    }

    @Test
    void whatTheLanAsksOfOthersIsNoneOfTheVmsBusiness() {
        at(0, TO_LAN, arp(ALL, VM, 1, VM_IP, VM_IP)); // it announces itself
        for (int second = 1; second < 4; second++) {
            at(second, TO_VM, arp(ALL, LAN, 1, LAN_IP, "0a4d0063"));
            trace.tick(nanos(second));
        }
        assertThat(found).isEmpty();
        for (int second = 4; second < 7; second++) {
            at(second, TO_VM, arp(ALL, LAN, 1, LAN_IP, VM_IP));
            trace.tick(nanos(second));
        }
        assertThat(texts())
                .containsExactly(
                        "ARP who has 10.77.0.50 (2 tries, 1 s): no answer came from the VM");
    }

    @Test
    void anAddressThatTwoStationsHaveIsToldOnce() {
        at(0, TO_LAN, arp(ALL, VM, 1, NONE, VM_IP)); // may I have it?
        at(0.1, TO_VM, arp(VM, LAN, 2, VM_IP, NONE));
        at(0.2, TO_VM, arp(ALL, LAN, 1, VM_IP, VM_IP));
        assertThat(texts())
                .containsExactly(
                        "10.77.0.50 is used by two stations: the VM (52:54:00:00:00:01) and"
                                + " 02:00:00:00:00:02");
    }

    @Test
    void dhcpThatWorksIsOneLine() {
        at(0, TO_LAN, dhcp(true, 1, NONE, ""));
        at(0.1, TO_VM, dhcp(false, 2, VM_IP, "3604" + LAN_IP));
        at(0.2, TO_LAN, dhcp(true, 3, NONE, "3204" + VM_IP + "3604" + LAN_IP));
        at(0.3, TO_VM, dhcp(false, 5, VM_IP, "3604" + LAN_IP + "0304" + LAN_IP));
        trace.tick(nanos(100));
        assertThat(texts())
                .containsExactly(
                        "DHCP: 52:54:00:00:00:01 has 10.77.0.50 by 10.77.0.1, router 10.77.0.1"
                                + " (0.3 s)");
        assertThat(found.getFirst().kind()).isEqualTo(Kind.OK);
    }

    @Test
    void aMissingOfferIsNamedWithTheNetwork() {
        at(0, TO_LAN, dhcp(true, 1, NONE, ""));
        trace.tick(nanos(2));
        at(3, TO_LAN, dhcp(true, 1, NONE, ""));
        at(7, TO_LAN, dhcp(true, 1, NONE, ""));
        assertThat(texts())
                .containsExactly(
                        "DHCP DISCOVER from 52:54:00:00:00:01 (2 tries, 3 s): no OFFER came back");
        assertThat(found.getFirst().cure())
                .contains("no DHCP server answers on br0", "switchd doctor", "fixed address");
    }

    @Test
    void onAnIsolatedNetworkTheCureIsAnother() {
        Trace isolated = new Trace("lab", true, found::add);
        isolated.record(seen(0, TO_LAN, dhcp(true, 1, NONE, "")));
        isolated.record(seen(2, TO_LAN, dhcp(true, 1, NONE, "")));
        isolated.tick(nanos(2));
        assertThat(found.getFirst().cure()).contains("network lab is isolated");
    }

    @Test
    void aMissingAckAndAnOfferNotTakenAreTold() {
        at(0, TO_LAN, dhcp(true, 1, NONE, ""));
        at(0.1, TO_VM, dhcp(false, 2, VM_IP, "3604" + LAN_IP));
        at(3, TO_LAN, dhcp(true, 1, NONE, ""));
        at(4, TO_LAN, dhcp(true, 3, NONE, "3204" + VM_IP));
        at(6, TO_LAN, dhcp(true, 3, NONE, "3204" + VM_IP));
        assertThat(texts())
                .containsExactly(
                        "DHCP DISCOVER from 52:54:00:00:00:01 (2 tries, 3 s): the VM does not take"
                                + " the OFFER of 10.77.0.50 by 10.77.0.1",
                        "DHCP REQUEST from 52:54:00:00:00:01 (2 tries, 2 s): neither ACK nor NAK"
                                + " came back by 10.77.0.1");
    }

    @Test
    void aNakAndADeclineAreTold() {
        at(0, TO_LAN, dhcp(true, 3, NONE, "3204" + VM_IP));
        at(0.1, TO_VM, dhcp(false, 6, NONE, "3604" + LAN_IP + "380d" + Wire.text("wrong network")));
        at(1, TO_LAN, dhcp(true, 4, NONE, "3204" + VM_IP));
        assertThat(texts())
                .containsExactly(
                        "DHCP NAK for 52:54:00:00:00:01 by 10.77.0.1: wrong network",
                        "DHCP DECLINE: 52:54:00:00:00:01 found that another station has"
                                + " 10.77.0.50");
    }

    @Test
    void routersThatDoNotAnswerAndThoseThatDoAreTold() {
        byte[] solicitation = icmp6(VM, VM_IP6, "8500000000000000");
        at(0, TO_LAN, solicitation);
        at(4, TO_LAN, solicitation);
        at(8, TO_LAN, solicitation);
        byte[] advertisement =
                icmp6(
                        LAN,
                        ROUTER,
                        "8600 0000 40 00 0708 00000000 00000000"
                                + "0304 40c0 00000e10 00000e10 00000000"
                                + "fd770000000000000000000000000000");
        at(9, TO_VM, advertisement);
        at(10, TO_VM, advertisement);
        assertThat(texts())
                .containsExactly(
                        "IPv6 router solicitation from 52:54:00:00:00:01 (2 tries, 4 s): no router"
                                + " advertisement came",
                        "IPv6 router fe80::2 tells of fd77::/64");
    }

    @Test
    void duplicateAddressDetectionThatHitsIsTold() {
        at(0, TO_LAN, icmp6(VM, NONE6, "8700 0000 00000000" + VM_IP6));
        at(0.1, TO_VM, icmp6(LAN, VM_IP6, "8800 0000 20000000" + VM_IP6));
        assertThat(texts())
                .containsExactly(
                        "fe80::5054:0:0:1 is used by two stations: the VM (52:54:00:00:00:01) and"
                                + " 02:00:00:00:00:02");
    }

    @Test
    void dropsAreToldAtOnceThenAsSums() {
        byte[] frame = arp(ALL, "525400000009", 1, VM_IP, LAN_IP);
        for (int i = 0; i < 5; i++) {
            dropped(i, TO_LAN, DropCause.FOREIGN_SOURCE, frame);
        }
        dropped(5, TO_VM, DropCause.VM_FULL, arp(VM, LAN, 2, LAN_IP, VM_IP));
        trace.tick(nanos(11));
        trace.tick(nanos(30));
        assertThat(texts())
                .containsExactly(
                        "toLan dropped: foreignSource: 52:54:00:00:00:09 > broadcast, ARP who has"
                                + " 10.77.0.1? tell 10.77.0.50",
                        "toVm dropped: vmFull: 02:00:00:00:00:02 > 52:54:00:00:00:01, ARP 10.77.0.1"
                                + " is at 02:00:00:00:00:02",
                        "4 more toLan dropped in 11 s: foreignSource");
        assertThat(found).allMatch(finding -> finding.cure() != null);
    }

    @Test
    void whatCannotBeSeenIsSaid() {
        trace.record(record(CaptureRecord.Kind.UNSEEN, DropCause.OVERRUN, 7));
        trace.record(record(CaptureRecord.Kind.LOST, null, 3));
        trace.event(nanos(2), "uplink tap0 lost: ENODEV", true);
        assertThat(texts())
                .containsExactly(
                        "7 frames toVm dropped: overrun",
                        "3 frames were not seen: they came faster than they were read",
                        "uplink tap0 lost: ENODEV");
        assertThat(found.getLast().kind()).isEqualTo(Kind.PROBLEM);
    }

    @Test
    void aLineHasTimeKindTextAndCure() {
        Finding finding = Finding.problem(nanos(3723.5), "arp", "nobody answers", "ask again");
        assertThat(new FindingText(ZoneOffset.UTC).of(finding))
                .isEqualTo("01:02:03.500 problem nobody answers: ask again");
        assertThat(FindingText.json(finding))
                .isEqualTo(
                        "{\"schema\":\"switchd.trace/1\",\"time\":\"1970-01-01T01:02:03.500Z\","
                                + "\"kind\":\"problem\",\"topic\":\"arp\","
                                + "\"text\":\"nobody answers\",\"cure\":\"ask again\"}");
    }

    @Test
    void theFilterIsWhatLibpcapMakesOfItsExpression() throws SwitchdException {
        FrameFilter.of(TraceFilter.program());
        assertThat(TraceFilter.program())
                .isEqualTo(Libpcap.compile(TraceFilter.EXPRESSION, TraceFilter.SNAPLEN));
    }

    /// Whatever a VM sends: no exception, and memory that does not grow with it.
    @Test
    void anyFramesAreTaken() {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(11);
        byte[][] seeds = {
            arp(ALL, VM, 1, VM_IP, LAN_IP),
            dhcp(true, 1, NONE, "3204" + VM_IP),
            icmp6(VM, VM_IP6, "8700 0000 00000000" + VM_IP6),
            icmp6(LAN, ROUTER, "8600 0000 40 00 0708 00000000 00000000 0304"),
        };
        for (int i = 0; i < 50_000; i++) {
            byte[] frame = seeds[random.nextInt(seeds.length)].clone();
            for (int change = random.nextInt(6); change > 0; change--) {
                frame[random.nextInt(frame.length)] = (byte) random.nextInt();
            }
            byte[] cut = java.util.Arrays.copyOf(frame, random.nextInt(frame.length + 1));
            at(i / 1000.0, random.nextBoolean() ? TO_LAN : TO_VM, cut);
        }
        assertThat(found).isNotEmpty();
    }

    private void at(double seconds, Direction direction, byte[] frame) {
        trace.record(seen(seconds, direction, frame));
        trace.tick(nanos(seconds));
    }

    private void dropped(double seconds, Direction direction, DropCause cause, byte[] frame) {
        trace.record(
                new CaptureRecord(
                        CaptureRecord.Kind.FRAME,
                        direction,
                        cause,
                        frame.length,
                        0,
                        nanos(seconds),
                        frame));
        trace.tick(nanos(seconds));
    }

    private static CaptureRecord record(
            CaptureRecord.Kind kind, @Nullable DropCause cause, long count) {
        return new CaptureRecord(kind, TO_VM, cause, 0, count, nanos(1), new byte[0]);
    }

    private List<String> texts() {
        return found.stream().map(Finding::text).toList();
    }
}
