package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static switchd.core.testkit.Frames.BROADCAST;
import static switchd.core.testkit.Frames.frame;
import static switchd.core.testkit.Frames.mac;
import static switchd.core.testkit.Frames.tagged;
import static switchd.core.testkit.Packets.arp;
import static switchd.core.testkit.Packets.dhcp;
import static switchd.core.testkit.Packets.four;
import static switchd.core.testkit.Packets.udp;
import static switchd.core.testkit.Packets.udp6;

import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import switchd.core.testkit.FakeLan;
import switchd.core.testkit.FakeUplink;
import switchd.core.testkit.FakeVmLink;

/// A million frames each way through loop, port and network, with a source and a sink that do not
/// allocate: nor must anything between them.
final class FramePathAllocationTest {
    private static final long FRAMES = 1_000_000;

    /// Frames before the measured ones: class loading, and the compilers.
    private static final long WARM_UP = 300_000;

    /// Zero is what is usually seen. Some hundred bytes are allowed for, once in a whole run: where
    /// the compiler takes back an optimistic guess, it makes the objects that it had optimised
    /// away. An object of 16 bytes for every turn of 256 frames would make 62,000.
    private static final long ONCE_BYTES = 4096;

    /// Bits a second: so many that they never bind.
    private static final long MUCH = 1_000_000_000_000_000_000L;

    private final Rig rig = new Rig();
    private final FakeLan lan = new FakeLan(Rig.MTU, true);
    private final BridgedNetwork network = rig.bridged(lan);
    private AllocatedBytes allocated;
    private FakeVmLink vmA;
    private FakeVmLink vmB;
    private FakeUplink upA;
    private Port a;

    @BeforeEach
    void twoKnownVms() throws Exception {
        allocated = new AllocatedBytes();
        a = rig.port(network, "a", mac(1).toString());
        vmA = rig.vm(a, network);
        vmB = rig.vm(rig.port(network, "b", "any"), network);
        upA = lan.uplinks().getFirst();
        rig.poller.follow(upA);
        vmA.give(frame(mac(9), mac(1), 1));
        vmB.give(frame(mac(9), mac(2), 1));
        rig.turn();
        vmA.keepsNothing();
        vmB.keepsNothing();
        upA.keepsNothing();
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void framesFromAVmToTheLanAllocateNothing() throws SyscallException {
        vmA.repeat(frame(mac(9), mac(1), 1, 1514), Long.MAX_VALUE);
        assertAllocatesNothing("VM to LAN", upA::sentFrames);
    }

    @Test
    void framesFromTheLanToAVmAllocateNothing() throws SyscallException {
        upA.repeat(frame(mac(1), mac(9), 1, 1514), Long.MAX_VALUE);
        assertAllocatesNothing("LAN to VM", vmA::sentFrames);
    }

    @Test
    void framesFromPortToPortAllocateNothing() throws SyscallException {
        vmB.repeat(frame(mac(1), mac(2), 1, 1514), Long.MAX_VALUE);
        assertAllocatesNothing("port to port", vmA::sentFrames);
    }

    @Test
    void framesThatAreHeldAllocateNothing() throws SyscallException {
        upA.repeat(frame(mac(1), mac(9), 1, 1514), Long.MAX_VALUE);
        LongSupplier slowVm =
                () -> {
                    vmA.room(40); // less than a batch: every one is held in part
                    return vmA.sentFrames();
                };
        assertAllocatesNothing("LAN to VM, held", slowVm);
        assertThat(a.toVm().drops()).isZero();
    }

    @Test
    void framesThatAreDroppedAllocateNothing() throws SyscallException {
        vmA.repeat(frame(BROADCAST, mac(7), 1, 60), Long.MAX_VALUE);
        assertAllocatesNothing("foreign source", () -> a.toLan().drops(DropCause.FOREIGN_SOURCE));
    }

    @Test
    void framesThroughEveryGuardAllocateNothing() throws Exception {
        Guards guards =
                new Guards(
                        new Isolation(false, List.of("front", "back")),
                        new VlanPolicy.Access(20),
                        new Guards.Limits(1, 1, 16, MUCH, MUCH, 0),
                        Set.of(LinkProtocol.STP));
        Port guarded = rig.port(network, "c", "any", guards);
        FakeVmLink vmC = rig.vm(guarded, network);
        FakeVmLink vmD = rig.vm(rig.port(network, "d", mac(4).toString(), guards), network);
        FakeUplink upC = lan.uplinks().get(2);
        rig.poller.follow(upC);
        vmC.keepsNothing();
        vmD.keepsNothing();
        upC.keepsNothing();
        vmC.repeat(frame(mac(9), mac(3), 1, 1514), FRAMES + 2 * WARM_UP);
        assertAllocatesNothing("VM to LAN, guarded", upC::sentFrames);
        vmC.repeat(frame(mac(4), mac(3), 1, 1514), FRAMES + 2 * WARM_UP);
        assertAllocatesNothing("port to port, guarded", vmD::sentFrames);
        upC.repeat(tagged(frame(mac(3), mac(9), 1, 1514), 0x8100, 20), Long.MAX_VALUE);
        assertAllocatesNothing("LAN to VM, guarded", vmC::sentFrames);
        vmC.repeat(frame(BROADCAST, mac(3), 1, 60), Long.MAX_VALUE);
        assertAllocatesNothing(
                "dropped by a guard", () -> guarded.toLan().drops(DropCause.GROUP_RATE));
    }

    @Test
    void packetsThroughTheIpGuardAllocateNothing() throws Exception {
        Guards guards =
                new Guards(
                        Isolation.NONE,
                        new VlanPolicy.Any(),
                        Guards.Limits.NONE,
                        new IpPolicy.Leased(),
                        Set.of());
        Port guarded = rig.port(network, "c", mac(3).toString(), guards);
        FakeVmLink vmC = rig.vm(guarded, network);
        FakeUplink upC = lan.uplinks().get(2);
        rig.poller.follow(upC);
        vmC.keepsNothing();
        upC.keepsNothing();
        String own = "fe80::5054:ff:fe00:3";
        byte[] out = udp6(mac(9), mac(3), own, "fe80::1", udp(1, 2, new byte[1200]));
        vmC.repeat(out, FRAMES + 2 * WARM_UP);
        assertAllocatesNothing("VM to LAN, own address", upC::sentFrames);
        vmC.repeat(arp(mac(3), 1, "10.0.0.1", "10.0.0.2"), FRAMES + 2 * WARM_UP);
        assertAllocatesNothing("foreign address", () -> guarded.toLan().drops(DropCause.IP_SOURCE));
        byte[] ack = udp(67, 68, dhcp(2, 5, 1, mac(3), "0.0.0.0", "10.0.0.9", 60));
        upC.repeat(four(mac(3), mac(9), "10.0.0.1", "10.0.0.9", 17, 0, ack), Long.MAX_VALUE);
        assertAllocatesNothing("LAN to VM, snooped", vmC::sentFrames);
    }

    private void assertAllocatesNothing(String way, LongSupplier moved) throws SyscallException {
        turnUntil(WARM_UP, moved);
        long frames = moved.getAsLong();
        long before = allocated.now();
        turnUntil(frames + FRAMES, moved);
        long bytes = allocated.now() - before;
        frames = moved.getAsLong() - frames;
        System.out.println(way + ": " + bytes + " bytes allocated for " + frames + " frames");
        assertThat(bytes).isLessThan(ONCE_BYTES);
    }

    private void turnUntil(long frames, LongSupplier moved) throws SyscallException {
        while (moved.getAsLong() < frames) {
            rig.turn();
        }
    }
}
