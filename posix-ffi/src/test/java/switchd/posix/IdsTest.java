package switchd.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.core.UsageException;

/// Numbers of users and groups, as a directory service gives them too.
final class IdsTest {
    @ParameterizedTest
    @ValueSource(strings = {"0", "501", "2147483647", "2147483648", "4294967294"})
    void everyNumberOfTheKernelIsTaken(String number) {
        int id = Ids.parse(number).orElseThrow();

        assertThat(Integer.toUnsignedLong(id)).isEqualTo(Long.parseLong(number));
        assertThat(Ids.text(id)).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "+1", "4294967295", "9999999999", "42949672940", "٣", "1 "})
    void whatIsNoneIsNot(String text) {
        assertThat(Ids.parse(text)).isEmpty();
    }

    @Test
    void anOwnerByNumbers() throws UsageException {
        try (Arena arena = Arena.ofConfined()) {
            Posix posix = new NativePosix(arena);

            assertThat(Owner.named(posix, "1187654321:1187600513"))
                    .isEqualTo(new Owner(1_187_654_321, 1_187_600_513));
            assertThat(Owner.named(posix, "4294967294:4294967294")).isEqualTo(new Owner(-2, -2));
            assertThat(new Owner(-2, 20)).hasToString("4294967294:20");
            for (String none : new String[] {"4294967295:20", "501:4294967295", "501:", ":20"}) {
                assertThatThrownBy(() -> Owner.named(posix, none))
                        .isInstanceOf(UsageException.class)
                        .hasMessageContaining("UID:GID takes two numbers");
            }
        }
    }

    @Test
    void aGroupByItsNumber() throws UsageException {
        assertThat(Group.named("1187600513")).isEqualTo(1_187_600_513);
        assertThat(Group.named("4294967294")).isEqualTo(-2);
        assertThatThrownBy(() -> Group.named("4294967295"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("there is no group '4294967295'");
    }
}
