package switchd.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import switchd.core.InterfaceKind;
import switchd.core.InterfaceName;
import switchd.core.LanMember;
import switchd.core.MacAddress;
import switchd.daemon.doctor.Finding.Level;

/// What tests of verdicts share.
final class Verdicts {
    static final InterfaceName BR0 = new InterfaceName("br0");
    static final InterfaceName ETH0 = new InterfaceName("eth0");

    private Verdicts() {}

    /// What a check says when it is given `findings` to write to.
    static List<Finding> of(Consumer<Findings> check) {
        Findings findings = new Findings("test");
        check.accept(findings);
        return findings.list();
    }

    /// Fails unless there is one finding, of this level, whose text and cure contain these.
    static void assertOne(List<Finding> findings, Level level, String text, String cure) {
        assertThat(findings).hasSize(1);
        Finding found = findings.getFirst();
        assertThat(found.level()).as(found.toString()).isEqualTo(level);
        assertThat(found.text()).contains(text);
        assertThat(found.cure()).isNotNull().contains(cure);
    }

    /// Fails unless there is one finding, which is good.
    static void assertPass(List<Finding> findings, String text) {
        assertThat(findings).hasSize(1);
        assertThat(findings.getFirst().level()).as(findings.toString()).isEqualTo(Level.PASS);
        assertThat(findings.getFirst().text()).contains(text);
        assertThat(findings.getFirst().cure()).isNull();
    }

    static HostInterface bridge(int mtu, boolean up) {
        return of(BR0, InterfaceKind.BRIDGE, mtu, up, null, false);
    }

    static HostInterface member(String name, InterfaceKind kind, int mtu, boolean up) {
        return of(new InterfaceName(name), kind, mtu, up, BR0, false);
    }

    static HostInterface translating(String name) {
        return of(new InterfaceName(name), InterfaceKind.WIFI, 1500, true, BR0, true);
    }

    static HostInterface alone(String name, InterfaceKind kind, boolean up, String mac) {
        return new HostInterface(
                new LanMember(new InterfaceName(name), kind, 1500, up, false),
                Optional.of(MacAddress.parse(mac)),
                Optional.empty());
    }

    private static HostInterface of(
            InterfaceName name,
            InterfaceKind kind,
            int mtu,
            boolean up,
            @Nullable InterfaceName bridge,
            boolean translates) {
        return new HostInterface(
                new LanMember(name, kind, mtu, up, translates),
                Optional.empty(),
                Optional.ofNullable(bridge));
    }
}
