package switchd.daemon.trace;

import org.jspecify.annotations.Nullable;

/// Something worth a line.
///
/// @param time nanoseconds since 1970
/// @param kind how it is meant
/// @param topic what it is about: `arp`, `dhcp`, `ipv6`, `drop`, `port`
/// @param text what has happened
/// @param cure what to do, or null where nothing is to be done
public record Finding(long time, Kind kind, String topic, String text, @Nullable String cure) {
    /// How a finding is meant.
    public enum Kind {
        /// As it should be.
        OK("ok"),
        /// Worth knowing.
        NOTE("note"),
        /// Somebody should act.
        PROBLEM("problem");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /// The name in reports.
        public String label() {
            return label;
        }
    }

    static Finding ok(long time, String topic, String text) {
        return new Finding(time, Kind.OK, topic, text, null);
    }

    static Finding note(long time, String topic, String text) {
        return new Finding(time, Kind.NOTE, topic, text, null);
    }

    static Finding problem(long time, String topic, String text, String cure) {
        return new Finding(time, Kind.PROBLEM, topic, text, cure);
    }
}
