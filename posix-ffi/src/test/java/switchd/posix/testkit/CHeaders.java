package switchd.posix.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.StructLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/// Holds our constants and layouts against the installed C headers: a C compiler is the judge, and
/// nothing is run.
public final class CHeaders {
    private static final Path COMPILER = Path.of("/usr/bin/gcc");

    private final StringBuilder source =
            new StringBuilder("#define _GNU_SOURCE\n#include <stddef.h>\n");

    /// @param headers in the order in which they are included
    public CHeaders(String... headers) {
        for (String header : headers) {
            source.append("#include <").append(header).append(">\n");
        }
    }

    /// Expects a C expression to have a value, as a number of 32 bits.
    public CHeaders constant(String expression, long value) {
        source.append(
                "_Static_assert((unsigned int) (%s) == %dU, \"%s is not %d\");\n"
                        .formatted(expression, value & 0xffff_ffffL, expression, value));
        return this;
    }

    /// Expects a struct to have the size of `layout` and its members to lie where those of the same
    /// names do.
    public CHeaders struct(String name, StructLayout layout) {
        size(name, layout);
        return members(name, layout);
    }

    /// Expects a struct to have the size of `layout`.
    public CHeaders size(String name, MemoryLayout layout) {
        return constant("sizeof(" + name + ")", layout.byteSize());
    }

    /// Expects the members of a struct to lie where those of `layout` with the same names do.
    public CHeaders members(String name, StructLayout layout) {
        for (MemoryLayout member : layout.memberLayouts()) {
            member.name()
                    .ifPresent(field -> {
                        long at = layout.byteOffset(PathElement.groupElement(field));
                        constant("offsetof(" + name + ", " + field + ")", at);
                        String value = "((" + name + " *) 0)->" + field;
                        constant("sizeof(" + value + ")", member.byteSize());
                    });
        }
        return this;
    }

    /// Asks the compiler.
    public void check() throws IOException, InterruptedException {
        assumeTrue(Files.isExecutable(COMPILER), "no C compiler: " + COMPILER);
        Path file = Files.createTempFile("headers", ".c");
        try {
            Files.writeString(file, source);
            Process compiler =
                    new ProcessBuilder(COMPILER.toString(), "-fsyntax-only", file.toString())
                            .redirectErrorStream(true)
                            .start();
            String output = new String(compiler.getInputStream().readAllBytes(), UTF_8);
            assertThat(compiler.waitFor()).as(output).isZero();
        } finally {
            Files.delete(file);
        }
    }
}
