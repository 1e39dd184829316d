package switchd.posix;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// The only place that links C functions.
///
/// Symbols come from the library that the system property `switchd.libc` names (a path) and from
/// what that depends on where it is set, else from the C library of the process. That one answers
/// for other descriptors, files and processes, with other error numbers: where `switchd.libc` is
/// set, nothing is taken from it but what cannot fail.
///
/// A function that the library lacks matters only when it is called: it fails with ENOSYS then, as
/// a system call does that the kernel lacks, and the log names it once. One that cannot fail throws
/// an [UnsatisfiedLinkError] that names function and library.
///
/// No function is linked as `critical`: any may block.
@SuppressWarnings("restricted")
public final class Downcalls {
    /// Where a linked function leaves its error number. One segment an owner, never shared by
    /// threads.
    public static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();

    /// A pointer that the caller computed, as a number: no segment is made for a place within
    /// another one.
    public static final ValueLayout.OfLong POINTER = ValueLayout.JAVA_LONG.withName("pointer");

    static final VarHandle ERRNO = CALL_STATE.varHandle(PathElement.groupElement("errno"));

    private static final @Nullable String LIBRARY = System.getProperty("switchd.libc");
    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LOOKUP = lookup();
    private static final Linker.Option SETS_ERRNO = Linker.Option.captureCallState("errno");
    private static final Queue<Prototype> LINKED = new ConcurrentLinkedQueue<>();

    private Downcalls() {}

    /// Links a function that sets `errno`; its handle takes a [#CALL_STATE] segment first.
    public static MethodHandle link(String name, FunctionDescriptor type) {
        Prototype prototype = Prototype.fixed(name, type);
        return link(prototype, SETS_ERRNO).orElseGet(() -> failing(prototype));
    }

    /// As [#link], for a function that some libraries lack: that is worth no line in the log.
    public static MethodHandle linkOptional(String name, FunctionDescriptor type) {
        return link(Prototype.fixed(name, type), SETS_ERRNO)
                .orElseGet(() -> MissingFunction.notImplemented(type, null));
    }

    /// As [#link], for a variadic function: arm64 macOS passes such arguments on the stack.
    ///
    /// @param fixed how many arguments go before the variable ones
    public static MethodHandle linkVariadic(String name, int fixed, FunctionDescriptor type) {
        Prototype prototype = new Prototype(name, type, Optional.of(fixed));
        return link(prototype, SETS_ERRNO, Linker.Option.firstVariadicArg(fixed))
                .orElseGet(() -> failing(prototype));
    }

    /// Links a function whose `errno` nobody reads, for it cannot fail or any thread is to call it.
    public static MethodHandle linkWithoutErrno(String name, FunctionDescriptor type) {
        Prototype prototype = Prototype.fixed(name, type);
        return link(prototype)
                .orElseGet(() -> MissingFunction.throwing(complaint(prototype), type));
    }

    /// Links a function of a library that some machines lack, whose `errno` nobody reads; it stays
    /// loaded.
    ///
    /// @param libraries names of the library, as the linker knows them, the best first
    /// @return empty where none of them is there, or has no such function
    public static Optional<MethodHandle> linkFrom(
            List<String> libraries, String name, FunctionDescriptor type) {
        return libraries.stream()
                .flatMap(library -> library(library).stream())
                .findFirst()
                .flatMap(library -> library.find(name))
                .map(symbol -> LINKER.downcallHandle(symbol, type));
    }

    private static Optional<SymbolLookup> library(String name) {
        try {
            return Optional.of(SymbolLookup.libraryLookup(name, Arena.global()));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }

    /// A pointer to a struct that the C library owns.
    public static AddressLayout pointerTo(MemoryLayout target) {
        return ValueLayout.ADDRESS.withTargetLayout(target);
    }

    /// The error number that the last call with `callState` left.
    public static int errno(MemorySegment callState) {
        return (int) ERRNO.get(callState, 0L);
    }

    /// What to throw where a handle threw, which only that of a missing function does.
    public static Error unexpected(Throwable thrown) {
        return thrown instanceof Error error ? error : new AssertionError(thrown);
    }

    /// Every function linked so far, as this program calls it: found in the library or not.
    public static List<Prototype> linked() {
        return List.copyOf(LINKED);
    }

    private static Optional<MethodHandle> link(Prototype prototype, Linker.Option... options) {
        LINKED.add(prototype);
        boolean canFail = options.length > 0;
        return prototype.symbols().stream()
                .flatMap(symbol -> LOOKUP.find(symbol).stream())
                .filter(symbol -> !canFail || LIBRARY == null || !isOfProcess(prototype, symbol))
                .findFirst()
                .map(symbol -> LINKER.downcallHandle(symbol, prototype.type(), options));
    }

    private static boolean isOfProcess(Prototype prototype, MemorySegment symbol) {
        return LINKER.defaultLookup().find(prototype.name()).filter(symbol::equals).isPresent();
    }

    private static MethodHandle failing(Prototype prototype) {
        return MissingFunction.notImplemented(prototype.type(), complaint(prototype));
    }

    private static String complaint(Prototype prototype) {
        String library = LIBRARY == null ? "the C library" : "switchd.libc=" + LIBRARY;
        return library + " has no function " + prototype.name();
    }

    private static SymbolLookup lookup() {
        return LIBRARY == null
                ? LINKER.defaultLookup()
                : SymbolLookup.libraryLookup(Path.of(LIBRARY), Arena.global());
    }
}
