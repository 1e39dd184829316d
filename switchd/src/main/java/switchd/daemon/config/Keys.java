package switchd.daemon.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The keys of a record, as its [Key]s tell.
public final class Keys {
    private Keys() {}

    /// One key.
    ///
    /// @param name in the file
    /// @param type of its value: String, Integer, Boolean, an enum, or a record
    /// @param list whether it takes a list of these
    /// @param key what it means
    public record Entry(String name, Class<?> type, boolean list, Key key) {
        /// The record that its value, or each item of its list, is read into; null where it is no
        /// record.
        public @Nullable Class<? extends Record> record() {
            return type.isRecord() ? type.asSubclass(Record.class) : null;
        }

        /// The words that it takes; empty where it is no enum.
        public List<String> words() {
            return type.isEnum()
                    ? Arrays.stream(type.getEnumConstants())
                            .map(word -> word.toString().toLowerCase(Locale.ROOT))
                            .toList()
                    : List.of();
        }
    }

    /// The keys of a record of this package, in its order.
    public static List<Entry> of(Class<? extends Record> type) {
        return Arrays.stream(type.getRecordComponents()).map(Keys::entry).toList();
    }

    private static Entry entry(RecordComponent component) {
        Key key = component.getAnnotation(Key.class);
        if (key == null) {
            throw new IllegalArgumentException(component + " has no @Key");
        }
        JsonProperty other = component.getAccessor().getAnnotation(JsonProperty.class);
        String name = other == null ? component.getName() : other.value();
        if (component.getGenericType() instanceof ParameterizedType list) {
            return new Entry(name, (Class<?>) list.getActualTypeArguments()[0], true, key);
        }
        return new Entry(name, component.getType(), false, key);
    }
}
