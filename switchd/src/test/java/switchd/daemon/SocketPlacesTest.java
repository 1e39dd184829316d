package switchd.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import switchd.core.UsageException;
import switchd.posix.Owner;

final class SocketPlacesTest {
    @Test
    void whoCalledSudoMayHaveTheNumbersOfADirectoryService() throws UsageException {
        assertThat(SocketPlaces.caller("501", "20")).isEqualTo(new Owner(501, 20));
        assertThat(SocketPlaces.caller("1187654321", "4294967294"))
                .isEqualTo(new Owner(1_187_654_321, -2));
    }

    @Test
    void whatIsNoNumberIsNotBelieved() {
        for (String none : new String[] {"", "-1", "root", "4294967295", "99999999999"}) {
            assertThatThrownBy(() -> SocketPlaces.caller(none, "20"))
                    .isInstanceOf(UsageException.class)
                    .hasMessageContaining("SUDO_UID");
        }
    }
}
