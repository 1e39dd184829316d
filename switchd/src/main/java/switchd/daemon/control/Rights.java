package switchd.daemon.control;

import org.jspecify.annotations.Nullable;

/// Who may do everything: root, the user that the daemon runs as, the members of a group.
///
/// @param uid that the daemon runs as
/// @param group null for none
record Rights(int uid, @Nullable Integer group) {
    boolean isAdministrator(Peer peer) {
        return isOwn(peer) || (group != null && peer.gids().contains(group));
    }

    /// Root or the daemon's own user: whom no other clients may keep out.
    boolean isOwn(Peer peer) {
        return peer.uid() == 0 || peer.uid() == uid;
    }
}
