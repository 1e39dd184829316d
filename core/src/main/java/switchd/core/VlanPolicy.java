package switchd.core;

import java.util.List;

/// Which VLANs (IEEE 802.1Q) reach a port, and in what form. VLAN 0 stands for frames without a tag
/// or with one that carries a priority only.
public sealed interface VlanPolicy {
    /// The highest VLAN; 4095 is reserved.
    int HIGHEST = 4094;

    /// Everything as it is, tagged or not.
    record Any() implements VlanPolicy {}

    /// One VLAN: tagged on the uplink, untagged at the VM.
    ///
    /// @param id of the VLAN; 0 for untagged frames on both sides
    record Access(int id) implements VlanPolicy {
        public Access {
            check(id);
        }
    }

    /// Several VLANs: tagged on both sides.
    ///
    /// @param ids of the VLANs; 0 among them lets untagged frames pass
    record Trunk(List<Integer> ids) implements VlanPolicy {
        public Trunk {
            ids = ids.stream().distinct().sorted().toList();
            ids.forEach(VlanPolicy::check);
        }
    }

    private static void check(int id) {
        if (id < 0 || id > HIGHEST) {
            throw new IllegalArgumentException("no VLAN: " + id);
        }
    }
}
