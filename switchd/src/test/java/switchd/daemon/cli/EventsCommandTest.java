package switchd.daemon.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

final class EventsCommandTest {
    private static String line(String time) {
        return EventsCommand.line(
                JsonMapper.shared()
                        .createObjectNode()
                        .put("time", time)
                        .put("event", "attached")
                        .put("port", "web")
                        .put("text", "VM attached"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-11-21T14:03:07.120456789Z",
                "2026-11-21T14:03:07.120Z",
                "2026-11-21T14:03:07Z"
            })
    void timesAreAsInTheLog(String time) {
        assertThat(line(time))
                .matches(
                        "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:07\\.(120|000)(Z|[+-]\\d\\d:\\d\\d)"
                                + " INFO attached: web: VM attached");
    }

    @Test
    void aTimeOfAnotherFormIsShownAsItIs() {
        assertThat(line("later")).startsWith("later INFO ");
    }
}
