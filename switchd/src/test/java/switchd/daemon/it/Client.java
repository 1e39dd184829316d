package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import switchd.daemon.lab.Lab;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Commands to the daemon at one control socket, each a process of its own.
///
/// @param lab where they run
/// @param control the socket
record Client(Lab lab, String control) {
    /// Runs a command to its end.
    DaemonProcess.Ended run(String... words) {
        return DaemonProcess.run(lab, all(words));
    }

    private String[] all(String... words) {
        List<String> all = new ArrayList<>(Arrays.asList(words));
        all.addAll(List.of("--control", control));
        return all.toArray(String[]::new);
    }

    /// What a command prints that must succeed and have nothing to complain of.
    String ask(String... words) {
        DaemonProcess.Ended ended = run(words);
        assertThat(ended.status()).as("%s: %s", List.of(words), ended.err()).isZero();
        assertThat(ended.err()).isEmpty();
        return ended.out();
    }

    /// As above with `--json`, which must print one object on a line, of this schema.
    JsonNode json(String schema, String... words) {
        List<String> all = new ArrayList<>(Arrays.asList(words));
        all.add("--json");
        String out = ask(all.toArray(String[]::new));
        assertThat(out).hasLineCount(1).matches("[ -~]+}\n");
        JsonNode answer = JsonMapper.shared().readTree(out);
        assertThat(answer.path("schema").asString("")).isEqualTo(schema);
        return answer;
    }

    /// A port as the daemon has it.
    JsonNode port(String name) {
        return json("switchd.port/1", "port", "show", name).path("port");
    }

    /// Starts a command that goes on; ends with the lab.
    DaemonProcess start(String... words) {
        return DaemonProcess.launch(lab, all(words));
    }
}
