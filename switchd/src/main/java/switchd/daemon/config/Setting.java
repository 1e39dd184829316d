package switchd.daemon.config;

import java.util.Locale;

/// What can be said by an option, by a variable of the environment, and by a key of the file; the
/// first of these that says something holds.
public enum Setting {
    /// Which file is read; no key.
    CONFIG(""),
    CONTROL("control.socket"),
    CONTROL_GROUP("control.group"),
    METRICS("metrics"),
    LOG_FORMAT("log.format"),
    WRITER("writer"),
    OWNER("owner"),
    KEEP_SOCKETS("keepSockets");

    private final String key;

    Setting(String key) {
        this.key = key;
    }

    /// Its path in the file, as in `control.socket`; empty where it has none.
    public String key() {
        return key;
    }

    /// As in `--control-group`.
    public String option() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// As in `SWITCHD_CONTROL_GROUP`.
    public String variable() {
        return "SWITCHD_" + name();
    }
}
