package switchd.daemon.control;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import switchd.core.HostException;
import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.daemon.lab.Workspace;

/// A server with methods made for tests, its socket in a folder of its own, and a clock that moves
/// as the test wants.
final class ControlFixture implements AutoCloseable {
    private final Workspace workspace = Workspace.create();
    private final AtomicLong ahead = new AtomicLong();

    /// Results of `later`, in the order of the calls.
    final List<CompletableFuture<Object>> later = new ArrayList<>();

    /// Says that the last `later` gets on.
    volatile Runnable progress = () -> {};

    /// What `then` has done.
    final CompletableFuture<String> afterwards = new CompletableFuture<>();

    final Path socket = workspace.file("control.sock");
    final ControlServer server;

    ControlFixture() {
        try {
            server =
                    ControlServer.start(
                            ControlSocket.open(spec(socket)),
                            new Methods(methods(), _ -> false),
                            () -> System.nanoTime() + ahead.get());
        } catch (SwitchdException e) {
            workspace.close();
            throw new AssertionError(e);
        }
    }

    static ControlSpec spec(Path socket) {
        return new ControlSpec(socket, null, null, null);
    }

    Path folder() {
        return workspace.path();
    }

    /// Parameters of `echo`.
    record Echo(@Nullable String text, @Nullable Integer number, @Nullable List<String> list) {}

    /// A result of which no JSON can be made.
    private static final class Unwritable {
        @JsonProperty
        @SuppressWarnings("DoNotCallSuggester") // Jackson calls it
        String text() {
            throw new NoSuchFieldError("an error on purpose");
        }
    }

    private List<Method<?>> methods() {
        return List.of(
                of("echo", Echo.class, (params, _) -> CompletableFuture.completedFuture(params)),
                of("nothing", (_, _) -> CompletableFuture.completedFuture(Map.of())),
                of("large", (_, _) -> CompletableFuture.completedFuture("x".repeat(100_000))),
                of(
                        "usage",
                        (_, _) -> {
                            throw new UsageException("that makes no sense");
                        }),
                of(
                        "host",
                        (_, _) -> CompletableFuture.failedFuture(new HostException("no bridge"))),
                of(
                        "bug",
                        (_, _) -> {
                            throw new IllegalStateException("a bug on purpose");
                        }),
                of(
                        "error",
                        (_, _) -> {
                            throw new NoSuchFieldError("an error on purpose");
                        }),
                of("unwritable", (_, _) -> CompletableFuture.completedFuture(new Unwritable())),
                of(
                        "later",
                        (_, caller) -> {
                            CompletableFuture<Object> result = new CompletableFuture<>();
                            progress = caller.progress();
                            synchronized (later) {
                                later.add(result);
                            }
                            return result;
                        }),
                of(
                        "then",
                        (_, _) ->
                                CompletableFuture.completedFuture(
                                        new Method.Then(
                                                "soon", () -> afterwards.complete("done")))),
                of(
                        "handOver",
                        (_, _) ->
                                CompletableFuture.completedFuture(
                                        new Method.HandOver(
                                                Map.of("what", "an end"), handedOver.get()))),
                of("pause", (_, _) -> pause()),
                of(
                        "subscribe",
                        (_, caller) -> {
                            caller.subscribe();
                            return CompletableFuture.completedFuture(Map.of());
                        }));
    }

    private final AtomicInteger handedOver = new AtomicInteger();

    /// What `handOver` gives away next.
    void handOver(int descriptor) {
        handedOver.set(descriptor);
    }

    private final CompletableFuture<Void> paused = new CompletableFuture<>();
    private final CompletableFuture<Void> goOn = new CompletableFuture<>();

    /// Holds the control thread, which no real method may do.
    private CompletableFuture<String> pause() {
        paused.complete(null);
        goOn.join();
        return CompletableFuture.completedFuture("");
    }

    boolean isPaused() {
        return paused.isDone();
    }

    void goOn() {
        goOn.complete(null);
    }

    private static Method<Method.NoParams> of(String name, Method.Body<Method.NoParams> body) {
        return of(name, Method.NoParams.class, body);
    }

    private static <P> Method<P> of(String name, Class<P> params, Method.Body<P> body) {
        return new Method<>(name, Permission.ADMINISTRATORS, params, body);
    }

    RawClient connect() {
        return new RawClient(socket);
    }

    /// Moves the server's clock, and has it look.
    void advance(long seconds) {
        ahead.addAndGet(seconds * 1_000_000_000L);
        for (int i = 0; i < 2; i++) {
            try (RawClient other = connect()) {
                other.call(1, "nothing").receive();
            }
        }
    }

    int laterCalls() {
        synchronized (later) {
            return later.size();
        }
    }

    /// Descriptors that this process has open.
    static int descriptors() {
        int count = 0;
        try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            for (Path _ : open) {
                count++;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return count;
    }

    @Override
    public void close() {
        server.close();
        workspace.close();
    }
}
