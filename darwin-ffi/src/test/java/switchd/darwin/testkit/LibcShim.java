package switchd.darwin.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import switchd.darwin.Darwin;
import tools.jackson.databind.JsonNode;

/// A library with the functions of Darwin's that this program calls, in front of any [Darwin]: what
/// the system property `switchd.libc` names in a test of the whole native boundary.
///
/// [#build] makes it; a JVM that was started with the property, see [OwnJvm], lets it call a kernel
/// in memory by [#connect].
@SuppressWarnings("restricted")
public final class LibcShim {
    private static final Path COMPILER = Path.of("/usr/bin/cc");
    private static final Linker LINKER = Linker.nativeLinker();
    private static final AddressLayout ADDRESS =
            ValueLayout.ADDRESS.withTargetLayout(
                    MemoryLayout.sequenceLayout(Long.MAX_VALUE, ValueLayout.JAVA_BYTE));

    private final Darwin kernel;
    private final Queue<Throwable> thrown = new ConcurrentLinkedQueue<>();

    private LibcShim(Darwin kernel) {
        this.kernel = kernel;
    }

    /// Compiles the library. A test that comes here is skipped where there is no C compiler.
    ///
    /// @param without functions that the library lacks
    public static Path build(Path directory, String... without)
            throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(COMPILER), "no C compiler: " + COMPILER);
        Path source =
                Files.writeString(
                        directory.resolve("shim.c"), LibcSource.of(functions(), Set.of(without)));
        Path library = directory.resolve("libshim.so");
        Process compiler =
                new ProcessBuilder(
                                COMPILER.toString(),
                                "-shared",
                                "-fPIC",
                                "-fno-builtin",
                                "-o",
                                library.toString(),
                                source.toString())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(compiler.getInputStream().readAllBytes(), UTF_8);
        assertThat(compiler.waitFor()).as(output).isZero();
        return library;
    }

    /// Has the library that `switchd.libc` names call `kernel`, from whatever thread it is called.
    public static LibcShim connect(Darwin kernel) {
        LibcShim shim = new LibcShim(kernel);
        List<String> functions = functions();
        MemorySegment table =
                SymbolLookup.libraryLookup(
                                Path.of(System.getProperty("switchd.libc")), Arena.global())
                        .findOrThrow("shim_functions")
                        .reinterpret(functions.size() * ValueLayout.ADDRESS.byteSize());
        for (int i = 0; i < functions.size(); i++) {
            table.setAtIndex(ValueLayout.ADDRESS, i, shim.stub(functions.get(i)));
        }
        return shim;
    }

    /// The functions of the library, under their names in C.
    public static List<String> functions() {
        return Arrays.stream(Darwin.class.getMethods())
                .map(Method::getName)
                .map(name -> name.equals("getegid") ? "getgid" : name)
                .filter(name -> !name.equals("kevent64_trigger"))
                .distinct()
                .sorted()
                .toList();
    }

    /// Fails where the kernel threw instead of answering: the caller got EFAULT.
    public void check() {
        for (Throwable failure : thrown) {
            throw new AssertionError(failure);
        }
    }

    private MemorySegment stub(String name) {
        JsonNode function = Abi.table().required("functions").required(name);
        MemoryLayout[] arguments =
                LibcSource.arguments(function).stream()
                        .map(LibcShim::layout)
                        .toArray(MemoryLayout[]::new);
        String result = function.required("ffm").required("return").stringValue();
        FunctionDescriptor type =
                result.equals("void")
                        ? FunctionDescriptor.ofVoid(arguments)
                        : FunctionDescriptor.of(layout(result), arguments);
        MethodHandle method = catching(method(name, type.toMethodType()));
        return LINKER.upcallStub(method, type, Arena.global());
    }

    private MethodHandle method(String name, MethodType type) {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        try {
            return lookup.bind(new LibcCalls(kernel), name, type);
        } catch (NoSuchMethodException _) {
            try {
                return lookup.findVirtual(Darwin.class, name, type).bindTo(kernel);
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(name, e);
            }
        } catch (IllegalAccessException e) {
            throw new LinkageError(name, e);
        }
    }

    /// Nothing may be thrown through C.
    private MethodHandle catching(MethodHandle method) {
        Class<?> type = method.type().returnType();
        MethodHandle failed =
                type == MemorySegment.class
                        ? MethodHandles.constant(type, MemorySegment.NULL)
                        : MethodHandles.explicitCastArguments(
                                MethodHandles.constant(long.class, -Abi.constant("EFAULT")),
                                MethodType.methodType(type));
        try {
            MethodHandle note =
                    MethodHandles.lookup()
                            .bind(this, "note", MethodType.methodType(void.class, Throwable.class));
            return MethodHandles.catchException(
                    method, Throwable.class, MethodHandles.filterReturnValue(note, failed));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError("note", e);
        }
    }

    @SuppressWarnings("unused") // by its handle
    private void note(Throwable failure) {
        failure.printStackTrace();
        thrown.add(failure);
    }

    private static MemoryLayout layout(String kind) {
        return switch (kind) {
            case "JAVA_INT" -> ValueLayout.JAVA_INT;
            case "JAVA_LONG" -> ValueLayout.JAVA_LONG;
            case "JAVA_SHORT" -> ValueLayout.JAVA_SHORT;
            case "ADDRESS" -> ADDRESS;
            default -> throw new AssertionError(kind);
        };
    }
}
