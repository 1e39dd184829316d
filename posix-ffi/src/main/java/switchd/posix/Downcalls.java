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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The only place that links C functions.
///
/// Symbols come from the library that the system property `switchd.libc` names (a path) where it is
/// set, else from the C library of the process.
@SuppressWarnings("restricted")
public final class Downcalls {
    /// Where a linked function leaves its error number. One segment an owner, never shared by
    /// threads.
    public static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();

    private static final VarHandle ERRNO = CALL_STATE.varHandle(PathElement.groupElement("errno"));
    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LOOKUP = lookup();

    private Downcalls() {}

    /// Links a function that sets `errno`; its handle takes a [#CALL_STATE] segment first.
    ///
    /// @throws java.util.NoSuchElementException where the library has no such function
    public static MethodHandle link(
            String name, FunctionDescriptor type, Linker.Option... options) {
        return link(LOOKUP.findOrThrow(name), type, options);
    }

    /// Links a function whose `errno` nobody reads, so that any thread may call it.
    ///
    /// @throws java.util.NoSuchElementException where the library has no such function
    public static MethodHandle linkWithoutErrno(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(LOOKUP.findOrThrow(name), type);
    }

    /// A pointer to a struct that the C library owns.
    public static AddressLayout pointerTo(MemoryLayout target) {
        return ValueLayout.ADDRESS.withTargetLayout(target);
    }

    /// The error number that the last call with `callState` left.
    public static int errno(MemorySegment callState) {
        return (int) ERRNO.get(callState, 0L);
    }

    private static MethodHandle link(
            MemorySegment symbol, FunctionDescriptor type, Linker.Option... options) {
        Linker.Option[] all =
                Stream.concat(
                                Stream.of(Linker.Option.captureCallState("errno")),
                                Stream.of(options))
                        .toArray(Linker.Option[]::new);
        return LINKER.downcallHandle(symbol, type, all);
    }

    private static SymbolLookup lookup() {
        @Nullable String library = System.getProperty("switchd.libc");
        return library == null
                ? LINKER.defaultLookup()
                : SymbolLookup.libraryLookup(Path.of(library), Arena.global());
    }
}
