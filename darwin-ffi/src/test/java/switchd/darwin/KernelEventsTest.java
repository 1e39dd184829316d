package switchd.darwin;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.core.EventLoop;
import switchd.core.InterfaceName;
import switchd.core.Poller;
import switchd.core.SyscallException;
import switchd.core.Watch;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.Profile;
import switchd.posix.Fd;

@ParameterizedClass
@EnumSource(Profile.class)
class KernelEventsTest implements KernelEvents.Listener {
    private final FakeXnu xnu;
    private final Arena arena = Arena.ofConfined();
    private final List<KernelEvent> told = new ArrayList<>();
    private InterfaceControl control;
    private KernelEvents events;
    private int resyncs;

    KernelEventsTest(Profile profile) {
        xnu = FakeXnu.boot(profile);
    }

    @BeforeEach
    void open() throws Exception {
        control = InterfaceControl.open(xnu);
        events = KernelEvents.open(xnu, arena, this);
    }

    @AfterEach
    void close() {
        events.close();
        control.close();
        arena.close();
        assertThat(xnu.descriptors()).isZero();
    }

    @Override
    public void happened(KernelEvent event) {
        told.add(event);
    }

    @Override
    public void resync() {
        resyncs++;
    }

    @Override
    public void ended(Exception cause) {
        throw new AssertionError(cause);
    }

    private List<KernelEvent> since() throws SyscallException {
        told.clear();
        events.ready(true, false);
        return List.copyOf(told);
    }

    @Test
    void nothingHappensWhereNothingIsDone() throws Exception {
        assertThat(since()).isEmpty();
        assertThat(resyncs).isZero();
    }

    @Test
    void anInterfacesLifeIsTold() throws Exception {
        InterfaceName feth = control.create("feth");
        assertThat(since())
                .contains(new KernelEvent.InterfaceAttached(feth))
                .allMatch(event -> event.name().equals(feth));
        control.setUp(feth);
        assertThat(since()).contains(new KernelEvent.FlagsChanged(feth));
        control.destroy(feth);
        assertThat(since())
                .containsSubsequence(
                        new KernelEvent.InterfaceDetaching(feth),
                        new KernelEvent.InterfaceDetached(feth));
        assertThat(resyncs).isZero();
    }

    @Test
    void thePollerTellsThatEventsWait() throws Exception {
        try (Poller poller = KqueuePoller.open(xnu, arena)) {
            EventLoop loop = new EventLoop(poller, System::nanoTime);
            loop.watch(events.fd(), events);
            InterfaceName feth = control.create("feth");
            assertThat(poller.await(-1)).isEqualTo(1);
            assertThat(since()).contains(new KernelEvent.InterfaceAttached(feth));
            assertThat(poller.await(0)).isZero();
        }
    }

    @Test
    void aBurstThatMayHaveBeenCutLeadsToAResync() throws Exception {
        InterfaceName feth = control.create("feth");
        for (int i = 0; i < 1500; i++) {
            control.setMtu(feth, 1400 + i % 2);
        }
        for (int turn = 0; turn < 100 && resyncs == 0; turn++) {
            events.ready(true, false);
        }
        assertThat(told.size()).isLessThan(1500);
        assertThat(resyncs).isEqualTo(1);

        control.setMtu(feth, 1500);
        assertThat(since()).containsExactly(new KernelEvent.MtuChanged(feth));
        assertThat(resyncs).isEqualTo(1);
    }

    /// Events of two lengths: so the full queue holds now this number of them, now that one, among
    /// them multiples of what is read in one turn.
    @Test
    void itDoesSoWhateverTheNumberOfEventsInTheQueue() throws Exception {
        InterfaceName feth = control.create("feth");
        InterfaceName bridge = control.create("bridge1");
        MemorySegment member = arena.allocate(Structs.IFBREQ);
        InterfaceControl.putName(member, 0, feth);
        control.setDriver(bridge, DarwinConstants.BRDGADD, member, "BRDGADD"); // keeps it up
        try (Poller poller = KqueuePoller.open(xnu, arena)) {
            EventLoop loop = new EventLoop(poller, System::nanoTime);
            for (int longer = 100; longer < 150; longer++) {
                try (KernelEvents full = KernelEvents.open(xnu, arena, this);
                        Watch watch = loop.watch(full.fd(), full)) {
                    assertThat(watch).isNotNull();
                    for (int i = 0; i < longer; i++) {
                        protocol(feth).close();
                    }
                    for (int i = 0; i < 700; i++) {
                        control.setMtu(feth, 1400 + i % 2);
                    }
                    resyncs = 0;
                    while (poller.await(0) > 0) {
                        full.ready(true, false);
                    }
                    assertThat(resyncs).as("%d protocols", longer).isPositive();
                }
            }
        }
    }

    /// A PF_NDRV socket on an interface: a protocol that comes, and goes with it.
    private Fd protocol(InterfaceName on) throws SyscallException {
        int number = xnu.socket(DarwinConstants.PF_NDRV, DarwinConstants.SOCK_RAW, 0);
        MemorySegment address = arena.allocate(Structs.SOCKADDR_NDRV);
        address.set(JAVA_BYTE, 0, (byte) address.byteSize());
        address.set(JAVA_BYTE, 1, (byte) DarwinConstants.AF_NDRV);
        InterfaceControl.putName(address, 2, on);
        int bound = xnu.bind(number, address, (int) address.byteSize());
        SyscallException.check("bind(PF_NDRV)", bound);
        return new Fd(xnu, number);
    }

    @Test
    void aBurstThatFitsLeadsToNone() throws Exception {
        InterfaceName feth = control.create("feth");
        for (int i = 0; i < 400; i++) {
            control.setMtu(feth, 1400 + i % 2);
        }
        for (int turn = 0; turn < 10; turn++) {
            events.ready(true, false);
        }
        assertThat(told).filteredOn(KernelEvent.MtuChanged.class::isInstance).hasSize(400);
        assertThat(resyncs).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"socket", "fcntl", "SIOCSKEVFILT"})
    void whatFailsLeavesNothing(String call) {
        int before = xnu.descriptors();
        xnu.faults().failNext(call, "ENOMEM");
        assertThatThrownBy(() -> KernelEvents.open(xnu, arena, this))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining(call)
                .hasMessageContaining("ENOMEM");
        assertThat(xnu.descriptors()).isEqualTo(before);
    }
}
