package switchd.launchd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dd.plist.NSDictionary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlistTest {
    private static final String AWKWARD = "<a & b> ]]> \"c\" 'd' \t\n é 😀 <!-- -->";

    @Test
    void everyKindOfValueIsReadBack() throws Exception {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("text", AWKWARD);
        root.put(AWKWARD, "an awkward key");
        root.put("empty", "");
        root.put("number", -432);
        root.put("yes", true);
        root.put("no", false);
        root.put("list", List.of("a", 1, List.of(), Map.of()));
        root.put("dictionary", Map.of("inner", Map.of("innermost", "x")));

        NSDictionary read = PlistFile.parse(Plist.of(root));

        assertThat(PlistFile.value(read)).isEqualTo(root);
    }

    @Test
    void keysComeInOrder() {
        Map<String, Object> root = new LinkedHashMap<>();
        root.put("b", 1);
        root.put("a", 2);
        assertThat(Plist.of(root).replaceAll("(?s).*<plist", "<plist"))
                .isEqualTo(
                        """
                        <plist version="1.0">
                        <dict>
                        \t<key>b</key>
                        \t<integer>1</integer>
                        \t<key>a</key>
                        \t<integer>2</integer>
                        </dict>
                        </plist>
                        """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"\0", "\33[0m", "\r", "\uffff", "\ud800"})
    void whatXmlCannotHoldIsRefused(String text) {
        assertThatThrownBy(() -> Plist.of(Map.of("key", text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("U+");
        assertThatThrownBy(() -> Plist.of(Map.of(text, 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void otherValuesAreRefused() {
        assertThatThrownBy(() -> Plist.of(Map.of("key", 1.5)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
