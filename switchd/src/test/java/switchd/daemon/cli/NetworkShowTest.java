package switchd.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import switchd.core.UsageException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

final class NetworkShowTest {
    private static final JsonNode STATUS =
            JsonMapper.shared()
                    .readTree(
                            """
                            {
                              "networks": [{"name": "lan"}, {"name": "storage"}],
                              "ports": [
                                {"name": "web", "network": "lan"},
                                {"name": "db", "network": "storage"}
                              ]
                            }
                            """);

    @Test
    void itsPortsAreThereAndNoOthers() throws UsageException {
        JsonNode picked = NetworkShowCommand.pick(STATUS, "storage");

        assertThat(picked.at("/network/name").asString()).isEqualTo("storage");
        assertThat(picked.at("/ports/0/name").asString()).isEqualTo("db");
        assertThat(picked.path("ports").size()).isOne();
    }

    @Test
    void anUnknownNameIsToldWithTheOthersOrTheNearest() {
        assertThatThrownBy(() -> NetworkShowCommand.pick(STATUS, "x"))
                .isInstanceOf(UsageException.class)
                .hasMessage("there is no network called x: there are lan, storage");
        assertThatThrownBy(() -> NetworkShowCommand.pick(STATUS, "storgae"))
                .hasMessage("there is no network called storgae: did you mean \"storage\"?");
        assertThatThrownBy(() ->
                        NetworkShowCommand.pick(JsonMapper.shared().createObjectNode(), "lan"))
                .hasMessage("there is no network called lan: there is none");
    }
}
