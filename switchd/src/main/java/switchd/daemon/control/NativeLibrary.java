package switchd.daemon.control;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.newsclub.net.unix.AFUNIXSocket;
import switchd.core.Kernel;

/// Where junixsocket finds its native library: in the image, beside the jars.
///
/// Left to itself it writes the library to `java.io.tmpdir` or, where that is mounted `noexec`, to
/// the home or the current directory, and loads it from there, which is not what a root process
/// should do: the library is part of the image, so that whoever may change it may change the jars
/// as well. Only where there is no image, as in tests, junixsocket has its way.
final class NativeLibrary {
    private static final String PROPERTY = "org.newsclub.net.unix.library.override.force";

    private NativeLibrary() {}

    /// Says where it is, before any class of junixsocket is used.
    static void prepare() {
        if (System.getProperty(PROPERTY) != null) {
            return;
        }
        Module module = AFUNIXSocket.class.getModule();
        ModuleLayer layer = module.getLayer();
        if (layer == null) {
            return;
        }
        layer.configuration()
                .findModule(module.getName())
                .flatMap(resolved -> resolved.reference().location())
                .map(NativeLibrary::beside)
                .filter(Files::isRegularFile)
                .ifPresent(library -> System.setProperty(PROPERTY, library.toString()));
    }

    private static Path beside(URI location) {
        Path lib =
                location.getScheme().equals("file")
                        ? Path.of(location).resolveSibling("native")
                        : Path.of(System.getProperty("java.home"), "lib", "switchd");
        return lib.resolve(platform()).resolve(System.mapLibraryName("junixsocket-native"));
    }

    /// As junixsocket calls it.
    private static String platform() {
        String kernel = Kernel.current() == Kernel.LINUX ? "Linux" : "MacOSX";
        return System.getProperty("os.arch") + "-" + kernel;
    }
}
