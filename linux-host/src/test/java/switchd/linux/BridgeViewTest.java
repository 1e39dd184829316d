package switchd.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import switchd.core.InterfaceName;
import switchd.core.MacAddress;

final class BridgeViewTest {
    private static final int BRIDGE = 7;
    private static final int OURS = 9;
    private static final InterfaceName NAME = new InterfaceName("br0");

    private static LinkStatus link(int index, String name, int master, String kind) {
        return new LinkStatus(
                index,
                name,
                LinuxConstants.ARPHRD_ETHER,
                LinuxConstants.IFF_UP,
                1500,
                master,
                kind,
                new MacAddress(index),
                false);
    }

    /// A TAP of another VM goes for good when that ends: nobody is to be told of it.
    @Test
    void othersVmsAreNoLastingMembers() {
        List<LinkStatus> links =
                List.of(
                        link(BRIDGE, "br0", 0, "bridge"),
                        link(OURS, "swtap0", BRIDGE, "tun"),
                        link(10, "vnet0", BRIDGE, "tun"),
                        link(11, "eth0.20", BRIDGE, "vlan"),
                        link(12, "lan0", BRIDGE, "veth"),
                        link(13, "veth9", 0, "veth"));
        BridgeView view = BridgeView.of(NAME, links, Set.of(OURS));
        assertThat(view.lasting())
                .containsExactly(new InterfaceName("eth0.20"), new InterfaceName("lan0"));
        assertThat(view.condition().foreign()).containsExactly(10, 11, 12);
    }
}
