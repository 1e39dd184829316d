package switchd.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import switchd.core.Errno;
import switchd.core.Kernel;

class DowncallsTest {
    @Test
    void aMissingFunctionIsNotImplemented() throws Throwable {
        FunctionDescriptor type = FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS);
        for (MethodHandle missing :
                List.of(
                        Downcalls.link("no_such_function", type),
                        Downcalls.linkOptional("no_such_function", type),
                        Downcalls.linkVariadic("no_such_function", 1, type))) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment callState = arena.allocate(Downcalls.CALL_STATE);
                long result = (long) missing.invokeExact(callState, 1, MemorySegment.NULL);
                assertThat(result).isEqualTo(-1);
                assertThat(Downcalls.errno(callState)).isEqualTo(Errno.ENOSYS.number());
            }
        }
    }

    @Test
    void oneThatCannotFailThrows() {
        MethodHandle missing =
                Downcalls.linkWithoutErrno("no_such_function", FunctionDescriptor.ofVoid(JAVA_INT));
        assertThatThrownBy(
                        () -> {
                            missing.invokeExact(1);
                        })
                .isInstanceOf(UnsatisfiedLinkError.class)
                .hasMessage("the C library has no function no_such_function");
    }

    @Test
    void whatIsLinkedIsListed() {
        FunctionDescriptor type = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT);
        Downcalls.linkVariadic("listed", 1, type);
        assertThat(Downcalls.linked()).contains(new Prototype("listed", type, Optional.of(1)));
    }

    @Test
    void onX86MacTheStatusHas64BitInodes() {
        assertThat(Prototype.symbols("lstat", Kernel.DARWIN, "x86_64"))
                .containsExactly("lstat$INODE64", "lstat");
        assertThat(Prototype.symbols("lstat", Kernel.DARWIN, "amd64"))
                .containsExactly("lstat$INODE64", "lstat");
        assertThat(Prototype.symbols("lstat", Kernel.DARWIN, "aarch64")).containsExactly("lstat");
        assertThat(Prototype.symbols("lstat", Kernel.LINUX, "amd64")).containsExactly("lstat");
    }
}
