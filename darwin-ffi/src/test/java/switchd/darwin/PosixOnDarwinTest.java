package switchd.darwin;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;
import switchd.core.UsageException;
import switchd.darwin.testkit.Abi;
import switchd.posix.FileStatus;
import switchd.posix.Posix;
import switchd.posix.UnixAddress;

/// What is written and read in Darwin's form where the kernels differ, held against the layouts a
/// compiler computed.
final class PosixOnDarwinTest {
    private static final int PATH = Abi.offset("sockaddr_un", "sun_path");

    @Test
    void anAddressBeginsWithItsLength() throws UsageException {
        try (Arena arena = Arena.ofConfined()) {
            UnixAddress address = UnixAddress.of(arena, "/a");
            MemorySegment memory = address.memory();
            assertThat(address.length()).isEqualTo(PATH + "/a".length() + 1);
            assertThat(memory.get(JAVA_BYTE, Abi.offset("sockaddr_un", "sun_len")))
                    .isEqualTo((byte) address.length());
            assertThat(memory.get(JAVA_BYTE, Abi.offset("sockaddr_un", "sun_family")))
                    .isEqualTo((byte) Abi.constant("AF_UNIX"));
            assertThat(memory.getString(PATH)).isEqualTo("/a");
            assertThat(UnixAddress.path(memory, 0, address.length())).isEqualTo("/a");
        }
    }

    @Test
    void theLongestPathLeavesRoomForANul() throws UsageException {
        int room = Abi.size("sockaddr_un") - PATH;
        assertThat(UnixAddress.LONGEST_PATH).isEqualTo(room - 1);
        assertThat(UnixAddress.BYTES).isGreaterThanOrEqualTo(Abi.size("sockaddr_un"));
        try (Arena arena = Arena.ofConfined()) {
            String longest = "/".repeat(room - 1);
            assertThat(UnixAddress.of(arena, longest).length()).isEqualTo(Abi.size("sockaddr_un"));
            assertThatThrownBy(() -> UnixAddress.of(arena, longest + "/"))
                    .isInstanceOf(UsageException.class);
        }
    }

    @Test
    void aFilesStatusIsReadFromWhereItLies() throws Exception {
        Posix posix =
                (Posix)
                        Proxy.newProxyInstance(
                                Posix.class.getClassLoader(),
                                new Class<?>[] {Posix.class},
                                (_, method, arguments) -> {
                                    assertThat(method.getName()).isEqualTo("lstat");
                                    fill((MemorySegment) arguments[1]);
                                    return 0;
                                });
        FileStatus status = FileStatus.of(posix, "/a");
        assertThat(status)
                .isEqualTo(
                        new FileStatus(0xc1ff, 501, 20, 0x1000004, 0x1_2345_6789L, 7_000_000_009L));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment room = FileStatus.allocate(arena);
            assertThat(room.byteSize()).isGreaterThanOrEqualTo(Abi.size("stat"));
            assertThat(
                            new FileStatus(0, 0, 0, 0x1000004, 0x1_2345_6789L, 7_000_000_009L)
                                    .isStillAt(posix, arena.allocateFrom("/a"), room))
                    .isTrue();
        }
    }

    private static void fill(MemorySegment status) {
        put(status, (short) 0xc1ff, "st_mode");
        put(status, 501, "st_uid");
        put(status, 20, "st_gid");
        put(status, 0x1000004, "st_dev");
        put(status, 0x1_2345_6789L, "st_ino");
        put(status, 7L, "st_ctimespec", "tv_sec");
        put(status, 9L, "st_ctimespec", "tv_nsec");
    }

    private static void put(MemorySegment status, Number value, String... field) {
        int at = Abi.offset("stat", field);
        int bytes = Abi.size("stat", field);
        switch (value) {
            case Short s when bytes == Short.BYTES -> status.set(JAVA_SHORT, at, s);
            case Integer i when bytes == Integer.BYTES -> status.set(JAVA_INT, at, i);
            case Long l when bytes == Long.BYTES -> status.set(JAVA_LONG, at, l);
            default -> throw new AssertionError(String.join(".", field));
        }
    }
}
