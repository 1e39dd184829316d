package switchd.darwin.testkit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The interfaces of a kernel in memory: made and destroyed by name, and taken apart by the
/// detacher.
final class FakeInterfaces {
    private static final int MAX_UNIT = 0x7fff;

    private final FakeNet net;
    private final Map<String, FakeInterface> attached = new LinkedHashMap<>();
    private final List<FakeInterface> detaching = new ArrayList<>();
    private final Map<String, Integer> indexes = new HashMap<>();
    private boolean detacherHeld;
    private int nextIndex = 1;

    FakeInterfaces(FakeNet net) {
        this.net = net;
    }

    /// The number of a new interface: one that comes again keeps its own.
    int index(String name) {
        return indexes.computeIfAbsent(name, _ -> nextIndex++);
    }

    Collection<FakeInterface> all() {
        return attached.values();
    }

    @Nullable FakeInterface find(String name) {
        return attached.get(name);
    }

    FakeInterface require(String name, String errno) {
        FakeInterface found = attached.get(name);
        if (found == null) {
            throw new Refused(errno);
        }
        return found;
    }

    void attach(FakeInterface added) {
        attached.put(added.name(), added);
    }

    /// The next interface has number 3 then.
    void removeNics() {
        attached.values().removeIf(FakeNic.class::isInstance);
        nextIndex = 3;
    }

    byte[] firstEthernetAddress() {
        for (FakeInterface candidate : attached.values()) {
            if (candidate.type() == (int) Abi.constant("IFT_ETHER")) {
                return candidate.lladdr.clone();
            }
        }
        return new byte[] {2, 0, 0, 0, 0, 0};
    }

    /// `SIOCIFCREATE2`: a name without a number takes the lowest that is free.
    ///
    /// @return the name in full
    String create(String name) {
        String cloner = cloner(name);
        Refused.when(attached.containsKey(name), "EEXIST");
        int unit = name.equals(cloner) ? freeUnit(cloner) : unit(name, cloner);
        Refused.when(unit > MAX_UNIT, "ENXIO");
        Refused.when(isBusy(cloner + unit), "EBUSY");
        if (cloner.equals("feth")) {
            FakeFeth feth = new FakeFeth(net, unit);
            attach(feth);
            net.post("KEV_DL_IFCAP_CHANGED", feth);
            net.post("KEV_DL_IF_ATTACHED", feth);
            net.post("KEV_DL_LINK_ADDRESS_CHANGED", feth);
        } else {
            FakeBridge bridge = new FakeBridge(net, unit);
            attach(bridge);
            net.post("KEV_DL_IF_ATTACHED", bridge);
            net.post("KEV_DL_LINK_ADDRESS_CHANGED", bridge);
            net.post("KEV_DL_IFCAP_CHANGED", bridge);
            net.post("KEV_DL_IFCAP_CHANGED", bridge);
        }
        return cloner + unit;
    }

    private static String cloner(String name) {
        for (String cloner : List.of("feth", "bridge")) {
            if (name.startsWith(cloner)) {
                Refused.when(!name.substring(cloner.length()).matches("[0-9]*"), "EINVAL");
                return cloner;
            }
        }
        throw new Refused("EINVAL");
    }

    private static int unit(String name, String cloner) {
        String digits = name.substring(cloner.length());
        return digits.length() > 6 ? Integer.MAX_VALUE : Integer.parseInt(digits);
    }

    private int freeUnit(String cloner) {
        int unit = 0;
        while (attached.containsKey(cloner + unit) || isBusy(cloner + unit)) {
            unit++;
        }
        return unit;
    }

    private boolean isBusy(String name) {
        return detaching.stream().anyMatch(gone -> gone.name().equals(name));
    }

    /// `SIOCIFDESTROY`: the name is gone at once, the rest when the detacher runs.
    void destroy(String name) {
        cloner(name);
        FakeInterface gone = require(name, "ENXIO");
        if (gone instanceof FakeFeth feth) {
            feth.unpeer();
        }
        if (gone instanceof FakeBridge bridge) {
            for (FakeInterface member : List.copyOf(bridge.members)) {
                bridge.remove(member, false);
            }
        }
        attached.remove(name);
        gone.detached = true;
        net.post("KEV_DL_LINK_QUALITY_METRIC_CHANGED", gone);
        net.post("KEV_DL_IF_DETACHING", gone);
        for (FakeBpf reader : List.copyOf(gone.taps)) {
            reader.unbind();
        }
        detaching.add(gone);
        if (!detacherHeld) {
            runDetacher();
        }
    }

    /// From now on destroyed interfaces stay half there until [#runDetacher].
    void holdDetacher() {
        detacherHeld = true;
    }

    void runDetacher() {
        for (FakeInterface gone : List.copyOf(detaching)) {
            if (gone.bridge != null) {
                gone.bridge.remove(gone, true);
            }
            for (Integer protocol : List.copyOf(gone.protocols)) {
                gone.detach(protocol);
            }
            net.post("KEV_DL_IF_DETACHED", gone);
        }
        detaching.clear();
    }
}
