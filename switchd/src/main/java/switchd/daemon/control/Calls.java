package switchd.daemon.control;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import switchd.core.SwitchdException;

/// The calls of one client, one at a time, each within a bounded time. For the control thread
/// alone.
final class Calls {
    private static final Logger LOG = System.getLogger(Calls.class.getName());
    private static final long LONGEST = TimeUnit.SECONDS.toNanos(10);
    private static final long TELLING = TimeUnit.SECONDS.toNanos(1);

    private final Client client;
    private final ControlLoop loop;
    private @Nullable Call current;

    Calls(Client client, ControlLoop loop) {
        this.client = client;
        this.loop = loop;
    }

    /// A call that waits for its result.
    private static final class Call {
        private final Request request;

        /// When it began, or has got on since.
        private long moved;

        /// When the client was told of it.
        private long told;

        private Call(Request request, long began) {
            this.request = request;
            this.moved = began;
            this.told = began;
        }
    }

    boolean isBusy() {
        return current != null;
    }

    /// Serves a request; it may be answered when this returns.
    void serve(byte[] line) {
        if (line.length == 0) {
            return;
        }
        Request request;
        try {
            request = Request.parse(line);
        } catch (Request.Invalid e) {
            client.send(e.answer(), null);
            return;
        }
        Call call = new Call(request, loop.now());
        current = call;
        CompletableFuture<?> result = start(request);
        boolean answered = result.isDone();
        var _ =
                result.whenComplete((value, failure) -> {
                    if (answered) {
                        answer(call, value, failure);
                    } else {
                        loop.execute(() -> answer(call, value, failure));
                    }
                });
    }

    private CompletableFuture<?> start(Request request) {
        try {
            return loop.methods().find(request.method(), client).call(request.params(), client);
        } catch (SwitchdException | RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e); // whatever it is ends this call only
        }
    }

    private void answer(Call call, @Nullable Object value, @Nullable Throwable failure) {
        if (call != current) {
            release(value); // it came too late
            return;
        }
        current = null;
        if (failure != null) {
            fail(call.request, failure);
            return;
        }
        try {
            succeed(call.request, value);
        } catch (RuntimeException | Error e) {
            release(value);
            fail(call.request, e);
        }
    }

    private void succeed(Request request, @Nullable Object value) {
        switch (value) {
            case Method.HandOver(Object result, int descriptor) when !request.isNotification() ->
                    client.send(JsonRpc.answer(request.id(), result), loop.descriptor(descriptor));
            case Method.HandOver _ -> release(value);
            case Method.Then(var result, Runnable afterwards) -> {
                client.afterwards(afterwards);
                say(request, JsonRpc.answer(request.id(), result));
            }
            case Method.Subscribed(Object result, Object first) -> {
                say(request, JsonRpc.answer(request.id(), result));
                client.event(JsonRpc.notification("event", first));
            }
            case null, default -> say(request, JsonRpc.answer(request.id(), value));
        }
    }

    private void fail(Request request, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        switch (cause) {
            case RpcException e -> say(request, failure(request, e.code(), e.getMessage()));
            case SwitchdException e ->
                    say(request, failure(request, ErrorCode.of(e), e.getMessage()));
            case RejectedExecutionException _, CancellationException _ ->
                    say(
                            request,
                            failure(
                                    request,
                                    ErrorCode.HOST_REFUSED,
                                    "the daemon is being stopped"));
            default -> {
                LOG.log(Level.ERROR, "control: " + request.method() + " failed", cause);
                say(
                        request,
                        failure(request, ErrorCode.INTERNAL_ERROR, request.method() + " failed"));
            }
        }
    }

    private static byte[] failure(Request request, ErrorCode code, String text) {
        return JsonRpc.failure(request.id(), code, text);
    }

    private void say(Request request, byte[] answer) {
        if (!request.isNotification()) {
            client.send(answer, null);
        }
    }

    /// Ends a call that has lasted too long; its client may ask for something else.
    ///
    /// @return nanoseconds that are left to one that has not
    long expire() {
        Call call = current;
        if (call == null) {
            return Long.MAX_VALUE;
        }
        long left = call.moved + LONGEST - loop.now();
        if (left <= 0) {
            current = null;
            fail(
                    call.request,
                    new RpcException(
                            ErrorCode.TIMED_OUT,
                            call.request.method()
                                    + " is not done after 10 s: ask for the status, see the log"));
        }
        return Math.max(0, left);
    }

    /// As [Caller#progress], of the call that is being started.
    Runnable progress() {
        Call call = current;
        return () -> loop.execute(() -> moved(call));
    }

    /// The time that a call has begins anew, and the client's, as it is told.
    private void moved(@Nullable Call call) {
        if (call != null && call == current) {
            call.moved = loop.now();
            if (call.moved - call.told > TELLING && !call.request.isNotification()) {
                call.told = call.moved;
                client.send(
                        JsonRpc.notification("progress", Map.of("method", call.request.method())),
                        null);
            }
        }
    }

    /// Lets nobody wait for what is under way.
    void abandon() {
        current = null;
    }

    private void release(@Nullable Object value) {
        if (value instanceof Method.HandOver handOver) {
            loop.descriptor(handOver.descriptor()).close();
        }
    }
}
