package switchd.darwin;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import switchd.core.Errno;
import switchd.darwin.testkit.Abi;
import switchd.darwin.testkit.FakeVm;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.ProcessKilled;
import switchd.darwin.testkit.Profile;
import switchd.posix.PosixConstants;
import switchd.posix.UnixAddress;

/// What is not in the transcripts of the real kernel: processes, files, counting and faults.
class FakeXnuTest {
    private final Arena arena = Arena.ofShared();
    private final FakeXnu root = FakeXnu.boot(Profile.MACOS15);

    @AfterEach
    void free() {
        arena.close();
    }

    @Test
    void twoEndsOfASocketpairTalk() {
        MemorySegment fds = arena.allocate(JAVA_INT, 2);
        assertEquals(0, root.socketpair(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0, fds));
        assertEquals(3, fds.getAtIndex(JAVA_INT, 0));
        assertEquals(4, fds.getAtIndex(JAVA_INT, 1));

        MemorySegment text = arena.allocateFrom("frame");
        assertEquals(6, root.write(3, text, 0, 6));
        MemorySegment room = arena.allocate(100);
        assertEquals(6, root.read(4, room, 0, 100));
        assertEquals("frame", room.getString(0));
        root.fcntl(4, DarwinConstants.F_SETFL, PosixConstants.O_NONBLOCK);
        assertTrue(Errno.EAGAIN.is(root.read(4, room, 0, 100)));
    }

    @Test
    void aReaderIsWokenByAnotherThread() throws InterruptedException {
        MemorySegment fds = arena.allocate(JAVA_INT, 2);
        root.socketpair(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0, fds);
        Thread writer = new Thread(() -> root.write(3, arena.allocateFrom("late"), 0, 5), "writer");
        int kqueue = root.kqueue();
        MemorySegment change = change(4, DarwinConstants.EVFILT_READ, DarwinConstants.EV_ADD, 77);
        MemorySegment events = arena.allocate(Structs.KEVENT64_S, 4);
        writer.start();
        int n = root.kevent64(kqueue, change, 1, events, 4, 0, MemorySegment.NULL);
        writer.join();
        assertEquals(1, n);
        assertEquals(77, events.get(JAVA_LONG, Structs.offset(Structs.KEVENT64_S, "udata")));
        assertEquals(5, events.get(JAVA_LONG, Structs.offset(Structs.KEVENT64_S, "data")));
    }

    @Test
    void anEventThatIsTriggeredCarriesTheUdataOfTheTrigger() {
        int kqueue = root.kqueue();
        int flags = DarwinConstants.EV_ADD | DarwinConstants.EV_CLEAR;
        MemorySegment none = MemorySegment.NULL;
        MemorySegment add = change(0, DarwinConstants.EVFILT_USER, flags, 5);
        assertEquals(0, root.kevent64(kqueue, add, 1, none, 0, 0, none));
        MemorySegment trigger = change(0, DarwinConstants.EVFILT_USER, 0, 0);
        trigger.set(
                JAVA_INT,
                Structs.offset(Structs.KEVENT64_S, "fflags"),
                DarwinConstants.NOTE_TRIGGER);
        assertEquals(0, root.kevent64_trigger(kqueue, trigger));
        MemorySegment events = arena.allocate(Structs.KEVENT64_S, 2);
        MemorySegment poll = arena.allocate(Structs.TIMESPEC);
        assertEquals(1, root.kevent64(kqueue, none, 0, events, 2, 0, poll));
        assertEquals(0, events.get(JAVA_LONG, Structs.offset(Structs.KEVENT64_S, "udata")));
        assertEquals(0, root.kevent64(kqueue, none, 0, events, 2, 0, poll));
    }

    @Test
    void theDeathOfAProcessIsAnEvent() {
        FakeXnu vm = root.spawn(501);
        int kqueue = root.kqueue();
        MemorySegment change =
                change(vm.pid(), DarwinConstants.EVFILT_PROC, DarwinConstants.EV_ADD, 9);
        change.set(
                JAVA_INT, Structs.offset(Structs.KEVENT64_S, "fflags"), DarwinConstants.NOTE_EXIT);
        MemorySegment none = MemorySegment.NULL;
        assertEquals(0, root.kevent64(kqueue, change, 1, none, 0, 0, none));
        assertEquals(0, root.kill(vm.pid(), 0));
        vm.kill9();
        MemorySegment events = arena.allocate(Structs.KEVENT64_S, 2);
        assertEquals(1, root.kevent64(kqueue, none, 0, events, 2, 0, none));
        assertEquals(9, events.get(JAVA_LONG, Structs.offset(Structs.KEVENT64_S, "udata")));
        assertEquals(-Abi.constant("ESRCH"), root.kill(vm.pid(), 0));
        assertThrows(ProcessKilled.class, vm::kqueue);
    }

    @Test
    void filesObeyTheirModes() {
        FakeXnu user = root.spawn(501);
        MemorySegment path = arena.allocateFrom("/var/run/switchd.pid");
        int flags = DarwinConstants.O_CREAT | DarwinConstants.O_WRONLY;
        assertTrue(Errno.EACCES.is(user.open(path, flags, 0644)));
        int fd = root.open(path, flags | DarwinConstants.O_EXCL, 0600);
        assertEquals(3, fd);
        assertEquals(4, root.write(fd, arena.allocateFrom("1234"), 0, 4));
        assertEquals("1234", root.files().text("/private/var/run/switchd.pid"));
        assertTrue(Errno.EACCES.is(user.open(path, 0)));
        assertTrue(Errno.EEXIST.is(root.open(path, flags | DarwinConstants.O_EXCL, 0600)));
        assertEquals(List.of("switchd.pid"), root.files().list("/var/run"));
        assertEquals(0, root.unlink(path));
        assertFalse(root.files().exists("/var/run/switchd.pid"));
    }

    @Test
    void aSocketMayOnlyBeSentToByThoseWhoMayWriteToItAndSearchItsDirectories() throws Exception {
        root.files().makeDirectory("/var/run/vm", 0, 0, 0700);
        bind(root, "/var/run/vm/s");
        FakeXnu user = root.spawn(501);
        assertTrue(Errno.EACCES.is(connect(user, "/var/run/vm/s")));
        root.files().change("/var/run/vm", 0, 0755);
        assertTrue(Errno.EACCES.is(connect(user, "/var/run/vm/s")));
        root.files().change("/var/run/vm/s", 501, 0600);
        assertEquals(0, connect(user, "/var/run/vm/s"));
    }

    @Test
    void aVmTalksToASocketOfTheDaemons() throws Exception {
        root.files().makeDirectory("/var/run/vm", 501, 20, 0755);
        int fd = root.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
        UnixAddress address = UnixAddress.of(arena, "/var/run/vm/s");
        root.bind(fd, address.memory(), address.length());
        root.files().change("/var/run/vm/s", 501, 0600);
        FakeXnu tool = root.spawn(501);
        try (FakeVm vm = FakeVm.bound(tool, "/var/run/vm/vm.s").connect("/var/run/vm/s").hello()) {
            MemorySegment room = arena.allocate(100);
            assertEquals(4, root.read(fd, room, 0, 100));
            assertTrue(vm.send(new byte[1514]));
            assertTrue(vm.send(new byte[1514]));
            assertFalse(vm.send(new byte[1514]));
            assertNull(vm.receive(Duration.ofMillis(1)));
            assertEquals(List.of("s", "vm.s"), root.files().list("/private/var/run/vm"));
        }
    }

    @Test
    void everyCallOfAScenarioCanBeMadeToFail() {
        root.faults().arm();
        scenario(root);
        List<String> calls = root.faults().calls();
        assertEquals(List.of("socket", "kqueue", "close", "close"), calls);
        for (int i = 1; i <= calls.size(); i++) {
            FakeXnu again = FakeXnu.boot(Profile.MACOS11);
            again.faults().failAt(i, "ENOMEM");
            scenario(again);
            assertTrue(again.calls().toString().contains("-1 ENOMEM"));
        }
        assertEquals(2, root.calls().count("close"));
        assertEquals("socket(1, 2, 0) = 3", root.calls().last(4).getFirst());
    }

    @Test
    void descriptorsAreLimited() {
        root.descriptorLimit(4);
        assertEquals(3, root.kqueue());
        assertTrue(Errno.EMFILE.is(root.kqueue()));
        root.close(3);
        assertEquals(3, root.kqueue());
    }

    private static void scenario(FakeXnu xnu) {
        int socket = xnu.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
        int kqueue = xnu.kqueue();
        xnu.close(kqueue);
        xnu.close(socket);
    }

    private void bind(FakeXnu xnu, String path) throws Exception {
        int fd = xnu.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
        UnixAddress address = UnixAddress.of(arena, path);
        assertEquals(0, xnu.bind(fd, address.memory(), address.length()));
    }

    private int connect(FakeXnu xnu, String path) throws Exception {
        int fd = xnu.socket(PosixConstants.AF_UNIX, PosixConstants.SOCK_DGRAM, 0);
        UnixAddress address = UnixAddress.of(arena, path);
        return xnu.connect(fd, address.memory(), address.length());
    }

    private MemorySegment change(long ident, int filter, int flags, long udata) {
        MemorySegment change = arena.allocate(Structs.KEVENT64_S);
        change.set(JAVA_LONG, Structs.offset(Structs.KEVENT64_S, "ident"), ident);
        change.set(JAVA_SHORT, Structs.offset(Structs.KEVENT64_S, "filter"), (short) filter);
        change.set(JAVA_SHORT, Structs.offset(Structs.KEVENT64_S, "flags"), (short) flags);
        change.set(JAVA_LONG, Structs.offset(Structs.KEVENT64_S, "udata"), udata);
        return change;
    }
}
