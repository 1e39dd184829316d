package switchd.daemon.control;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;
import switchd.core.HostException;
import switchd.core.SwitchdException;
import switchd.daemon.words.JsonText;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.type.LogicalType;

/// JSON-RPC 2.0 messages, each a line of its own.
final class JsonRpc {
    private static final int MAX_DEPTH = 16;
    private static final int MAX_NUMBER = 32;
    private static final int MAX_NAME = 256;

    /// Reads all that passes the control socket: strict, and bounded in depth, in the length of
    /// numbers and in that of names.
    static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .maxNumberLength(MAX_NUMBER)
                                                    .maxNameLength(MAX_NAME)
                                                    .build())
                                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                                    .build())
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                    .withCoercionConfig(
                            LogicalType.Textual,
                            text -> {
                                text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                                text.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                                text.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
                            })
                    .build();

    private JsonRpc() {}

    /// A request as its line.
    static byte[] request(int id, String method, Object params) {
        ObjectNode message = message();
        message.put("id", id).put("method", method);
        message.set("params", MAPPER.valueToTree(params));
        return line(message);
    }

    /// A notification as its line.
    static byte[] notification(String method, Object params) {
        ObjectNode message = message();
        message.put("method", method);
        message.set("params", MAPPER.valueToTree(params));
        return line(message);
    }

    /// The answer to a request that succeeded, as its line.
    static byte[] answer(JsonNode id, @Nullable Object result) {
        ObjectNode message = message();
        message.set("id", id);
        message.set("result", MAPPER.valueToTree(result));
        return line(message);
    }

    /// The answer to a request that failed, as its line.
    static byte[] failure(JsonNode id, ErrorCode code, String text) {
        ObjectNode message = message();
        message.set("id", id);
        message.putObject("error").put("code", code.number()).put("message", text);
        return line(message);
    }

    private static ObjectNode message() {
        return MAPPER.createObjectNode().put("jsonrpc", "2.0");
    }

    private static byte[] line(ObjectNode message) {
        return (JsonText.line(message) + "\n").getBytes(US_ASCII);
    }

    /// A message that a daemon has sent.
    ///
    /// @throws HostException where it is none
    static JsonNode message(byte[] line) throws HostException {
        try {
            JsonNode message = JsonMapper.shared().readTree(line);
            if (message.isObject()) {
                return message;
            }
        } catch (JacksonException _) {
            // As for every other message that is none.
        }
        String start = new String(line, 0, Math.min(line.length, 80), UTF_8);
        throw new HostException(
                "what answers is no switchd: it said '" + start.strip() + "': check --control");
    }

    /// What an answer brings.
    ///
    /// @throws SwitchdException the failure that it tells of
    static JsonNode result(JsonNode answer, int id) throws SwitchdException {
        JsonNode error = answer.get("error");
        if (error != null) {
            throw ErrorCode.of(error.path("code").asInt(0))
                    .toException(error.path("message").asString("the daemon refuses"));
        }
        if (answer.path("id").asInt(-1) != id || !answer.has("result")) {
            throw new HostException("the daemon's answer fits no request: restart it");
        }
        return answer.get("result");
    }
}
