package switchd.daemon.config;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Fills in what a file does not say, where a [Key] has a fallback.
final class Defaults {
    private static final Problems.Origin DEFAULT = Problems.Origin.of("default");

    private final Problems origins;

    Defaults(Problems origins) {
        this.origins = origins;
    }

    void fill(ObjectNode node, Class<? extends Record> type, String path) {
        for (Keys.Entry key : Keys.of(type)) {
            String place = Shape.join(path, key.name());
            Class<? extends Record> record = key.record();
            if (record != null && key.list()) {
                JsonNode list = node.withArrayProperty(key.name());
                for (int i = 0; i < list.size(); i++) {
                    fill((ObjectNode) list.get(i), record, place + "[" + i + "]");
                }
            } else if (record != null) {
                ObjectNode below = node.withObjectProperty(key.name());
                fill(below, record, place);
                if (below.isEmpty() && !path.isEmpty()) {
                    node.remove(key.name());
                }
            } else if (!node.has(key.name()) && !key.key().fallback().isEmpty()) {
                node.set(key.name(), ConfigText.MAPPER.readTree(key.key().fallback()));
                origins.origin(place, DEFAULT);
            }
        }
    }
}
