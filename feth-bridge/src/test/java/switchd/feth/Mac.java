package switchd.feth;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import switchd.core.InterfaceName;
import switchd.core.SyscallException;
import switchd.darwin.InterfaceControl;
import switchd.darwin.Interfaces;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.Profile;

/// A machine with a process under test, and somebody else who looks on as root.
final class Mac implements AutoCloseable {
    static final String JOURNAL = "/var/run/switchd/interfaces";
    static final InterfaceName BRIDGE = new InterfaceName("bridge1");
    static final InterfaceName EN0 = new InterfaceName("en0");
    static final InterfaceName EN1 = new InterfaceName("en1");

    final FakeXnu darwin;
    final InterfaceControl root;
    final List<String> warnings = new ArrayList<>();
    final OwnInterfaces own;
    private final FakeXnu other;

    private Mac(FakeXnu darwin) throws SyscallException {
        this.darwin = darwin;
        this.other = darwin.spawn(0);
        this.root = InterfaceControl.open(other);
        this.own = OwnInterfaces.open(darwin, JOURNAL, warnings::add);
    }

    static Mac boot(Profile profile) throws SyscallException {
        return new Mac(FakeXnu.boot(profile));
    }

    static Mac boot() throws SyscallException {
        return boot(Profile.MACOS15);
    }

    /// The same machine for another process.
    Mac again() throws SyscallException {
        return new Mac(darwin.spawn(0));
    }

    /// A bridge of somebody else, up, without members.
    InterfaceName foreignBridge(String name) throws SyscallException {
        InterfaceName bridge = root.create(name);
        root.setUp(bridge);
        return bridge;
    }

    /// A bridge to work with.
    Bridge bridge() throws Exception {
        return Bridge.open(own, foreignBridge(BRIDGE.value()));
    }

    Bridge asOther(InterfaceName bridge) throws Exception {
        return Bridge.open(OwnInterfaces.open(other, JOURNAL, _ -> {}), bridge);
    }

    List<String> interfaces() throws SyscallException {
        return Interfaces.list(other).stream().map(entry -> entry.name().value()).toList();
    }

    List<String> journal() {
        return darwin.files().exists(JOURNAL) ? darwin.files().list(JOURNAL) : List.of();
    }

    void sysctl(String name, int value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocateFrom(ValueLayout.JAVA_INT, value);
            int result =
                    other.sysctlbyname(
                            arena.allocateFrom(name),
                            MemorySegment.NULL,
                            MemorySegment.NULL,
                            number,
                            Integer.BYTES);
            assertThat(result).isZero();
        }
    }

    @Override
    public void close() {
        own.close();
        own.close();
        assertThat(darwin.descriptors()).isZero();
    }
}
