package switchd.daemon.model;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Records as the Java code that makes them.
final class Code {
    private Code() {}

    static String of(Record value) {
        List<String> parts = new ArrayList<>();
        for (RecordComponent part : value.getClass().getRecordComponents()) {
            try {
                parts.add(ofPart(part.getAccessor().invoke(value)));
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(part.getName(), e);
            }
        }
        return "new Step.%s(%s)"
                .formatted(value.getClass().getSimpleName(), String.join(", ", parts));
    }

    /// A list, one element a line.
    static String of(List<?> values) {
        return values.stream()
                .map(Code::ofPart)
                .collect(Collectors.joining(",\n    ", "List.of(\n    ", ")"));
    }

    private static String ofPart(Object part) {
        return switch (part) {
            case String text -> '"' + text + '"';
            case Enum<?> constant ->
                    "Step.%s.%s"
                            .formatted(
                                    constant.getDeclaringClass().getSimpleName(), constant.name());
            case List<?> list ->
                    list.stream()
                            .map(Code::ofPart)
                            .collect(Collectors.joining(", ", "List.of(", ")"));
            default -> part.toString();
        };
    }
}
