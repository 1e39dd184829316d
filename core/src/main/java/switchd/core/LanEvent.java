package switchd.core;

/// What happens to a LAN of the host and an operator may want to hear of. [#text()] is one line for
/// a log.
public sealed interface LanEvent {
    /// The bridge or NIC.
    InterfaceName lan();

    /// What happened, for people, with the cure where one is needed.
    String text();

    /// True where an operator should act.
    default boolean isWarning() {
        return false;
    }

    /// An interface that is not ours is no member of the bridge any more.
    ///
    /// @param reason where it is instead, and the cure
    record MemberLost(InterfaceName lan, InterfaceName member, String reason) implements LanEvent {
        @Override
        public String text() {
            return "%s is no member of %s any more: %s".formatted(member, lan, reason);
        }

        @Override
        public boolean isWarning() {
            return true;
        }
    }

    /// It is a member again.
    ///
    /// @param putBack whether this program has made it one
    record MemberBack(InterfaceName lan, InterfaceName member, boolean putBack)
            implements LanEvent {
        @Override
        public String text() {
            return "%s %s %s again"
                    .formatted(member, putBack ? "was put back and is a member of" : "is in", lan);
        }
    }
}
