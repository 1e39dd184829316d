package switchd.daemon.config;

import switchd.core.IpPolicy;
import switchd.core.VlanPolicy;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The JSON Schema (2020-12) of the configuration file, made of the records and their [Key]s.
public final class Schema {
    private static final String DIALECT = "https://json-schema.org/draft/2020-12/schema";

    private Schema() {}

    /// The schema as text, ending in a line feed.
    public static String text() {
        ObjectNode schema = ConfigText.MAPPER.createObjectNode();
        schema.put("$schema", DIALECT);
        schema.put("title", "switchd.json: the configuration of switchd");
        describe(schema, Config.class);
        return ConfigText.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(schema) + "\n";
    }

    private static void describe(ObjectNode schema, Class<? extends Record> type) {
        schema.put("type", "object");
        schema.put("additionalProperties", false);
        ObjectNode properties = schema.putObject("properties");
        ArrayNode required = ConfigText.MAPPER.createArrayNode();
        for (Keys.Entry key : Keys.of(type)) {
            ObjectNode property = properties.putObject(key.name());
            property.put("description", key.key().value());
            if (key.list()) {
                property.put("type", "array");
                value(property.putObject("items"), key);
            } else {
                value(property, key);
            }
            if (key.key().required()) {
                required.add(key.name());
            }
        }
        if (!required.isEmpty()) {
            schema.set("required", required);
        }
        if (type == NetworkConfig.class) {
            kinds(schema.putArray("allOf"));
        }
    }

    private static void value(ObjectNode schema, Keys.Entry key) {
        Key meaning = key.key();
        Class<? extends Record> record = key.record();
        if (record != null) {
            describe(schema, record);
            return;
        }
        if (key.type() == Boolean.class) {
            schema.put("type", "boolean");
        } else if (key.type() == Integer.class) {
            schema.put("type", "integer")
                    .put("minimum", meaning.min())
                    .put("maximum", meaning.max());
        } else if (key.type() == VlanPolicy.class) {
            ArrayNode forms = schema.putArray("oneOf");
            vlan(forms.addObject());
            ObjectNode list = forms.addObject().put("type", "array").put("minItems", 1);
            vlan(list.putObject("items"));
        } else if (key.type() == IpPolicy.class) {
            ArrayNode forms = schema.putArray("oneOf");
            forms.addObject().putArray("enum").add(IpReader.LEASED).add(IpReader.ANY);
            forms.addObject()
                    .put("type", "array")
                    .put("minItems", 1)
                    .put("maxItems", IpPolicy.MOST)
                    .putObject("items")
                    .put("type", "string");
        } else if (!key.words().isEmpty()) {
            ArrayNode words = schema.putArray("enum");
            key.words().forEach(words::add);
        } else {
            schema.put("type", "string");
            if (!meaning.pattern().isEmpty()) {
                schema.put("pattern", "^(" + meaning.pattern() + ")$");
            }
        }
        if (!meaning.fallback().isEmpty()) {
            schema.set("default", ConfigText.MAPPER.readTree(meaning.fallback()));
        }
        if (!meaning.example().isEmpty()) {
            schema.putArray("examples").add(ConfigText.MAPPER.readTree(meaning.example()));
        }
    }

    private static void vlan(ObjectNode schema) {
        schema.put("type", "integer").put("minimum", 0).put("maximum", VlanPolicy.HIGHEST);
    }

    /// Which keys go with which kind of network, as [Rules] has it.
    private static void kinds(ArrayNode rules) {
        rule(rules, "bridge", true, "bridge");
        rule(rules, "interface", true, "interface");
        rule(rules, "bridge", false, "create");
        rule(rules, "bridge", false, "keepMembers");
        rule(rules, "bridge", false, "offload");
    }

    private static void rule(ArrayNode rules, String kind, boolean needed, String key) {
        ObjectNode rule = rules.addObject();
        ObjectNode when = rule.putObject("if");
        when.putObject("properties").putObject("kind").put("const", kind);
        when.putArray("required").add("kind");
        if (needed) {
            rule.putObject("then").putArray("required").add(key);
        }
        rule.putObject("else").putObject("properties").put(key, false);
    }
}
