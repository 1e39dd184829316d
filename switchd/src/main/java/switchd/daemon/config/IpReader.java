package switchd.daemon.config;

import java.util.stream.StreamSupport;
import switchd.core.IpAddress;
import switchd.core.IpPolicy;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ValueDeserializer;

/// Reads which IP addresses a VM may send from: a word, or a list of addresses.
public final class IpReader extends ValueDeserializer<IpPolicy> {
    static final String LEASED = "dhcp";
    static final String ANY = "off";

    /// For Jackson.
    public IpReader() {}

    @Override
    public IpPolicy deserialize(JsonParser parser, DeserializationContext context) {
        JsonNode value = context.readTree(parser);
        if (value.isArray()) {
            return new IpPolicy.Only(
                    StreamSupport.stream(value.spliterator(), false)
                            .map(address -> IpAddress.parse(address.stringValue()))
                            .toList());
        }
        return LEASED.equals(value.stringValue()) ? new IpPolicy.Leased() : new IpPolicy.Any();
    }

    /// True for what can be read here.
    static boolean accepts(JsonNode value) {
        if (value.isString()) {
            return LEASED.equals(value.stringValue()) || ANY.equals(value.stringValue());
        }
        return value.isArray()
                && !value.isEmpty()
                && value.size() <= IpPolicy.MOST
                && StreamSupport.stream(value.spliterator(), false).allMatch(IpReader::isAddress);
    }

    private static boolean isAddress(JsonNode value) {
        try {
            return value.isString() && IpAddress.parse(value.stringValue()).isStation();
        } catch (IllegalArgumentException _) {
            return false;
        }
    }
}
