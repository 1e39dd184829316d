package switchd.daemon.control;

import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import switchd.daemon.words.Nearest;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;
import tools.jackson.databind.node.ObjectNode;

/// The parameters of a request as a record: strict, with messages that name the key.
final class Params {
    private Params() {}

    /// @param method for messages
    /// @throws RpcException naming the key that is wrong
    static <P> P read(String method, ObjectNode given, Class<P> type) {
        try {
            return JsonRpc.MAPPER.treeToValue(given, type);
        } catch (UnrecognizedPropertyException e) {
            throw wrong(method, unknown(e));
        } catch (DatabindException e) {
            String key = e.getPathReference().replaceAll(".*\\[\"|\"]", "");
            throw wrong(method, key + ": " + firstLine(e));
        } catch (JacksonException e) {
            throw wrong(method, firstLine(e));
        }
    }

    /// `value`, which the method cannot do without.
    ///
    /// @throws RpcException where it is missing
    static <T> T required(String key, @Nullable T value) {
        if (value == null) {
            throw new RpcException(ErrorCode.INVALID_PARAMS, key + ": is missing");
        }
        return value;
    }

    private static String unknown(UnrecognizedPropertyException e) {
        String key = e.getPropertyName();
        Collection<Object> known =
                e.getKnownPropertyIds() == null ? List.of() : e.getKnownPropertyIds();
        List<String> names = known.stream().map(Object::toString).sorted().toList();
        String nearest = Nearest.question(key, names);
        String all = names.isEmpty() ? ": it takes none" : ": it takes " + String.join(", ", names);
        return key + ": unknown key" + (nearest.isEmpty() ? all : nearest);
    }

    private static RpcException wrong(String method, String message) {
        return new RpcException(ErrorCode.INVALID_PARAMS, method + ": " + message);
    }

    private static String firstLine(JacksonException e) {
        return String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("not understood");
    }
}
