package switchd.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import switchd.core.Guards;
import switchd.core.IpAddress;
import switchd.core.IpPolicy;
import switchd.core.Isolation;
import switchd.core.LinkProtocol;
import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.core.VlanPolicy;
import switchd.daemon.DaemonSpec;

/// From the words of a file to what holds for a port.
final class GuardConfigTest {
    private static final String NETWORK =
            "{\"name\":\"n\",\"kind\":\"bridge\",\"bridge\":\"br0\"%s}";

    @TempDir Path folder;

    private DaemonSpec read(String network, String port) throws IOException, SwitchdException {
        Path file = folder.resolve("switchd.json");
        Files.writeString(
                file,
                ("{\"networks\":[" + NETWORK + "],\"ports\":[{\"name\":\"p\"%s}]}")
                        .formatted(network, port));
        Surroundings nothing = new Surroundings(Map.of(), null, null);
        return Plan.of(Settings.ofFile(file, nothing)).daemon();
    }

    private Guards guards(String network, String port) throws IOException, SwitchdException {
        DaemonSpec spec = read(network, port);
        return spec.ports().getFirst().guards().on(spec.networks().getFirst().guards());
    }

    @Test
    void whatNobodySaysIsTheUsual() throws Exception {
        assertThat(guards("", "")).isEqualTo(Guards.USUAL);
        assertThat(guards(",\"guards\":{}", ",\"guards\":{}")).isEqualTo(Guards.USUAL);
    }

    @Test
    void aPortSaysWhatItLikes() throws Exception {
        assertThat(
                        guards(
                                "",
                                """
                                ,"talkGroups":["a","b"],"vlan":[30,10],"guards":{
                                "groupFrames":100,"newAddresses":2,"addresses":3,"toLanRate":"100Mbit",
                                "toVmRate":"999999999Gbit","burst":2000,"allowProtocols":["stp","lldp"]}
                                """))
                .isEqualTo(
                        new Guards(
                                new Isolation(false, List.of("a", "b")),
                                new VlanPolicy.Trunk(List.of(10, 30)),
                                new Guards.Limits(
                                        100, 2, 3, 100_000_000L, 999_999_999_000_000_000L, 2000),
                                Set.of(LinkProtocol.STP, LinkProtocol.LLDP)));
    }

    @Test
    void aPortGoesBeforeItsNetworkKeyByKey() throws Exception {
        String network =
                ",\"isolated\":true,\"vlan\":20,\"guards\":{\"groupFrames\":9,\"toLanRate\":\"64kbit\"}";
        Guards left = guards(network, "");
        assertThat(left.isolation().alone()).isTrue();
        assertThat(left.vlans()).isEqualTo(new VlanPolicy.Access(20));
        assertThat(left.limits().toLanBits()).isEqualTo(64_000);
        Guards own =
                guards(
                        network,
                        ",\"talkGroups\":[\"x\"],\"vlan\":0,\"guards\":{\"toLanRate\":\"0bit\"}");
        assertThat(own.isolation()).isEqualTo(new Isolation(false, List.of("x")));
        assertThat(own.vlans()).isEqualTo(new VlanPolicy.Access(0));
        assertThat(own.limits()).isEqualTo(new Guards.Limits(9, 0, 0, 0, 0, 0));
        assertThat(guards(network, ",\"isolated\":false").isolation()).isEqualTo(Isolation.NONE);
    }

    @Test
    void addressesAreThoseOfThePortOrItsNetwork() throws Exception {
        String network = ",\"ipGuard\":\"dhcp\"";
        assertThat(guards(network, "").ips()).isEqualTo(new IpPolicy.Leased());
        assertThat(guards(network, ",\"ipGuard\":\"off\"").ips()).isEqualTo(new IpPolicy.Any());
        assertThat(guards(network, ",\"ipGuard\":[\"10.0.0.9\",\"2001:db8::9\"]").ips())
                .isEqualTo(
                        new IpPolicy.Only(
                                List.of(
                                        IpAddress.parse("10.0.0.9"),
                                        IpAddress.parse("2001:db8::9"))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "vlan":4095                        | ports[0].vlan: a VLAN from 0 to 4094, or a list of them, is needed, not 4095
                    "vlan":-1                          | ports[0].vlan: a VLAN from 0 to 4094
                    "vlan":[]                          | ports[0].vlan: a VLAN from 0 to 4094
                    "vlan":[10,"x"]                    | ports[0].vlan: a VLAN from 0 to 4094
                    "vlan":"20"                        | ports[0].vlan: a VLAN from 0 to 4094
                    "ipGuard":"on"                     | ports[0].ipGuard: "dhcp", "off" or a list of 1 to 16 IP addresses is needed, not "on"
                    "ipGuard":[]                       | ports[0].ipGuard: "dhcp", "off" or a list
                    "ipGuard":["web"]                  | ports[0].ipGuard: "dhcp", "off" or a list
                    "ipGuard":["224.0.0.1"]            | ports[0].ipGuard: "dhcp", "off" or a list
                    "ipGuard":["fe80::1%eth0"]         | ports[0].ipGuard: "dhcp", "off" or a list
                    "guards":{"toLanRate":"fast"}      | ports[0].guards.toLanRate: a rate such as 500kbit
                    "guards":{"groupFrames":-1}        | ports[0].guards.groupFrames: a whole number from 0
                    "guards":{"allowProtocols":["sp"]} | did you mean "stp"?
                    "isolated":true,"talkGroups":["a"] | ports[0].talkGroups: does not go with "isolated"
                    """)
    void whatIsWrongIsTold(String keys, String complaint) {
        assertThatThrownBy(() -> read("", "," + keys))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(complaint);
    }
}
