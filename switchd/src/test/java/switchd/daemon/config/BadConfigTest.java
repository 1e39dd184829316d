package switchd.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import switchd.core.SwitchdException;
import switchd.core.UsageException;

/// What an operator is told of a bad file: place, key, what is wrong, and the cure.
final class BadConfigTest {
    private static final Surroundings ANYBODY = new Surroundings(Map.of(), null, null);

    @TempDir private Path directory;

    private String complaint(byte[] text) throws IOException {
        Path file = Files.write(directory.resolve("switchd.json"), text);
        SwitchdException refused =
                catchThrowableOfType(SwitchdException.class, () -> Settings.ofFile(file, ANYBODY));
        assertThat(refused).isInstanceOf(UsageException.class);
        return refused.getMessage().replace(file.toString(), "f");
    }

    @Test
    void usersAndGroupsThatTheMachineDoesNotHaveAreNamed() throws IOException {
        String text =
                """
                {"networks":[{"name":"a","kind":"isolated"}],
                 "ports":[{"name":"b","owner":"root"}, {"name":"c","owner":"501:20","group":"20"},
                          {"name":"d","owner":"no-such","group":"none-such"}]}
                """;
        Path file = Files.writeString(directory.resolve("switchd.json"), text);
        Surroundings here = new Surroundings(Map.of(), null, null, true);

        assertThatThrownBy(() -> Settings.ofFile(file, here))
                .isInstanceOf(UsageException.class)
                .hasMessage(
                        """
                        %1$s:3:23: ports[2].owner: there is no user "no-such": give a name that `id` knows, or UID:GID
                        %1$s:3:41: ports[2].group: there is no group "none-such": give a name that `getent group` knows, or a number\
                        """
                                .formatted(file));
    }

    private String complaint(String text) throws IOException {
        return complaint(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"netwroks":[]}                      | f:1:2: netwroks: unknown key: did you mean "networks"?
                    {"a":1}                              | f:1:2: a: unknown key: known are $schema, networks, ports, control, metrics, writer, owner, keepSockets or log
                    {"log":{"fromat":"json"}}            | f:1:9: log.fromat: unknown key: did you mean "format"?
                    {"networks":{}}                      | f:1:2: networks: a list, in brackets, is needed, not an object
                    {"networks":[3]}                     | f:1:14: networks[0]: an object, in braces, is needed, not 3
                    {"control":"/run/c"}                 | f:1:2: control: an object, in braces, is needed, not "/run/c"
                    {"metrics":9130}                     | f:1:2: metrics: a text, in quotes, is needed, not 9130
                    {"metrics":"9130"}                   | f:1:2: metrics: an address with a port, such as 127.0.0.1:9130 or [::1]:9130, is needed, not "9130"
                    {"metrics":"localhost:65536"}        | f:1:2: metrics: a port is at most 65535: give another
                    {"writer":"npf"}                     | f:1:2: writer: auto, ndrv or bpf is needed, not "npf": did you mean "bpf"?
                    {"writer":"BPF"}                     | f:1:2: writer: auto, ndrv or bpf is needed, not "BPF": did you mean "bpf"?
                    {"log":{"format":"xml"}}             | f:1:9: log.format: text or json is needed, not "xml"
                    {"owner":null}                       | f:1:2: owner: a text, in quotes, is needed, not null: leave the key out for its default
                    {"owner":"a b"}                      | f:1:2: owner: a user's name or UID:GID is needed, not "a b"
                    {"networks":[{"kind":"isolated"}]}   | f:1:14: networks[0].name: the key is missing: add "name": "lan"
                    {"networks":[{"name":"a"}]}          | f:1:14: networks[0].kind: the key is missing: add "kind": bridge, interface or isolated
                    {"networks":[{"name":"a","kind":"brigde"}]} | f:1:26: networks[0].kind: bridge, interface or isolated is needed, not "brigde": did you mean "bridge"?
                    {"networks":[{"name":"a","kind":"bridge"}]} | f:1:14: networks[0].bridge: the key is missing: kind "bridge" needs it
                    {"networks":[{"name":"a","kind":"interface"}]} | f:1:14: networks[0].interface: the key is missing: kind "interface" needs it
                    {"networks":[{"name":"a","kind":"isolated","bridge":"br0"}]} | f:1:44: networks[0].bridge: goes with kind "bridge", not "isolated": remove it or change kind
                    {"networks":[{"name":"a","kind":"isolated","create":true}]} | f:1:44: networks[0].create: goes with kind "bridge", not "isolated": remove it or change kind
                    {"networks":[{"name":"a","kind":"bridge","bridge":"sixteen-letters-"}]} | f:1:42: networks[0].bridge: the name of an interface, of 1 to 15 characters, is needed, not "sixteen-letters-"
                    {"networks":[{"name":"a","kind":"bridge","bridge":".."}]} | f:1:42: networks[0].bridge: not the name of an interface: ".."
                    {"networks":[{"name":"a","kind":"bridge","bridge":"b","create":"yes"}]} | f:1:55: networks[0].create: true or false is needed, not "yes"
                    {"networks":[{"name":"a","kind":"isolated","ipGuard":"dhcp"}]} | f:1:44: networks[0].ipGuard: nobody gives addresses on a network of kind "isolated": list the addresses, or remove it
                    {"networks":[{"name":"a","kind":"isolated"}],"ports":[{"name":"p","ipGuard":"dhcp"}]} | f:1:67: ports[0].ipGuard: nobody gives addresses on a network of kind "isolated": list the addresses, or remove it
                    {"networks":[{"name":"l","kind":"bridge","bridge":"b","ipGuard":"dhcp"},{"name":"a","kind":"isolated"}],"ports":[{"name":"o","network":"l","ipGuard":"dhcp"},{"name":"p","network":"a","ipGuard":"dhcp"}]} | f:1:184: ports[1].ipGuard: nobody gives addresses on a network of kind "isolated": list the addresses, or remove it
                    {"networks":[{"name":"a","kind":"isolated","mtu":67}]} | f:1:44: networks[0].mtu: a whole number from 68 to 65535 is needed, not 67
                    {"networks":[{"name":"a","kind":"isolated","mtu":65536}]} | f:1:44: networks[0].mtu: a whole number from 68 to 65535 is needed, not 65536
                    {"networks":[{"name":"a","kind":"isolated","mtu":1500.5}]} | f:1:44: networks[0].mtu: a whole number from 68 to 65535 is needed, not 1500.5
                    {"networks":[{"name":"a","kind":"isolated","mtu":"1500"}]} | f:1:44: networks[0].mtu: a whole number from 68 to 65535 is needed, not "1500"
                    {"networks":[{"name":"a/b","kind":"isolated"}]} | f:1:15: networks[0].name: a name of 1 to 32 letters, digits, dots, dashes and underscores is needed, not "a/b"
                    {"networks":[{"name":"a","kind":"isolated"},{"name":"a","kind":"isolated"}]} | f:1:46: networks[1].name: another network is called a (networks[0].name, line 1): change one of them
                    {"ports":[{"name":"a"}]}             | f:1:11: ports[0].network: there is no network: add one to "networks"
                    {"ports":[{"name":"a","network":"lan"}]} | f:1:23: ports[0].network: there is no network "lan": add it to "networks"
                    {"networks":[{"name":"lan","kind":"isolated"}],"ports":[{"name":"a","network":"lna"}]} | f:1:69: ports[0].network: there is no network "lna": did you mean "lan"?
                    {"networks":[{"name":"lan","kind":"isolated"}],"ports":[{"name":"a","network":"other"}]} | f:1:69: ports[0].network: there is no network "other": known are lan
                    {"networks":[{"name":"b","kind":"isolated"},{"name":"c","kind":"isolated"}],"ports":[{"name":"a"}]} | f:1:86: ports[0].network: the key is missing: there are b or c: say which
                    {"networks":[{"name":"b","kind":"isolated"}],"ports":[{"name":"a","mac":"52:54:00:12:34"}]} | f:1:67: ports[0].mac: auto, any or an address such as 52:54:00:12:34:56 is needed, not "52:54:00:12:34"
                    {"networks":[{"name":"b","kind":"isolated"}],"ports":[{"name":"a","mac":"53:54:00:12:34:56"}]} | f:1:67: ports[0].mac: not one VM's address: 53:54:00:12:34:56: give auto, any or a unicast address
                    {"networks":[{"name":"b","kind":"isolated"}],"ports":[{"name":"a","mode":660}]} | f:1:67: ports[0].mode: a text, in quotes, is needed, not 660
                    {"networks":[{"name":"b","kind":"isolated"}],"ports":[{"name":"a","mode":"0668"}]} | f:1:67: ports[0].mode: three octal digits with a 0 before them, such as "0660", is needed, not "0668"
                    {"networks":[{"name":"b","kind":"isolated"}],"ports":[{"name":"a","socket":"net.sock"}]} | f:1:67: ports[0].socket: the absolute path of a socket is needed, not "net.sock"
                    {"networks":[{"name":"b","kind":"isolated"}],"ports":[{"name":"a","socket":"/s","stream":"/s"}]} | f:1:81: ports[0].stream: another socket is /s (ports[0].socket, line 1): change one of them
                    {"control":{"socket":"/s"},"networks":[{"name":"b","kind":"isolated"}],"ports":[{"name":"a","socket":"/s"}]} | f:1:93: ports[0].socket: another socket is /s (control.socket, line 1): change one of them
                    {"owner":"a","owner":"b"}            | f:1:14: owner: the key is here twice, before on line 1: keep one of them
                    []                                   | f:1:1: an object is needed: begin with {
                    {}}                                  | f:1:3: Unexpected close marker '}': no open Object to close: what is allowed is JSON, with comments and trailing commas
                    {} {}                                | f:1:4: text after the end of the object: remove it, or the } that is too early
                    {"owner":"a"                         | f:1:13: Unexpected end-of-input: expected close marker for Object: what is allowed is JSON, with comments and trailing commas
                    {'owner':"a"}                        | f:1:2: Unexpected character (''' (code 39)): was expecting double-quote to start property name: what is allowed is JSON, with comments and trailing commas
                    """)
    void isToldWithItsPlace(String text, String told) throws IOException {
        assertThat(complaint(text)).isEqualTo(told);
    }

    @Test
    void allThatIsWrongIsToldAtOnceInTheOrderOfTheFile() throws IOException {
        assertThat(
                        complaint(
                                """
                                // a comment
                                {
                                  "networks": [
                                    {"name": "lan", "kind": "bridge", "birdge": "br0"},
                                  ],
                                  "ports": [
                                    {"name": "web", "network": "lam", "mac": "52:54:00:12:34:56"},
                                    {"name": "web", "mac": "52:54:0:12:34:56", "up": "no"},
                                  ],
                                  "log": {"format": "jsn"}, /* and
                                  another */ "colour": true,
                                }
                                """))
                .isEqualTo(
                        """
                        f:4:5: networks[0].bridge: the key is missing: kind "bridge" needs it
                        f:4:39: networks[0].birdge: unknown key: did you mean "bridge"?
                        f:7:21: ports[0].network: there is no network "lam": did you mean "lan"?
                        f:8:6: ports[1].name: another port is called web (ports[0].name, line 7): change one of them
                        f:8:21: ports[1].mac: another port has the address 52:54:00:12:34:56 (ports[0].mac, line 7): change one of them
                        f:8:48: ports[1].up: true or false is needed, not "no"
                        f:10:11: log.format: text or json is needed, not "jsn": did you mean "json"?
                        f:11:14: colour: unknown key: known are $schema, networks, ports, control, metrics, writer, owner, keepSockets or log\
                        """
                                .stripIndent());
    }

    @Test
    void anEmptyFileAndOneInAnotherEncodingAreTold() throws IOException {
        assertThat(complaint("")).isEqualTo("f:1:1: the file is empty: write at least {}");
        assertThat(complaint("// only words\n"))
                .isEqualTo("f:1:1: the file is empty: write at least {}");
        byte[] latin = "{\n \"owner\": \"j\u00f6rg\"}".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(complaint(latin)).isEqualTo("f:2:13: not UTF-8: save the file in UTF-8");
        byte[] utf16 = "{}".getBytes(StandardCharsets.UTF_16);
        assertThat(complaint(utf16)).isEqualTo("f:1:1: not UTF-8: save the file in UTF-8");
    }

    @Test
    void whatIsTooLargeOrTooDeepIsRefused() throws IOException {
        assertThat(complaint(" ".repeat(ConfigFile.LARGEST) + "{}"))
                .contains("larger than 1048576 bytes");
        assertThat(complaint("{\"a\":" + "[".repeat(2_000) + "]".repeat(2_000) + "}"))
                .startsWith("f: Document nesting depth");
        assertThat(complaint(unknownKeys(52)).lines()).hasSize(51).endsWith("and 2 more");
    }

    /// The path of a key is kept: with long names around many keys the paths would fill the memory.
    @Test
    void namesAndDepthAreBounded() throws IOException {
        String object = "{\"" + "n".repeat(200) + "\":{\"a\":1,\"b\":2}}";
        assertThat(complaint(object))
                .contains("Name length (200) exceeds the maximum allowed (128");
        assertThat(complaint("{\"a\":".repeat(9) + "1" + "}".repeat(9)))
                .startsWith("f: Document nesting depth (9) exceeds the maximum allowed (8");
    }

    private static String unknownKeys(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "\"k" + i + "\":0")
                .collect(Collectors.joining(",", "{", "}"));
    }

    @Test
    void whatAFileSaysCommandsNoTerminal() throws IOException {
        assertThat(complaint("{\"owner\": \"\\u001b[31m red\"}"))
                .isEqualTo("f:1:2: owner: a user's name or UID:GID is needed, not \"?[31m red\"");
        assertThat(complaint("{\"\\u001b[2J\\n\": 1}")).startsWith("f:1:2: ?[2J?: unknown key");
    }
}
