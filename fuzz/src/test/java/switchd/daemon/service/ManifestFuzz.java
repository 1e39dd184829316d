package switchd.daemon.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static switchd.fuzz.Check.that;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import switchd.core.HostException;
import switchd.fuzz.Scratch;

/// What an installation has noted: it reads the same once it is written again, or it is damaged.
public final class ManifestFuzz {
    private ManifestFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
        try {
            Manifest manifest = read(bytes);
            for (Manifest.Entry entry : manifest.entries()) {
                that(manifest.made(entry.path()), "an entry is missing");
            }
            Manifest again = read(manifest.json().getBytes(UTF_8));
            that(again.equals(manifest), "another manifest");
        } catch (HostException e) {
            that(e.getMessage() != null && !e.getMessage().isEmpty(), "refused without a word");
        }
    }

    private static Manifest read(byte[] text) throws IOException, HostException {
        Path file = Scratch.file(text);
        int uid = (Integer) Files.getAttribute(file, "unix:uid");
        return Manifest.read(file, new RootOnly(uid, file));
    }
}
