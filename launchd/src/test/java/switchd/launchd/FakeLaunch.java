package switchd.launchd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// launchd's library in memory.
final class FakeLaunch implements LaunchCalls {
    final List<String> unset = new ArrayList<>();
    final List<String> asked = new ArrayList<>();
    int error;
    int[] descriptors = {};
    long claimed = -1;
    long arrays;

    @Override
    public int launch_activate_socket(MemorySegment name, MemorySegment fds, MemorySegment count) {
        asked.add(name.getString(0));
        if (error == 0) {
            MemorySegment array = Arena.global().allocateFrom(JAVA_INT, descriptors);
            fds.set(ADDRESS, 0, array);
            count.set(JAVA_LONG, 0, claimed >= 0 ? claimed : descriptors.length);
            arrays++;
        }
        return error;
    }

    @Override
    public void free(MemorySegment memory) {
        arrays--;
    }

    @Override
    public int unsetenv(MemorySegment name) {
        unset.add(name.getString(0));
        return 0;
    }
}
