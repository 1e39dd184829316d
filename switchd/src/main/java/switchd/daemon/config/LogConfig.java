package switchd.daemon.config;

import org.jspecify.annotations.Nullable;

/// The log, in a configuration file.
public record LogConfig(
        @Key(value = "`text`: lines for readers. `json`: one object a line.", fallback = "\"text\"")
                @Nullable Format format,
        @Key(value = "`debug` logs more than `info`; never single frames.", fallback = "\"info\"")
                @Nullable Level level) {
    /// How the log is written.
    public enum Format {
        TEXT,
        JSON
    }

    /// How much is logged.
    public enum Level {
        INFO,
        DEBUG
    }
}
