package switchd.core;

import java.util.List;

/// Which other ports of its network a port may talk to. The uplink is open to all of them.
///
/// @param alone true where it may talk to none
/// @param groups names; two ports that are in any talk where they share one, and a port in no group
///   talks to those in no group
public record Isolation(boolean alone, List<String> groups) {
    /// Open to every port that is open, too.
    public static final Isolation NONE = new Isolation(false, List.of());

    /// @throws IllegalArgumentException where it is to be alone and in groups
    public Isolation {
        groups = List.copyOf(groups);
        if (alone && !groups.isEmpty()) {
            throw new IllegalArgumentException("alone, and in groups: " + groups);
        }
    }

    /// True where it may not talk to every port.
    public boolean isRestricted() {
        return alone || !groups.isEmpty();
    }

    /// True where frames may go from the one to the other.
    boolean allows(Isolation other) {
        if (alone || other.alone) {
            return false;
        }
        if (groups.isEmpty() || other.groups.isEmpty()) {
            return groups.isEmpty() && other.groups.isEmpty();
        }
        for (int i = 0; i < groups.size(); i++) {
            if (other.groups.contains(groups.get(i))) {
                return true;
            }
        }
        return false;
    }
}
