package switchd.darwin.testkit;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/// The requests of a BPF device. What an older kernel does not know is `EINVAL` there.
final class FakeBpfRequests {
    private static final int LEAST = 32;
    private static final int MOST_SINCE_13 = 32 << 20;
    private static final int IN = 1;
    private static final int OUT = 2;

    private final FakeBpf device;
    private final Profile profile;
    private final RequestTable table = new RequestTable("EINVAL");

    FakeBpfRequests(FakeBpf device) {
        this.device = device;
        this.profile = device.net.kernel().profile;
        addOld();
        if (profile.since(Profile.MACOS14)) {
            set("BIOCSDIRECTION", this::setDirection);
            get("BIOCGDIRECTION", this::direction);
            set("BIOCSBATCHWRITE", this::setBatches);
            is("BIOCGBATCHWRITE", () -> device.batches);
            set("BIOCSWRITEMAX", value -> device.writeMax = value);
            get("BIOCGWRITEMAX", () -> device.writeMax);
        }
        if (profile.since(Profile.MACOS15)) {
            set("BIOCSNOTSTAMP", value -> device.stamped = value == 0);
            is("BIOCGNOTSTAMP", () -> !device.stamped);
            set("BIOCSDVRTIN", this::setDiverts);
            is("BIOCGDVRTIN", () -> device.diverts);
        }
    }

    int run(long request, MemorySegment argument) {
        return table.run(0, request, argument);
    }

    private void set(String request, Consumer<Integer> setter) {
        table.on(request, (euid, at) -> setter.accept(integer(at).get(JAVA_INT_UNALIGNED, 0)));
    }

    private void get(String request, IntSupplier getter) {
        table.on(request, (euid, at) -> integer(at).set(JAVA_INT_UNALIGNED, 0, getter.getAsInt()));
    }

    private void is(String request, BooleanSupplier getter) {
        get(request, () -> getter.getAsBoolean() ? 1 : 0);
    }

    private static MemorySegment integer(MemorySegment at) {
        return AbiStruct.at(at, Integer.BYTES);
    }

    private void addOld() {
        get("FIONREAD", this::readable);
        get("BIOCGBLEN", () -> device.bufferSize);
        table.on("BIOCSBLEN", (euid, at) -> setBufferSize(integer(at)));
        table.on("BIOCSETF", (euid, at) -> device.setFilter(at, true));
        table.on("BIOCSETFNR", (euid, at) -> device.setFilter(at, false));
        table.on("BIOCFLUSH", (euid, at) -> device.buffers.reset());
        table.on("BIOCPROMISC", (euid, at) -> setPromiscuous());
        get("BIOCGDLT", () -> bound("EINVAL").linkType());
        table.on("BIOCGETIF", (euid, at) -> name(at));
        table.on("BIOCSETIF", (euid, at) -> bind(at));
        table.on("BIOCSRTIMEOUT", (euid, at) -> setTimeout(AbiStruct.at(at, 2 * Long.BYTES)));
        table.on("BIOCGSTATS", (euid, at) -> statistics(at));
        table.on("BIOCVERSION", (euid, at) -> integer(at).set(JAVA_INT_UNALIGNED, 0, 1 | 1 << 16));
        // Only the first byte of the number counts.
        table.on(
                "BIOCIMMEDIATE",
                (euid, at) -> device.immediate = integer(at).get(JAVA_BYTE, 0) != 0);
        set("BIOCSHDRCMPLT", this::setHeaderComplete);
        is("BIOCGHDRCMPLT", () -> device.headerComplete);
        set("BIOCSSEESENT", value -> setDirection(value == 0 ? IN : IN | OUT));
        is("BIOCGSEESENT", () -> device.seesOut);
        set("BIOCSHEADDROP", value -> device.oldestGoes = value != 0);
        is("BIOCGHEADDROP", () -> device.oldestGoes);
    }

    private FakeInterface bound(String errno) {
        FakeInterface bound = device.bound;
        if (bound == null) {
            throw new Refused(errno);
        }
        return bound;
    }

    private int readable() {
        // Since macOS 14 a buffer that waits to be read does not count.
        boolean counted = !profile.since(Profile.MACOS14);
        return device.buffers.stored() + (counted ? device.buffers.held() : 0);
    }

    private void setBufferSize(MemorySegment at) {
        Refused.when(device.bound != null, "EINVAL");
        long wanted = Integer.toUnsignedLong(at.get(JAVA_INT_UNALIGNED, 0));
        int most = MOST_SINCE_13;
        if (!profile.since(Profile.MACOS13)) {
            most = device.net.sysctls.get("debug.bpf_maxbufsize") * (device.oldestGoes ? 2 : 1);
        }
        device.bufferSize = Math.clamp(wanted, LEAST, most);
        at.set(JAVA_INT_UNALIGNED, 0, device.bufferSize);
    }

    private void setPromiscuous() {
        FakeInterface bound = bound("EINVAL");
        if (!device.promiscuous) {
            device.promiscuous = true;
            bound.promiscuous(true);
        }
    }

    private void name(MemorySegment at) {
        new AbiStruct("ifreq", at).setName(bound("EINVAL").name(), "ifr_name");
    }

    private void bind(MemorySegment at) {
        String name = new AbiStruct("ifreq", at).getName("ifr_name");
        device.bind(device.net.interfaces.require(name, "ENXIO"));
    }

    private void setTimeout(MemorySegment at) {
        long seconds = at.get(JAVA_LONG_UNALIGNED, 0);
        int microseconds = at.get(JAVA_INT_UNALIGNED, Long.BYTES);
        device.timeout = seconds * 1000 + microseconds / 1000;
    }

    private void statistics(MemorySegment at) {
        new AbiStruct("bpf_stat", at)
                .setInt(device.buffers.received(), "bs_recv")
                .setInt(device.buffers.dropped(), "bs_drop");
    }

    private void setHeaderComplete(int value) {
        Refused.when(value == 0 && device.batches, "EINVAL");
        device.headerComplete = value != 0;
    }

    private int direction() {
        return (device.seesIn ? IN : 0) | (device.seesOut ? OUT : 0);
    }

    private void setDirection(int direction) {
        Refused.when(direction < 0 || direction > (IN | OUT), "EINVAL");
        device.seesIn = (direction & IN) != 0;
        device.seesOut = (direction & OUT) != 0;
    }

    private void setBatches(int value) {
        Refused.when(value != 0 && !device.headerComplete, "EINVAL");
        device.batches = value != 0;
    }

    private void setDiverts(int value) {
        FakeInterface bound = bound("ENXIO");
        if (value == 0) {
            Refused.when(!device.diverts, "EINVAL");
        } else {
            Refused.when(bound.inputDisabled, "EALREADY");
        }
        device.diverts = value != 0;
        bound.inputDisabled = device.diverts;
    }
}
