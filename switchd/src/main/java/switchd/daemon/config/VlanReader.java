package switchd.daemon.config;

import java.util.stream.StreamSupport;
import switchd.core.VlanPolicy;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ValueDeserializer;

/// Reads a VLAN: a number for an access port, a list of numbers for a trunk.
public final class VlanReader extends ValueDeserializer<VlanPolicy> {
    /// For Jackson.
    public VlanReader() {}

    @Override
    public VlanPolicy deserialize(JsonParser parser, DeserializationContext context) {
        JsonNode value = context.readTree(parser);
        return value.isArray()
                ? new VlanPolicy.Trunk(
                        StreamSupport.stream(value.spliterator(), false)
                                .map(JsonNode::intValue)
                                .toList())
                : new VlanPolicy.Access(value.intValue());
    }

    /// True for what can be read here.
    static boolean accepts(JsonNode value) {
        if (!value.isArray()) {
            return isVlan(value);
        }
        return !value.isEmpty()
                && StreamSupport.stream(value.spliterator(), false).allMatch(VlanReader::isVlan);
    }

    private static boolean isVlan(JsonNode value) {
        return value.isInt() && value.intValue() >= 0 && value.intValue() <= VlanPolicy.HIGHEST;
    }
}
