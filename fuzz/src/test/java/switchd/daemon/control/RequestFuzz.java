package switchd.daemon.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static switchd.fuzz.Check.that;

import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import switchd.core.HostException;
import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.daemon.capture.CaptureParams;
import tools.jackson.databind.JsonNode;

/// A line of a client: a request that reads the same once it is written again, or an answer that
/// says what is wrong with it, in one line of JSON. Its parameters make the record of its method,
/// or a message.
public final class RequestFuzz {
    private static final Peer CALLER = new Peer(1000, 1000, Set.of(1000), 1);

    private RequestFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) throws SwitchdException {
        Request request;
        try {
            request = Request.parse(bytes);
        } catch (Request.Invalid e) {
            isFailure(e.answer());
            return;
        }
        byte[] again = JsonRpc.request(1, request.method(), request.params());
        try {
            Request same = Request.parse(Arrays.copyOf(again, again.length - 1));
            that(same.method().equals(request.method()), "another method");
            // By what is written: a number that is too large for a double becomes another one.
            byte[] third = JsonRpc.request(1, same.method(), same.params());
            that(Arrays.equals(third, again), "other parameters");
        } catch (Request.Invalid e) {
            throw new AssertionError("what was a request is none: " + e.getMessage(), e);
        }
        @Nullable String refusal = refusal(request);
        if (refusal != null) {
            isFailure(JsonRpc.failure(request.id(), ErrorCode.INVALID_PARAMS, refusal));
        }
    }

    private static @Nullable String refusal(Request request) {
        String method = request.method();
        try {
            switch (method) {
                case "port.add" ->
                        Params.read(method, request.params(), NewPort.class).toSpec(CALLER);
                case "port.capture" ->
                        Params.read(method, request.params(), CaptureParams.class).request();
                case "port.descriptor" ->
                        Params.read(method, request.params(), DescriptorMethods.Wanted.class)
                                .newPort(CALLER)
                                .toSpec(CALLER);
                case "port.show" ->
                        Params.read(method, request.params(), PortMethods.OnePort.class);
                default -> Params.read(method, request.params(), Method.NoParams.class);
            }
            return null;
        } catch (RpcException | UsageException e) {
            that(e.getMessage() != null && !e.getMessage().isEmpty(), "refused without a word");
            return e.getMessage();
        }
    }

    private static void isFailure(byte[] line) throws HostException {
        that(line[line.length - 1] == '\n', "an answer without an end");
        byte[] text = Arrays.copyOf(line, line.length - 1);
        that(new String(text, UTF_8).indexOf('\n') < 0, "an answer of two lines");
        JsonNode answer = JsonRpc.message(text);
        that(answer.path("error").path("message").isString(), "a failure without a message");
        that(answer.has("id"), "an answer without an id");
    }
}
