package switchd.daemon.service;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import switchd.core.HostException;

/// What runs as root: the image (`lib`, and `share` with what is not code) and the JDK.
///
/// @param image the folder that holds `lib`
/// @param jdk home of the JDK
record Payload(Path image, Path jdk) {
    private static final int EXECUTABLE = 0111;

    /// What runs now.
    ///
    /// @throws HostException where it is no image
    static Payload running() throws HostException {
        Module module = Payload.class.getModule();
        Optional<URI> jar =
                Optional.ofNullable(module.getLayer())
                        .flatMap(layer -> layer.configuration().findModule(module.getName()))
                        .flatMap(resolved -> resolved.reference().location());
        Path lib = jar.isEmpty() ? null : Path.of(jar.get()).getParent();
        if (lib == null || !lib.endsWith("lib") || lib.getParent() == null) {
            throw new HostException(
                    "this is not run from an image, " + jar + ": run bin/switchd install");
        }
        return new Payload(lib.getParent(), Path.of(System.getProperty("java.home")));
    }

    /// True where the JVM is a part of the image.
    boolean hasOwnJdk() {
        return jdk.startsWith(image);
    }

    /// The folders of the image, below it.
    List<Path> folders() {
        return Stream.of("lib", "share").map(image::resolve).filter(Files::isDirectory).toList();
    }

    /// The steps that copy a folder, with all that is in it.
    static List<Step> copy(Path folder, String target) throws HostException {
        List<Step> steps = new ArrayList<>();
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) all.sorted()::iterator) {
                String there =
                        folder.equals(path) ? target : target + "/" + folder.relativize(path);
                if (Files.isSymbolicLink(path)) {
                    steps.add(new Step.Link(there, targetWithin(folder, path)));
                } else if (Files.isDirectory(path)) {
                    steps.add(new Step.Directory(there, 0755));
                } else {
                    steps.add(new Step.Copy(path, there, isExecutable(path) ? 0755 : 0644));
                }
            }
        } catch (IOException e) {
            throw new HostException("cannot look at " + folder + ": " + Reason.of(e));
        }
        return steps;
    }

    private static boolean isExecutable(Path path) throws IOException {
        return ((Integer) Files.getAttribute(path, "unix:mode") & EXECUTABLE) != 0;
    }

    /// What a link says, where that is in the same folder: anything else is not ours to hand on.
    private static String targetWithin(Path folder, Path link) throws IOException {
        Path target = Files.readSymbolicLink(link);
        Path parent = Objects.requireNonNull(link.getParent());
        if (target.isAbsolute() || !parent.resolve(target).normalize().startsWith(folder)) {
            throw new FileSystemException(
                    link.toString(), null, link + " leads out of it, to " + target);
        }
        return target.toString();
    }
}
