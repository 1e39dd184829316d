package switchd.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import switchd.core.Isolation;
import switchd.core.UsageException;
import switchd.core.VlanPolicy;
import switchd.daemon.GuardSpec;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Guards that are asked for with the words of a file, without a file.
final class GuardKeysTest {
    private static GuardSpec of(String keys) throws UsageException {
        return GuardKeys.of((ObjectNode) JsonMapper.shared().readTree("{" + keys + "}"));
    }

    @Test
    void theyMeanWhatTheyMeanInAFile() throws Exception {
        assertThat(of("")).isEqualTo(GuardSpec.NONE);
        GuardSpec spec =
                of("\"vlan\":20,\"talkGroups\":[\"a\"],\"guards\":{\"toVmRate\":\"9kbit\"}");
        assertThat(spec.vlan()).isEqualTo(new VlanPolicy.Access(20));
        assertThat(spec.on(GuardSpec.ISOLATED).isolation())
                .isEqualTo(new Isolation(false, List.of("a")));
        assertThat(spec.toVmBits()).isEqualTo(9000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "vlan":4095                        | vlan: a VLAN from 0 to 4094, or a list of them, is needed, not 4095
                    "vlan":null                        | vlan: a VLAN from 0 to 4094
                    "ipGuard":["224.0.0.1"]            | ipGuard: "dhcp", "off" or a list
                    "guards":5                         | guards: an object, in braces, is needed, not 5
                    "guards":{"toLanRate":"fast"}      | guards.toLanRate: a rate such as 500kbit
                    "guards":{"groupFrame":1}          | guards.groupFrame: unknown key: did you mean "groupFrames"?
                    "isolated":true,"talkGroups":["a"] | talkGroups: does not go with "isolated"
                    """)
    void whatIsWrongIsTold(String keys, String complaint) {
        assertThatThrownBy(() -> of(keys))
                .isInstanceOf(UsageException.class)
                .hasMessageStartingWith(complaint);
    }
}
