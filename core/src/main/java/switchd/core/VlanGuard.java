package switchd.core;

import org.jspecify.annotations.Nullable;

/// Keeps a port to its VLANs ([VlanPolicy]).
///
/// On the network frames have the form that they have on the uplink: those of an access port are
/// tagged. Used by the loop's thread alone; nothing here allocates after construction.
final class VlanGuard {
    static final int TAG = 0x8100;
    private static final int SERVICE_TAG = 0x88a8;
    private static final int VLAN_ID = 0xfff;

    /// Of a frame with a tag that is cut, a service tag, or a second one: it could turn up in
    /// another VLAN once somebody takes the first one off.
    private static final int UNREADABLE = -1;

    private final boolean[] carried = new boolean[VLAN_ID + 1];
    private final int access;
    private final int longest;

    private VlanGuard(int access, int longest) {
        this.access = access;
        this.longest = longest;
    }

    /// The guard for `policy`; null where everything may pass.
    ///
    /// @param longest bytes of a frame on the uplink
    static @Nullable VlanGuard of(VlanPolicy policy, int longest) {
        return switch (policy) {
            case VlanPolicy.Any() -> null;
            case VlanPolicy.Access(int id) -> {
                VlanGuard guard = new VlanGuard(id, longest);
                guard.carried[id] = true;
                yield guard;
            }
            case VlanPolicy.Trunk(var ids) -> {
                VlanGuard guard = new VlanGuard(0, longest);
                ids.forEach(id -> guard.carried[id] = true);
                yield guard;
            }
        };
    }

    /// True for the types that announce a tag of four bytes.
    static boolean isTag(int type) {
        return switch (type) {
            case TAG, SERVICE_TAG -> true;
            case 0x9100, 0x9200, 0x9300 -> true; // what switches took for it before it had a number
            default -> false;
        };
    }

    private static int vlan(FrameBatch frames, int i) {
        int type = frames.type(i);
        if (!isTag(type)) {
            return 0;
        }
        boolean readable =
                type == TAG
                        && frames.length(i) >= EthernetFrame.SHORTEST_TAGGED
                        && !isTag(frames.innerType(i));
        return readable ? frames.tag(i) & VLAN_ID : UNREADABLE;
    }

    /// True where frame `i`, as it is on the uplink, is of one of the port's VLANs.
    boolean carries(FrameBatch frames, int i) {
        int vlan = vlan(frames, i);
        return vlan != UNREADABLE && carried[vlan];
    }

    /// Why frame `i` of the VM is dropped, or null where it passes.
    @Nullable DropCause judgeFromVm(FrameBatch frames, int i) {
        if (access == 0) {
            return carries(frames, i) ? null : DropCause.FOREIGN_VLAN;
        }
        if (vlan(frames, i) != 0) {
            return DropCause.FOREIGN_VLAN;
        }
        boolean fits = isTag(frames.type(i)) || frames.length(i) + FrameBatch.TAG_BYTES <= longest;
        return fits ? null : DropCause.OVERSIZE;
    }

    /// Gives frame `i` of the VM the form that it has on the uplink; one with a priority keeps it.
    void enter(FrameBatch frames, int i) {
        if (access == 0) {
            return;
        }
        if (isTag(frames.type(i))) {
            frames.setTag(i, frames.tag(i) | access);
        } else {
            frames.insertTag(i, TAG << 16 | access);
        }
    }

    /// Gives frame `i`, which the port carries, the form that it has at the VM.
    void leave(FrameBatch frames, int i) {
        if (access != 0) {
            frames.removeTag(i);
        }
    }

    /// Undoes [#leave], for the next port that gets the frame.
    void restore(FrameBatch frames, int i) {
        if (access != 0) {
            frames.restoreTag(i);
        }
    }
}
