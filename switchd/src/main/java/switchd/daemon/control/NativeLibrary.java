package switchd.daemon.control;

import java.lang.module.ResolvedModule;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.newsclub.net.unix.AFUNIXSocket;
import switchd.core.HostException;

/// Where junixsocket finds its native library: in the image, beside the jars.
///
/// Left to itself it writes the library to `java.io.tmpdir` or, where that is mounted `noexec`, to
/// the home or the current directory, and loads it from there, which is not what a root process
/// should do. The image has it as a file: whoever may change that may change the jars as well. Only
/// where there is no image, as in tests of classes, junixsocket has its way.
final class NativeLibrary {
    private static final String PROPERTY = "org.newsclub.net.unix.library.override.force";

    private NativeLibrary() {}

    /// Says where it is, before junixsocket looks for it.
    ///
    /// @throws HostException where the image lacks it
    static void prepare() throws HostException {
        Module module = AFUNIXSocket.class.getModule();
        ModuleLayer layer = module.getLayer();
        if (layer == null || System.getProperty(PROPERTY) != null) {
            return;
        }
        Optional<Path> library =
                layer.configuration().findModule(module.getName()).flatMap(NativeLibrary::inImage);
        if (library.isPresent()) {
            use(library.get());
        }
    }

    private static void use(Path library) throws HostException {
        if (!Files.isRegularFile(library)) {
            throw new HostException(
                    "a part of switchd is missing: "
                            + library
                            + ": build it anew (`mvn package`), or install it again");
        }
        System.setProperty(PROPERTY, library.toString());
    }

    private static Optional<Path> inImage(ResolvedModule junixsocket) {
        Optional<URI> jar = junixsocket.reference().location();
        Optional<String> version = junixsocket.reference().descriptor().rawVersion();
        if (jar.isEmpty() || version.isEmpty() || !"file".equals(jar.get().getScheme())) {
            return Optional.empty();
        }
        Path folder = Path.of(jar.get()).getParent();
        if (folder == null || !folder.equals(ownFolder())) {
            return Optional.empty();
        }
        String system = System.getProperty("os.name").replace(" ", "");
        String platform = System.getProperty("os.arch") + "-" + system + "-clang";
        return Optional.of(
                folder.resolve("native")
                        .resolve(Path.of("lib", platform, "jni"))
                        .resolve(System.mapLibraryName("junixsocket-native-" + version.get())));
    }

    /// Where switchd's own jar lies; null where that is no file.
    private static @Nullable Path ownFolder() {
        Module own = NativeLibrary.class.getModule();
        ModuleLayer layer = own.getLayer();
        return layer == null
                ? null
                : layer.configuration()
                        .findModule(own.getName())
                        .flatMap(module -> module.reference().location())
                        .filter(location -> "file".equals(location.getScheme()))
                        .map(location -> Path.of(location).getParent())
                        .orElse(null);
    }
}
