package switchd.darwin.testkit;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/// The `sysctl` values of the network, all of them `int`.
final class FakeSysctls {
    private static final int BYTES = Integer.BYTES;

    private final Map<String, Integer> values = new HashMap<>();

    FakeSysctls(Profile profile) {
        for (String off :
                new String[] {
                    "hwcsum", "nxattach", "tso_support", "lro", "separate_frame_header",
                    "multibuflet", "wmm_mode", "fcs", "trailer_length", "user_access",
                    "pktpool_mode"
                }) {
            values.put("net.link.fake." + off, 0);
        }
        values.put("net.link.fake.txstart", 1);
        values.put("net.link.fake.bsd_mode", 1);
        values.put("net.link.fake.max_mtu", 2048);
        values.put("net.link.fake.buflet_size", 512);
        if (profile.since(Profile.MACOS15)) {
            values.put("net.link.fake.vlan_tagging", 1);
        }
        values.put("net.link.bridge.inherit_mac", 0);
        values.put("debug.bpf_bufsize", 4096);
        values.put("debug.bpf_maxbufsize", 512 * 1024);
        values.put("debug.bpf_maxdevices", 256);
    }

    int get(String name) {
        return values.getOrDefault(name, 0);
    }

    int run(
            int euid,
            String name,
            MemorySegment old,
            MemorySegment oldLength,
            MemorySegment value,
            long valueLength) {
        Integer before = values.get(name);
        if (before == null) {
            throw new Refused("ENOENT");
        }
        boolean sets = value.address() != 0;
        Refused.when(sets && euid != 0, "EPERM");
        if (old.address() != 0) {
            long room = AbiStruct.at(oldLength, Long.BYTES).get(JAVA_LONG_UNALIGNED, 0);
            Refused.when(room < BYTES, "ENOMEM");
            AbiStruct.at(old, BYTES).set(JAVA_INT_UNALIGNED, 0, before);
        }
        if (oldLength.address() != 0) {
            AbiStruct.at(oldLength, Long.BYTES).set(JAVA_LONG_UNALIGNED, 0, BYTES);
        }
        if (sets) {
            Refused.when(valueLength != BYTES, "EINVAL");
            set(name, AbiStruct.at(value, BYTES).get(JAVA_INT_UNALIGNED, 0));
        }
        return 0;
    }

    private void set(String name, int wanted) {
        switch (name) {
            case "net.link.fake.max_mtu" -> Refused.when(wanted < 72 || wanted > 16370, "EINVAL");
            case "debug.bpf_maxbufsize" -> Refused.when(wanted < 0 || wanted > 32 << 20, "EINVAL");
            case "debug.bpf_maxdevices" -> throw new Refused("EPERM");
            default -> {}
        }
        values.put(name, wanted);
    }
}
