package switchd.darwin;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import switchd.core.Errno;
import switchd.darwin.testkit.LibcShim;
import switchd.posix.Downcalls;
import switchd.posix.Prototype;

/// Makes every call of [Darwin] once with arguments that tell, and once so that it fails; run in a
/// JVM of its own by [LibcShimTest].
final class EveryCall {
    private static final Set<String> WITHOUT_ERRNO =
            Set.of("geteuid", "getegid", "getpid", "umask", "kevent64_trigger");

    private final Arena arena = Arena.ofConfined();
    private final List<List<Object>> arrived = new ArrayList<>();
    private Object answer = 0;

    private EveryCall() {}

    /// Ends with an exception where a call did not arrive as it was made.
    public static void main(String... arguments) throws Exception {
        new EveryCall().run();
    }

    private void run() throws Exception {
        LibcShim shim = LibcShim.connect(recorder());
        Darwin darwin = new NativeDarwin(arena);
        for (Method method : Darwin.class.getMethods()) {
            List<Object> sent = new ArrayList<>();
            for (Parameter parameter : method.getParameters()) {
                sent.add(telling(parameter, sent.size()));
            }
            answer = telling(method);
            @Nullable Object result = method.invoke(darwin, sent.toArray());
            assertThat(arrived).containsExactly(inC(method.getName(), sent));
            assertThat(result)
                    .as(method.getName())
                    .isEqualTo(method.getReturnType() == void.class ? null : answer);
            arrived.clear();
            if (method.getReturnType() == int.class || method.getReturnType() == long.class) {
                fail(darwin, method, sent);
            }
        }
        assertThat(LibcShim.functions())
                .containsAll(Downcalls.linked().stream().map(Prototype::name).toList());
        shim.check();
    }

    private void fail(Darwin darwin, Method method, List<Object> sent) throws Exception {
        if (WITHOUT_ERRNO.contains(method.getName())) {
            return;
        }
        answer = -Errno.ENOBUFS.number();
        if (method.getReturnType() == long.class) {
            answer = (long) -Errno.ENOBUFS.number();
        }
        assertThat(method.invoke(darwin, sent.toArray())).as(method.getName()).isEqualTo(answer);
        arrived.clear();
    }

    private Darwin recorder() {
        return (Darwin)
                Proxy.newProxyInstance(
                        Darwin.class.getClassLoader(),
                        new Class<?>[] {Darwin.class},
                        (_, method, arguments) -> {
                            List<Object> list =
                                    arguments == null ? List.of() : Arrays.asList(arguments);
                            arrived.add(inC(method.getName(), list));
                            return method.getReturnType() == void.class ? null : answer;
                        });
    }

    /// A value of the parameter that no truncation, extension or exchange leaves as it is.
    private Object telling(Parameter parameter, int place) {
        boolean creates = parameter.getDeclaringExecutable().getParameterCount() == 3;
        return switch (parameter.getName()) {
            case "offset" -> 8L;
            case "count" -> parameter.getType() == long.class ? (Object) 16L : (Object) 1;
            case "mode", "mask" -> 0x81ed;
            case "flags" -> creates ? 0x0a02 : 0x0102;
            default -> {
                if (parameter.getType() == MemorySegment.class) {
                    yield arena.allocate(256);
                }
                if (parameter.getType() == long.class) {
                    yield 0x8020_426cL + ((long) place << 40);
                }
                yield place % 2 == 0 ? 0x1234_5678 + place : -0x1234_5678 - place;
            }
        };
    }

    private Object telling(Method method) {
        if (method.getName().equals("umask")) {
            return 0x1ed;
        }
        if (method.getReturnType() == MemorySegment.class) {
            return arena.allocate(1);
        }
        return method.getReturnType() == long.class
                ? (Object) 0x1_2345_6789L
                : (Object) 0x789a_bcde;
    }

    /// A call as C sees it: pointers as numbers.
    private static List<Object> inC(String name, List<Object> arguments) {
        List<Object> call = new ArrayList<>(List.of(name));
        for (Object argument : arguments) {
            call.add(
                    argument instanceof MemorySegment segment
                            ? (Object) segment.address()
                            : argument);
        }
        switch (name) {
            case "read", "write", "sendmsg_x" -> {
                call.set(2, (long) call.get(2) + (long) call.remove(3));
            }
            case "kevent64_trigger" -> {
                call.set(0, "kevent64");
                call.addAll(List.of(1, 0L, 0, 0, 0L));
            }
            default -> {}
        }
        return call;
    }
}
