package switchd.daemon.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NotConnectedTest {
    @TempDir private Path folder = Path.of("");

    private Path socket(String permissions) throws IOException {
        Path socket = Files.createFile(folder.resolve("control.sock"));
        return Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void theGroupIsNamedWhereItMayConnect() throws IOException {
        Path socket = socket("rw-rw----");
        String group = Files.getAttribute(socket, "posix:group").toString();

        assertThat(NotConnected.cure(socket)).endsWith("as a member of the group " + group);
    }

    @Test
    void aGroupThatMayNotIsNoCure() throws IOException {
        assertThat(NotConnected.cure(socket("rw-r-----")))
                .startsWith("run this with sudo")
                .doesNotContain("member of the group")
                .contains("--control-group");
    }
}
