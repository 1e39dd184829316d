package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// Who may do what with a file.
final class Access {
    private Access() {}

    static void check(Path path, String mode, String owner) throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .as(path.toString())
                .isEqualTo(mode);
        assertThat(Files.getOwner(path).getName()).as(path.toString()).isEqualTo(owner);
    }
}
