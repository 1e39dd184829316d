package switchd.core.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a [FakePoller] knows of its descriptors, and the events of its last wait.
final class FakeReadiness {
    private static final int MOST_EVENTS = 64;

    private final List<FakeRegistration> registrations = new ArrayList<>();
    private final List<FakeLink> followed = new ArrayList<>();
    private final long[] tokens = new long[MOST_EVENTS];
    private final boolean[] readable = new boolean[MOST_EVENTS];
    private final boolean[] writable = new boolean[MOST_EVENTS];

    void follow(FakeLink link) {
        followed.add(link);
    }

    void add(FakeRegistration registration) {
        registrations.add(registration);
    }

    void remove(int fd) {
        registrations.removeIf(each -> each.fd == fd);
    }

    int registered() {
        return registrations.size();
    }

    @Nullable FakeRegistration find(int fd) {
        for (int i = 0; i < registrations.size(); i++) {
            if (registrations.get(i).fd == fd) {
                return registrations.get(i);
            }
        }
        return null;
    }

    FakeRegistration get(int fd) {
        return Objects.requireNonNull(find(fd), "not registered: " + fd);
    }

    long token(int i) {
        return tokens[i];
    }

    boolean isReadable(int i) {
        return readable[i];
    }

    boolean isWritable(int i) {
        return writable[i];
    }

    /// Makes events of what there is to tell, without allocating.
    int collect() {
        for (int i = 0; i < followed.size(); i++) {
            FakeLink link = followed.get(i);
            FakeRegistration found = find(link.fd());
            if (found != null) {
                found.state(link.isReadable(), link.isWritable());
            }
        }
        int events = 0;
        for (int i = 0; i < registrations.size() && events < MOST_EVENTS; i++) {
            FakeRegistration each = registrations.get(i);
            if (each.isReady()) {
                tokens[events] = each.token;
                readable[events] = each.takeReadable();
                writable[events] = each.takeWritable();
                events++;
            }
        }
        return events;
    }
}
