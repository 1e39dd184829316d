package switchd.posix;

import java.lang.foreign.FunctionDescriptor;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import switchd.core.Kernel;

/// A C function as this program calls it.
///
/// @param name its name in C
/// @param type its result and arguments, those included that are passed as variable ones; an
///   address that the caller computed is a [Downcalls#POINTER]
/// @param fixed how many arguments go before the variable ones; empty where it is not variadic
public record Prototype(String name, FunctionDescriptor type, Optional<Integer> fixed) {
    private static final Set<String> INODE64 = Set.of("stat", "lstat", "fstat");

    static Prototype fixed(String name, FunctionDescriptor type) {
        return new Prototype(name, type, Optional.empty());
    }

    /// The symbols under which the library may have it, the best first.
    List<String> symbols() {
        return symbols(name, Kernel.current(), System.getProperty("os.arch"));
    }

    /// As [#symbols()], for any function, kernel and architecture.
    ///
    /// @param architecture as the JVM names it: x86-64 is `x86_64` on macOS, `amd64` elsewhere
    public static List<String> symbols(String name, Kernel kernel, String architecture) {
        boolean x86 = architecture.equals("x86_64") || architecture.equals("amd64");
        // The plain name means 32-bit inode numbers on x86-64 macOS.
        return kernel == Kernel.DARWIN && x86 && INODE64.contains(name)
                ? List.of(name + "$INODE64", name)
                : List.of(name);
    }
}
