package switchd.daemon.config;

import java.util.regex.Pattern;
import switchd.core.UsageException;
import switchd.daemon.config.Problems.Origin;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// JSON with comments (`//`, `/* */`) and trailing commas.
final class ConfigText {
    private static final int MAX_DEPTH = 8;
    private static final int MAX_NAME = 128;

    /// Bounded in depth and in the length of names: the path of each key is kept.
    static final JsonMapper MAPPER =
            JsonMapper.builder(
                            JsonFactory.builder()
                                    .streamReadConstraints(
                                            StreamReadConstraints.builder()
                                                    .maxNestingDepth(MAX_DEPTH)
                                                    .maxNameLength(MAX_NAME)
                                                    .build())
                                    .build())
                    .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
                    .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                    .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                    .build();

    /// Jackson's own words on a place, which it hides.
    private static final Pattern MARKER =
            Pattern.compile(" ?\\(start marker at [^)]*\\)(?:; byte offset: #UNKNOWN]\\))?");

    private static final String CURE =
            ": what is allowed is JSON, with comments and trailing commas";

    private final String source;
    private final Problems problems;

    private ConfigText(String source, Problems problems) {
        this.source = source;
        this.problems = problems;
    }

    /// Reads a text into a tree, and the place of each key into `problems`; a key that is there
    /// twice is one.
    ///
    /// @param source path of the file, for messages
    /// @throws UsageException where it is no JSON object
    static ObjectNode read(String text, String source, Problems problems) throws UsageException {
        ConfigText reader = new ConfigText(source, problems);
        problems.origin("", new Origin(source, 1, 1));
        try (JsonParser parser = MAPPER.createParser(text)) {
            if (parser.nextToken() == null) {
                throw wrong(source + ":1:1: the file is empty: write at least {}");
            }
            reader.note("", parser);
            reader.value(parser, "");
            if (parser.nextToken() != null) {
                throw wrong(
                        reader.place(parser)
                                + ": text after the end of the object: remove it, or the } that is"
                                + " too early");
            }
            JsonNode tree = MAPPER.readTree(text);
            if (tree instanceof ObjectNode object) {
                return object;
            }
            throw wrong(source + ":1:1: an object is needed: begin with {");
        } catch (JacksonException e) {
            throw reader.notJson(e);
        }
    }

    private UsageException notJson(JacksonException e) {
        TokenStreamLocation location = e.getLocation();
        String place = location == null ? source : place(location).toString();
        String what = MARKER.matcher(e.getOriginalMessage()).replaceAll("");
        return wrong(place + ": " + Problems.printable(what) + CURE);
    }

    private static UsageException wrong(String message) {
        return new UsageException(message);
    }

    private void value(JsonParser parser, String path) {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String name = parser.currentName();
                String key = path.isEmpty() ? name : path + "." + name;
                if (problems.knows(key)) {
                    problems.add(
                            place(parser),
                            key,
                            "the key is here twice, before on line "
                                    + problems.origin(key).line()
                                    + ": keep one of them");
                } else {
                    note(key, parser);
                }
                parser.nextToken();
                value(parser, key);
            }
        } else if (parser.currentToken() == JsonToken.START_ARRAY) {
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                String item = path + "[" + i + "]";
                note(item, parser);
                value(parser, item);
            }
        }
    }

    private void note(String path, JsonParser parser) {
        problems.origin(path, place(parser));
    }

    private Origin place(JsonParser parser) {
        return place(parser.currentTokenLocation());
    }

    private Origin place(TokenStreamLocation location) {
        return new Origin(source, location.getLineNr(), location.getColumnNr());
    }
}
