package switchd.daemon.selftest;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import switchd.core.DropCause;
import switchd.core.EthernetFrame;
import switchd.core.MacAddress;

/// What becomes of frames, kind by kind.
final class FrameChecks {
    /// 224.0.0.251, mDNS.
    private static final MacAddress GROUP_OF_IPV4 = new MacAddress(0x0100_5e00_00fbL);

    /// ff02::1, all nodes.
    private static final MacAddress GROUP_OF_IPV6 = new MacAddress(0x3333_0000_0001L);

    /// A multicast address that ends as the broadcast address does.
    private static final MacAddress GROUP_LIKE_BROADCAST = new MacAddress(0x0100_ffff_ffffL);

    private static final int SHORTEST_ON_A_WIRE = 60;
    private static final int LONGEST_UNTAGGED = Stage.MTU + 14;
    private static final int LONGEST = EthernetFrame.longest(Stage.MTU);
    private static final int STRANGER = 0x99;

    private static final String LOST = "frames get lost between a port and the bridge: ";

    private FrameChecks() {}

    static List<Check> all() {
        return List.of(
                new Check(
                        "unicast, VM to LAN",
                        LOST + "no VM on this host can reach the LAN; report it",
                        FrameChecks::unicastToLan),
                new Check(
                        "unicast, LAN to VM",
                        LOST + "no VM on this host gets an answer; report it",
                        FrameChecks::unicastToVm),
                new Check(
                        "unicast, VM to VM",
                        "the switch between the ports of one daemon loses frames; report it",
                        FrameChecks::vmToVm),
                new Check(
                        "broadcast",
                        "ARP and DHCP do not work; report it",
                        stage -> group(stage, TestFrame.BROADCAST)),
                new Check(
                        "multicast, IPv4",
                        "mDNS and whatever else uses IPv4 multicast do not work; report it",
                        stage -> group(stage, GROUP_OF_IPV4)),
                new Check(
                        "multicast, IPv6",
                        "IPv6 does not work: no neighbour is found; report it",
                        stage -> group(stage, GROUP_OF_IPV6)),
                new Check(
                        "multicast, like broadcast",
                        "the filter in the kernel takes a multicast address for another; report it",
                        stage -> group(stage, GROUP_LIKE_BROADCAST)),
                new Check(
                        "shortest frames",
                        "short frames, as ARP's, get lost or are changed; report it",
                        FrameChecks::shortest),
                new Check(
                        "longest frames",
                        "frames of full size get lost: transfers stall; report it",
                        stage -> bothWays(stage, LONGEST_UNTAGGED)),
                new Check(
                        "longest frames, tagged",
                        "VMs on a VLAN must use an MTU that is smaller by 4",
                        FrameChecks::tagged),
                new Check(
                        "too short frames",
                        "a frame of 13 bytes gets through, which macOS's kernel does not survive;"
                                + " do not use this build",
                        stage -> illegal(stage, runt(stage), DropCause.RUNT)),
                new Check(
                        "too long frames",
                        "longer frames than the LAN takes get through; report it",
                        stage -> illegal(stage, oversize(stage), DropCause.OVERSIZE)),
                new Check(
                        "foreign source",
                        "a VM can use the address of another station; do not use this build",
                        stage -> illegal(stage, foreign(stage), DropCause.FOREIGN_SOURCE)));
    }

    private static String unicastToLan(Stage stage) throws Exception {
        pass(stage.one(), stage.lan(), unicast(stage.one(), stage.lan(), 200));
        return "";
    }

    private static String unicastToVm(Stage stage) throws Exception {
        pass(stage.lan(), stage.one(), unicast(stage.lan(), stage.one(), 200));
        return "";
    }

    private static String vmToVm(Stage stage) throws Exception {
        // Its port learns its address by this.
        pass(stage.two(), stage.one(), unicast(stage.two(), stage.one(), 200));
        pass(stage.one(), stage.two(), unicast(stage.one(), stage.two(), 200));
        return "";
    }

    private static String group(Stage stage, MacAddress group) throws Exception {
        passToAll(stage.one(), group, stage.two(), stage.lan());
        passToAll(stage.lan(), group, stage.one(), stage.two());
        return group.toString();
    }

    private static void passToAll(Vm from, MacAddress group, Vm one, Vm other) throws Exception {
        byte[] frame = TestFrame.of(group, from.mac(), 100);
        one.forget();
        other.forget();
        from.send(frame);
        arrives(from, one, frame);
        arrives(from, other, frame);
    }

    private static String shortest(Stage stage) throws Exception {
        bothWays(stage, EthernetFrame.SHORTEST);
        bothWays(stage, SHORTEST_ON_A_WIRE);
        return EthernetFrame.SHORTEST + ", " + SHORTEST_ON_A_WIRE + " bytes";
    }

    private static String bothWays(Stage stage, int length) throws Exception {
        pass(stage.one(), stage.lan(), unicast(stage.one(), stage.lan(), length));
        pass(stage.lan(), stage.one(), unicast(stage.lan(), stage.one(), length));
        return length + " bytes";
    }

    private static String tagged(Stage stage) throws Exception {
        try {
            Vm one = stage.one();
            Vm lan = stage.lan();
            pass(one, lan, TestFrame.tagged(lan.mac(), one.mac(), LONGEST));
            pass(lan, one, TestFrame.tagged(one.mac(), lan.mac(), LONGEST));
            return LONGEST + " bytes";
        } catch (CheckException e) {
            if (stage.bed().mustCarryTags()) {
                throw e;
            }
            throw CheckException.limited(String.valueOf(e.getMessage()));
        }
    }

    private static byte[] runt(Stage stage) {
        return unicast(stage.one(), stage.lan(), EthernetFrame.SHORTEST - 1);
    }

    private static byte[] oversize(Stage stage) {
        return unicast(stage.one(), stage.lan(), LONGEST + 1);
    }

    private static byte[] foreign(Stage stage) {
        return TestFrame.of(stage.lan().mac(), Stage.address(STRANGER), 100);
    }

    /// The frame must not come out anywhere, and must be counted.
    private static String illegal(Stage stage, byte[] frame, DropCause cause) throws Exception {
        Vm from = stage.one();
        long before = stage.fromOne().drops(cause);
        stage.two().forget();
        stage.lan().forget();
        from.send(frame);
        byte[] fence = TestFrame.of(TestFrame.BROADCAST, from.mac(), 100);
        from.send(fence);
        for (Vm vm : List.of(stage.two(), stage.lan())) {
            byte @Nullable [] first =
                    vm.find(
                            Vm.PATIENCE_MILLIS,
                            seen ->
                                    TestFrame.is(seen, fence) || TestFrame.beginsAs(seen, frame)
                                            ? seen
                                            : null);
            if (first == null) {
                throw CheckException.failed(
                        "the lawful frame that followed did not come to VM " + vm.name());
            }
            if (!TestFrame.is(first, fence)) {
                throw CheckException.failed(
                        "a frame of " + frame.length + " bytes has come to VM " + vm.name());
            }
        }
        long counted = stage.fromOne().drops(cause) - before;
        if (counted != 1) {
            throw CheckException.failed(
                    "sent one such frame, counted under " + cause.label() + ": " + counted);
        }
        return frame.length + " bytes, counted as " + cause.label();
    }

    static byte[] unicast(Vm from, Vm to, int length) {
        return TestFrame.of(to.mac(), from.mac(), length);
    }

    /// Sends a frame that must arrive as it is.
    static void pass(Vm from, Vm to, byte[] frame) throws Exception {
        to.forget();
        from.send(frame);
        arrives(from, to, frame);
    }

    private static void arrives(Vm from, Vm to, byte[] frame) throws Exception {
        byte @Nullable [] seen =
                to.find(
                        Vm.PATIENCE_MILLIS,
                        candidate -> TestFrame.beginsAs(candidate, frame) ? candidate : null);
        String what =
                "a frame of %d bytes from VM %s to VM %s"
                        .formatted(frame.length, from.name(), to.name());
        if (seen == null) {
            throw CheckException.failed(
                    what
                            + " did not arrive within "
                            + TimeUnit.MILLISECONDS.toSeconds(Vm.PATIENCE_MILLIS)
                            + " s");
        }
        if (!TestFrame.is(seen, frame)) {
            throw CheckException.failed(what + " arrived changed, with " + seen.length + " bytes");
        }
    }
}
