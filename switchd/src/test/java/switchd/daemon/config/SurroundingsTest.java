package switchd.daemon.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import switchd.posix.ProcessIds;

/// Whose configuration files are believed.
final class SurroundingsTest {
    private static final ProcessIds ROOT = new ProcessIds(0, 0, 0, 0);

    @Test
    void rootBelievesItselfAndWhoCalledSudo() {
        assertThat(Surroundings.trusted(ROOT, null)).containsExactly(0);
        assertThat(Surroundings.trusted(ROOT, "501")).containsExactlyInAnyOrder(0, 501);
        assertThat(Surroundings.trusted(ROOT, "1187654321"))
                .containsExactlyInAnyOrder(0, 1_187_654_321);
        // As a file's owner is told.
        assertThat(Surroundings.trusted(ROOT, "4294967294")).containsExactlyInAnyOrder(0, -2);
        assertThat(Surroundings.trusted(ROOT, "0")).containsExactly(0);
        assertThat(Surroundings.trusted(ROOT, "4294967295")).containsExactly(0);
    }

    @Test
    void aSetUidProgramBelievesNoVariable() {
        assertThat(Surroundings.trusted(new ProcessIds(501, 0, 20, 0), "501")).containsExactly(0);
    }

    @Test
    void aUserBelievesAnybody() {
        assertThat(Surroundings.trusted(new ProcessIds(501, 501, 20, 20), "0")).isNull();
    }
}
