package switchd.attach;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.core.DropCause;
import switchd.core.PortEvent;
import switchd.core.testkit.Frames;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.Profile;
import switchd.posix.Owner;

/// VMs that come and go, on a Darwin kernel in memory. Time goes by eight times slower for the
/// port: what is told at once cannot have been found by its looks, which come every two seconds.
@ParameterizedClass
@EnumSource(Profile.class)
@EnabledIfSystemProperty(
        named = "switchd.host",
        matches = "darwin",
        disabledReason = "speaks Darwin's numbers")
class AttachDarwinTest {
    private static final Owner VM_USER = new Owner(501, 20);
    private static final Path HOME = Path.of("/Users/vmuser");
    private static final Path SERVER = HOME.resolve("net.sock");

    private final FakeXnu root;
    private AttachLab lab;

    AttachDarwinTest(Profile profile) {
        root = FakeXnu.boot(profile);
    }

    @BeforeEach
    void listen() throws Exception {
        lab = listenAt(SERVER);
        lab.listenAs(VM_USER);
    }

    @AfterEach
    void close() {
        lab.close();
        assertThat(root.descriptors()).isZero();
        assertThat(root.geteuid()).isZero();
    }

    private AttachLab listenAt(Path path) {
        return listenAt(path, root);
    }

    private static AttachLab listenAt(Path path, FakeXnu process) {
        return AttachLab.start(
                path, arena -> new DarwinLabHost(process, arena), () -> System.nanoTime() / 8);
    }

    private static byte[] frame(int number) {
        return Frames.frame(Frames.BROADCAST, Frames.mac(1), number, 1000);
    }

    private static byte[][] frames(int first, int count) {
        return IntStream.range(first, first + count)
                .mapToObj(AttachDarwinTest::frame)
                .toArray(byte[][]::new);
    }

    private FakeXnu user() {
        return root.spawn(VM_USER.uid());
    }

    private DarwinVm vfkit(String name) throws Exception {
        int before = lab.events(PortEvent.Attached.class).size();
        DarwinVm vm = DarwinVm.vfkit(user(), HOME.resolve(name), SERVER);
        lab.awaitAttached(before + 1);
        return vm;
    }

    private byte[] receive(DarwinVm vm) {
        List<byte[]> got = new ArrayList<>();
        lab.until(
                "a datagram",
                () -> {
                    vm.receive().ifPresent(got::add);
                    return !got.isEmpty();
                });
        return got.getFirst();
    }

    private List<Integer> receive(DarwinVm vm, int count) {
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            numbers.add(Frames.number(receive(vm)));
        }
        return numbers;
    }

    private static List<Integer> numbers(int from, int to) {
        return IntStream.range(from, to).boxed().toList();
    }

    private String reason() {
        return lab.events(PortEvent.Detached.class).getLast().reason();
    }

    @Test
    void vfkitAttachesByItsGreetingAndFramesGoBothWays() throws Exception {
        DarwinVm vm = vfkit("vm.sock");
        vm.send(frame(1));
        lab.awaitFrames(1);
        assertThat(lab.frames()).containsExactly(frame(1));
        lab.toVm(frame(2));
        assertThat(receive(vm)).isEqualTo(frame(2));
        assertThat(lab.port().toLan().drops()).isZero();
        assertThat(lab.events())
                .containsExactly(new PortEvent.Attached("vm1", vm.local().toString()));
    }

    @Test
    void aClientThatNeverConnectsIsHeardAndAnswered() throws Exception {
        DarwinVm vm = DarwinVm.bound(user(), HOME.resolve("qemu.sock"));
        for (int i = 1; i <= 20; i++) {
            vm.sendTo(SERVER, frame(i));
            lab.awaitFrames(i);
        }
        lab.toVm(frame(100));
        assertThat(receive(vm)).isEqualTo(frame(100));
        assertThat(lab.events(PortEvent.Attached.class)).hasSize(1);
        assertThat(lab.port().toLan().drops()).isZero();
    }

    @Test
    void theSocketIsTheOwnersAndRootsRightsAreNotLeftBehind() {
        assertThat(root.files().owner(SERVER.toString())).isEqualTo(VM_USER.uid());
        assertThat(root.files().mode(SERVER.toString()) & 0777).isEqualTo(0600);
        assertThat(root.geteuid()).isZero();
    }

    @Test
    void theEndOfAVmsProcessIsToldAtOnce() throws Exception {
        // The look at the VM every 250 ms may chance to come first: not ten times in a row.
        List<String> reasons = new ArrayList<>();
        while (reasons.size() < 10 && !reasons.contains("its process has ended")) {
            vfkit("vm" + reasons.size() + ".sock").kill();
            lab.awaitDetached(reasons.size() + 1);
            reasons.add(reason());
        }
        assertThat(reasons).contains("its process has ended");
    }

    @Test
    void aSocketThatAnotherProcessHoldsOutlivesTheFirst() throws Exception {
        DarwinVm vm = vfkit("vm.sock");
        FakeXnu framework = user();
        int held = vm.process().hand(vm.fd(), framework);
        framework.write(held, MemorySegment.NULL, 0, 0);
        vm.kill();
        lab.toVm(frame(1));
        assertThat(lab.port().isAttached()).isTrue();
        assertThat(lab.events(PortEvent.Detached.class)).isEmpty();
        framework.kill9();
        lab.awaitDetached(1);
        // The last where the loop is still at what the framework has written.
        assertThat(reason())
                .containsAnyOf("its process has ended", "its socket is closed", "ECONNRESET");
    }

    @Test
    void aSocketThatIsClosedIsToldByTheFirstFrameForIt() throws Exception {
        DarwinVm vm = vfkit("vm.sock");
        vm.close();
        lab.toVm(frame(1));
        lab.awaitDetached(1);
        assertThat(reason()).contains("ECONNRESET");
    }

    @Test
    void aSocketThatIsClosedIsFoundByALook() throws Exception {
        vfkit("vm.sock").close();
        lab.awaitDetached(1);
        assertThat(reason()).isEqualTo("its socket is closed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vm.sock", "new.sock"})
    void theNextVmAttachesByItsFirstDatagram(String next) throws Exception {
        vfkit("vm.sock").kill();
        DarwinVm vm = vfkit(next);
        vm.send(frame(1));
        lab.awaitFrames(1);
        lab.toVm(frame(2));
        assertThat(receive(vm)).isEqualTo(frame(2));
    }

    @Test
    void aQemuThatFollowsOneOnTheSamePathAttaches() throws Exception {
        Path local = HOME.resolve("qemu.sock");
        DarwinVm first = DarwinVm.bound(user(), local);
        first.sendTo(SERVER, frame(1));
        lab.awaitAttached(1);
        first.kill();
        DarwinVm second = DarwinVm.bound(user(), local);
        second.sendTo(SERVER, frame(2));
        lab.awaitAttached(2);
        lab.awaitFrames(2);
        lab.toVm(frame(3));
        assertThat(receive(second)).isEqualTo(frame(3));
    }

    @Test
    void aStrangerWhoConnectedBeforeCannotInjectFrames() throws Exception {
        DarwinVm stranger = DarwinVm.bound(user(), HOME.resolve("evil.sock")).connect(SERVER);
        DarwinVm vm = vfkit("vm.sock");
        stranger.send(frame(66)); // Darwin delivers it to the VM's link
        lab.until("drop", () -> lab.port().toLan().drops(DropCause.DETACHED) == 1);
        vm.send(frame(1));
        lab.awaitFrames(1);
        assertThat(Frames.numbers(lab.frames())).containsExactly(1);
        lab.awaitEvents(PortEvent.Refused.class, 1);
        assertThat(lab.events(PortEvent.Refused.class).getFirst().peer())
                .isEqualTo(stranger.local().toString());
    }

    @Test
    void aSecondClientIsRefusedWhileTheFirstIsAlive() throws Exception {
        DarwinVm vm = vfkit("vm.sock");
        DarwinVm second = DarwinVm.bound(user(), HOME.resolve("second.sock"));
        second.sendTo(SERVER, frame(66));
        lab.awaitEvents(PortEvent.Refused.class, 1);
        vm.send(frame(1));
        lab.awaitFrames(1);
        assertThat(Frames.numbers(lab.frames())).containsExactly(1);
        vm.close();
        second.sendTo(SERVER, frame(2));
        lab.awaitAttached(2);
        lab.awaitFrames(2);
    }

    @Test
    void aVmWithASmallQueueThatReadsLateLosesNothing() throws Exception {
        DarwinVm vm = DarwinVm.bound(user(), HOME.resolve("vm.sock")).connect(SERVER);
        vm.send(frame(0));
        lab.awaitAttached(1);
        lab.toVm(frames(0, 100));
        assertThat(lab.port().toVm().frames()).isLessThan(10);
        assertThat(receive(vm, 100)).isEqualTo(numbers(0, 100));
        vm.send(frame(1));
        lab.awaitFrames(2); // from here on the port knows that the VM is connected to it
        lab.toVm(frames(100, 100));
        assertThat(receive(vm, 100)).isEqualTo(numbers(100, 200));
        assertThat(lab.port().toVm().drops()).isZero();
    }

    @Test
    void aQemuThatReadsLateLosesNothing() throws Exception {
        DarwinVm vm = DarwinVm.bound(user(), HOME.resolve("qemu.sock"));
        vm.sendTo(SERVER, frame(0));
        lab.awaitAttached(1);
        lab.toVm(frames(0, 100));
        assertThat(receive(vm, 100)).isEqualTo(numbers(0, 100));
        assertThat(lab.port().toVm().drops()).isZero();
    }

    @Test
    void aVmThatNeverReadsIsGivenUpOnAfterAWhile() throws Exception {
        DarwinVm vm = DarwinVm.bound(user(), HOME.resolve("vm.sock")).connect(SERVER);
        vm.send(frame(0));
        lab.awaitAttached(1);
        lab.toVm(frames(0, 50));
        lab.until("drops", () -> lab.port().toVm().drops(DropCause.VM_FULL) > 0);
        assertThat(lab.port().toVm().frames() + lab.port().toVm().drops(DropCause.VM_FULL))
                .isEqualTo(50);
        assertThat(lab.port().isAttached()).isTrue();
    }

    @Test
    void everythingIsRemovedAtTheEnd() throws Exception {
        vfkit("vm.sock").kill();
        lab.closeAccept();
        assertThat(root.files().list(HOME.toString())).isEmpty();
    }

    @Test
    void aPathThatSomebodyListensAtIsNotTakenFromHim() throws Exception {
        DarwinVm vm = DarwinVm.bound(user(), HOME.resolve("vm.sock")).connect(SERVER);
        vm.send(frame(0));
        lab.awaitAttached(1);
        FakeXnu other = root.spawn(0);
        try (AttachLab second = listenAt(SERVER, other)) {
            assertThatThrownBy(() -> second.listenAs(VM_USER))
                    .hasMessageContaining(
                            "another program listens at %s, process %d: stop it"
                                    .formatted(SERVER, root.pid()));
        }
        assertThat(other.descriptors()).isZero();
        lab.toVm(frame(1));
        assertThat(receive(vm, 1)).isEqualTo(numbers(1, 2));
        DarwinVm next = DarwinVm.bound(user(), HOME.resolve("next.sock"));
        assertThat(next.connect(SERVER)).isSameAs(next); // its path still leads there
    }

    @Test
    void aPathThatIsTooLongIsRefused() {
        Path longest = HOME.resolve("x".repeat(103 - HOME.toString().length() - 1));
        try (AttachLab fits = listenAt(longest);
                AttachLab tooLong = listenAt(Path.of(longest + "x"))) {
            assertThatThrownBy(() -> tooLong.listenAs(VM_USER))
                    .hasMessageContaining("at most 103")
                    .hasMessageContaining("--socket");
            fits.listen();
            assertThat(root.files().exists(longest.toString())).isTrue();
        }
    }
}
