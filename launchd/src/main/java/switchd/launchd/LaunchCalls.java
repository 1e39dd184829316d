package switchd.launchd;

import java.lang.foreign.MemorySegment;

/// The calls that a service makes beside those of [switchd.posix.Posix], under their own names.
public interface LaunchCalls {
    /// `int launch_activate_socket(const char *name, int **fds, size_t *count)`: 0, or the error
    /// number as it is, not negated (macOS: `launch(3)`); ENOSYS where the library lacks it.
    ///
    /// @param name a C string
    /// @param fds gets the array, which is the caller's to [#free]
    /// @param count gets its length
    int launch_activate_socket(MemorySegment name, MemorySegment fds, MemorySegment count);

    /// `void free(void *memory)`
    void free(MemorySegment memory);

    /// `int unsetenv(const char *name)`: the negated error number on failure. Only what this
    /// process starts from here on sees the difference.
    ///
    /// @param name a C string
    int unsetenv(MemorySegment name);
}
