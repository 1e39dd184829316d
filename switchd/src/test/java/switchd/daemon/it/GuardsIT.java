package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.DropCause;
import switchd.core.InterfaceName;
import switchd.core.MacPolicy;
import switchd.core.VlanPolicy;
import switchd.daemon.DaemonSpec;
import switchd.daemon.GuardSpec;
import switchd.daemon.NetworkSpec;
import switchd.daemon.PortSpec;
import switchd.daemon.host.Writer;
import switchd.daemon.lab.Capture;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.lab.UmlGuest;
import switchd.daemon.lab.VmClient;

/// VLANs and isolation on a real bridge; the far end of the VLAN is a VLAN device of a kernel.
@NeedsLab({"linux.uml", "perl"})
@Timeout(60)
final class GuardsIT {
    private static final String[] MACS = {
        "02:00:00:00:0e:00", "02:00:00:00:0e:01", "02:00:00:00:0e:02", "02:00:00:00:0e:03"
    };
    private static final String VLAN_ADDRESS = "10.88.0.1";

    private static final NetworkSpec.Kind BRIDGE =
            new NetworkSpec.Bridge(new InterfaceName(Lab.BRIDGE), false);

    private static InHost start(Lab lab, NetworkSpec.Kind kind, GuardSpec... ports)
            throws Exception {
        PortSpec[] specs = new PortSpec[ports.length];
        for (int i = 0; i < ports.length; i++) {
            specs[i] = port(lab, kind, i, ports[i]);
        }
        return InHost.start(lab, DaemonSpec.of(NetworkSpec.of(kind), List.of(specs), Writer.AUTO));
    }

    private static PortSpec port(Lab lab, NetworkSpec.Kind kind, int i, GuardSpec guards) {
        return PortSpec.of("p" + i, kind.usualName(), MacPolicy.parse(MACS[i]))
                .at(socket(lab, i).toString())
                .guardedBy(guards);
    }

    private static Path socket(Lab lab, int port) {
        return lab.workspace().file("p" + port + "/net.sock");
    }

    private static VmClient vm(Lab lab, int port) {
        return lab.add(VmClient.vfkit(socket(lab, port)));
    }

    /// The guest is on another network of the same bridge, so that every frame goes through the
    /// bridge. Its kernel's VLAN device takes what is tagged, and nothing else.
    @Test
    void aKernelsVlanDeviceIsInThePortsVlan() throws Exception {
        try (Lab lab = Lab.bridged()) {
            PortSpec access = port(lab, BRIDGE, 0, GuardSpec.of(new VlanPolicy.Access(20)));
            VlanPolicy both = new VlanPolicy.Trunk(List.of(20, 30));
            PortSpec trunk = port(lab, BRIDGE, 1, GuardSpec.of(both));
            PortSpec guest =
                    PortSpec.of("guest", "guests", MacPolicy.parse(MACS[3]))
                            .at(socket(lab, 3).toString());
            List<NetworkSpec> networks =
                    List.of(NetworkSpec.of(BRIDGE), new NetworkSpec("guests", BRIDGE, null));
            InHost host =
                    InHost.start(
                            lab,
                            new DaemonSpec(networks, List.of(access, trunk, guest), Writer.AUTO));
            UmlGuest.boot(lab, socket(lab, 3), MACS[3]).addVlan(20, VLAN_ADDRESS + "/24");
            assertVlansWork(host, vm(lab, 0), vm(lab, 1));
        }
    }

    private static void assertVlansWork(InHost host, VmClient access, VmClient trunk)
            throws Exception {
        byte[] question = Frames.arpRequest(MACS[0], "10.88.0.50", VLAN_ADDRESS);
        access.send(Frames.tagged(question, 20));
        access.send(Frames.tagged(question, 30));
        access.send(question);
        access.await("an answer without a tag", f -> Frames.isArpReply(f, VLAN_ADDRESS));
        assertThat(host.toLan("p0").drops(DropCause.FOREIGN_VLAN)).isEqualTo(2);

        byte[] other = Frames.arpRequest(MACS[1], "10.88.0.51", VLAN_ADDRESS);
        trunk.send(other);
        trunk.send(Frames.tagged(other, 30));
        trunk.send(Frames.tagged(other, 40));
        trunk.send(Frames.tagged(other, 20));
        byte[] tagged = trunk.await("an answer with a tag", GuardsIT::isUnicastWithTag);
        byte[] inside = new byte[tagged.length - 4];
        System.arraycopy(tagged, 0, inside, 0, 12);
        System.arraycopy(tagged, 16, inside, 12, inside.length - 12);
        assertThat(tagged).isEqualTo(Frames.tagged(inside, 20));
        assertThat(Frames.isArpReply(inside, VLAN_ADDRESS)).isTrue();
        assertThat(host.toLan("p1").drops(DropCause.FOREIGN_VLAN)).isEqualTo(2);

        byte[] full = Frames.sized(MACS[1], MACS[0], 1514);
        access.send(full);
        trunk.await(Frames.tagged(full, 20));
        byte[] back = Frames.sized(MACS[0], MACS[1], 1514);
        trunk.send(Frames.tagged(back, 20));
        access.await(back);
    }

    private static boolean isUnicastWithTag(byte[] frame) {
        return Frames.type(frame) == Frames.VLAN && Frames.destination(frame).equals(MACS[1]);
    }

    @Test
    void isolatedPortsReachTheLanAndNobodyElse() throws Exception {
        try (Lab lab = Lab.bridged()) {
            InHost host =
                    start(
                            lab,
                            BRIDGE,
                            GuardSpec.ISOLATED,
                            GuardSpec.ISOLATED,
                            GuardSpec.NONE,
                            GuardSpec.NONE);
            VmClient alone = vm(lab, 0);
            VmClient[] others = {vm(lab, 1), vm(lab, 2), vm(lab, 3)};
            Capture lan = Capture.onLan(lab);
            alone.send(Frames.arpRequest(MACS[0], "10.77.0.50", Lab.LAN_ADDRESS));
            alone.await("an answer", f -> Frames.isArpReply(f, Lab.LAN_ADDRESS));

            byte[] unknown = Frames.sized("02:00:00:00:0e:77", MACS[0], 61);
            for (String mac : List.of(MACS[1], MACS[2], MACS[3])) {
                alone.send(Frames.sized(mac, MACS[0], 60));
            }
            alone.send(unknown);
            lan.fence(MACS[0], alone::send);
            assertThat(lan.frames()).anyMatch(frame -> Arrays.equals(frame, unknown));
            assertThat(host.toLan("p0").drops(DropCause.ISOLATED)).isEqualTo(3);

            // An open port's still reach the other open one, and the LAN, once each.
            byte[] open = Frames.sized(Frames.BROADCAST, MACS[2], 62);
            others[1].send(open);
            others[2].await("a frame of an open port", f -> Frames.source(f).equals(MACS[2]));
            lan.await("it", frame -> Arrays.equals(frame, open));
            lab.lan().start("busybox", "arping", "-U", "-c", "1", "-I", Lab.NIC, Lab.LAN_ADDRESS);
            for (VmClient other : others) {
                assertThat(sourcesUntilArp(other)).containsOnly(Lab.LAN_MAC);
            }
        }
    }

    private static Set<String> sourcesUntilArp(VmClient vm) {
        Set<String> sources = new HashSet<>();
        vm.await(
                "an ARP packet of the LAN",
                frame -> {
                    sources.add(Frames.source(frame));
                    return Frames.type(frame) == Frames.ARP;
                });
        return sources;
    }
}
