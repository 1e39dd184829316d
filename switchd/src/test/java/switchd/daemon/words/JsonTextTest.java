package switchd.daemon.words;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

final class JsonTextTest {
    /// Control characters of ASCII and the further ones of Unicode, what separates lines or turns
    /// the direction of writing, a letter, and one of two halves.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\u0000",
                "\n",
                "\u001b[2J",
                "\u007f",
                "\u0085",
                "\u009b",
                "\u2028",
                "\u202e",
                "\u2066",
                "\ufeff",
                "é",
                "\ud83d\ude00"
            })
    void itIsPrintableAsciiAndReadsTheSame(String text) {
        ObjectNode node = JsonMapper.shared().createObjectNode();
        node.put("/tmp/" + text + "\"\\", "a" + text + "b").putArray("list").add(text);

        assertThat(JsonText.line(node)).matches("[ -~]+");
        assertThat(JsonText.indented(node)).matches("[ -~\n]+").contains("\n");
        assertThat(JsonMapper.shared().readTree(JsonText.line(node))).isEqualTo(node);
        assertThat(JsonMapper.shared().readTree(JsonText.indented(node))).isEqualTo(node);
    }

    @Test
    void whatIsPrintableStaysAsItIs() {
        assertThat(JsonText.line("/run/vm 1.sock ~'<>&")).isEqualTo("\"/run/vm 1.sock ~'<>&\"");
    }
}
