package switchd.posix;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ProcessIdsTest {
    @Test
    void aProcessActsForAnotherWhereUserOrGroupDiffer() {
        assertThat(new ProcessIds(501, 501, 20, 20).actsForAnother()).isFalse();
        assertThat(new ProcessIds(501, 0, 20, 20).actsForAnother()).isTrue();
        assertThat(new ProcessIds(501, 501, 20, 0).actsForAnother()).isTrue();
    }

    @Test
    void thisProcessIsWhoseItsFilesAre() throws IOException {
        Path file = Files.createTempFile("switchd", "ids");
        try {
            ProcessIds ids = ProcessIds.current();
            assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(ids.effectiveUser());
            assertThat(ids.actsForAnother()).isFalse();
        } finally {
            Files.delete(file);
        }
    }
}
