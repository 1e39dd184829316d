package switchd.daemon.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/// A request as a client wrote it.
///
/// @param id goes back with the answer; null in JSON where the client wants none
/// @param isNotification true where the client wants no answer
/// @param method that it asks for
/// @param params by name
record Request(JsonNode id, boolean isNotification, String method, ObjectNode params) {
    private static final int MAX_ID = 128;
    private static final JsonNode NO_ID = NullNode.getInstance();

    /// What is no request.
    static final class Invalid extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient JsonNode id;
        private final ErrorCode code;

        private Invalid(JsonNode id, ErrorCode code, String message) {
            super(message);
            this.id = id;
            this.code = code;
        }

        byte[] answer() {
            return JsonRpc.failure(id, code, String.valueOf(getMessage()));
        }
    }

    /// Reads a line.
    ///
    /// @throws Invalid with the answer that it gets
    static Request parse(byte[] line) throws Invalid {
        JsonNode message = read(line);
        if (message.isArray()) {
            throw new Invalid(
                    NO_ID,
                    ErrorCode.INVALID_REQUEST,
                    "batches are not served: send the requests one a line, without waiting for the"
                            + " answers in between");
        }
        if (!message.isObject()) {
            throw new Invalid(NO_ID, ErrorCode.INVALID_REQUEST, "a request is an object");
        }
        JsonNode id = message.path("id");
        boolean isNotification = id.isMissingNode();
        if (!isNotification && !isGood(id)) {
            throw new Invalid(
                    NO_ID,
                    ErrorCode.INVALID_REQUEST,
                    "id: a whole number, or a string of at most " + MAX_ID + " characters");
        }
        JsonNode known = isNotification ? NO_ID : id;
        String wrong = wrong(message);
        if (!wrong.isEmpty()) {
            throw new Invalid(known, ErrorCode.INVALID_REQUEST, wrong);
        }
        JsonNode params = message.path("params");
        if (!params.isMissingNode() && !params.isObject()) {
            throw new Invalid(known, ErrorCode.INVALID_PARAMS, "params: an object, by name");
        }
        return new Request(
                known,
                isNotification,
                message.path("method").asString(),
                params instanceof ObjectNode object ? object : JsonRpc.MAPPER.createObjectNode());
    }

    private static JsonNode read(byte[] line) throws Invalid {
        try {
            // A decoder of its own: Jackson takes some octets that are no UTF-8.
            String text = UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
            return JsonRpc.MAPPER.readTree(text);
        } catch (CharacterCodingException _) {
            throw new Invalid(NO_ID, ErrorCode.PARSE_ERROR, "the line is not UTF-8");
        } catch (JacksonException e) {
            throw new Invalid(
                    NO_ID, ErrorCode.PARSE_ERROR, "the line is no JSON: " + e.getOriginalMessage());
        }
    }

    private static boolean isGood(JsonNode id) {
        return id.isIntegralNumber() || (id.isString() && id.asString().length() <= MAX_ID);
    }

    private static String wrong(JsonNode message) {
        if (!message.path("jsonrpc").isString()
                || !message.path("jsonrpc").asString().equals("2.0")) {
            return "jsonrpc: must be \"2.0\"";
        }
        if (!message.path("method").isString()) {
            return "method: must be a string";
        }
        for (String key : message.propertyNames()) {
            switch (key) {
                case "jsonrpc", "id", "method", "params" -> {}
                default -> {
                    return "unknown key '" + key + "': a request has jsonrpc, id, method, params";
                }
            }
        }
        return "";
    }
}
