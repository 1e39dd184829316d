package switchd.daemon.trace;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A map that forgets its oldest entry when it has as many as are worth keeping: what a VM sends
/// must not fill the memory.
final class Bounded<K, V> {
    static final int MOST = 512;

    private final Map<K, V> entries =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                    return size() > MOST;
                }
            };

    @Nullable V get(K key) {
        return entries.get(key);
    }

    /// @return what was there before
    @Nullable V put(K key, V value) {
        return entries.put(key, value);
    }

    @Nullable V remove(K key) {
        return entries.remove(key);
    }

    void forEach(BiConsumer<K, V> each) {
        entries.forEach(each);
    }

    void removeIf(Predicate<V> old) {
        entries.values().removeIf(old);
    }
}
