package switchd.daemon.service;

import java.nio.file.Path;
import java.util.List;

/// One thing that an installation does. Paths are absolute, as the service sees them; all files
/// belong to root.
public sealed interface Step {
    /// Makes a directory where there is none.
    record Directory(String path, int mode) implements Step {}

    /// Writes a file, in the place of an older one.
    record Text(String path, int mode, String content) implements Step {}

    /// Copies a file, in the place of an older one.
    record Copy(Path source, String path, int mode) implements Step {}

    /// Makes a symbolic link, in the place of an older one.
    record Link(String path, String target) implements Step {}

    /// Has an installed command make the cache of its classes. Where it cannot, all goes on
    /// without.
    ///
    /// @param command absolute path of the command
    /// @param path the cache, which the command knows itself
    record Cache(String command, String path) implements Step {}

    /// Runs a program.
    ///
    /// @param command its absolute path and its arguments; empty for none, where only `undo`
    ///   matters
    /// @param undo what takes it back; empty where nothing does
    record Run(List<String> command, List<String> undo) implements Step {
        /// A program whose work needs not be taken back.
        static Run of(String... command) {
            return new Run(List.of(command), List.of());
        }
    }

    /// Waits until a program fails, which says that something is gone.
    ///
    /// @param command its absolute path and its arguments
    record Gone(List<String> command) implements Step {}
}
