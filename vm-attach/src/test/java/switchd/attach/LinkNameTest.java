package switchd.attach;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.posix.Credentials;
import switchd.posix.Owner;

class LinkNameTest {
    private static final SocketAccess ACCESS = SocketAccess.privateTo(new Owner(-2, -2));
    private static final String PLACE = LinkName.place(ACCESS, "/run/switchd/web/net.sock");

    @Test
    void whatIsWrittenIsReadAgain() {
        Credentials vm = new Credentials(4_194_304, -2, -2);
        LinkName longest = new LinkName("a".repeat(32), LinkName.Kind.DESCRIPTOR, PLACE, vm);
        LinkName unknown = new LinkName("web", LinkName.Kind.DATAGRAM, PLACE, null);
        assertThat(LinkName.parse(longest.toString())).contains(longest);
        assertThat(LinkName.parse(unknown.toString())).contains(unknown);
        // A message of the keeper holds it, and its verb.
        assertThat(longest.toString()).hasSizeLessThan(127).matches("[A-Za-z0-9.-]+");
    }

    @Test
    void anotherPathIsAnotherPlace() {
        assertThat(LinkName.place(ACCESS, "/tmp/net.sock")).isNotEqualTo(PLACE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "stored",
                "web.stream.0-0-600-1",
                "web/.datagram.0-0-600-1",
                "web.datagram.0-0-600-1.1-2",
                "web.datagram.0-0-600-1.1-4294967295-0",
                "web.datagram.0-0-600-1.9999999999-0-0"
            })
    void whatIsNoNameIsNone(String text) {
        assertThat(LinkName.parse(text)).isEmpty();
    }
}
