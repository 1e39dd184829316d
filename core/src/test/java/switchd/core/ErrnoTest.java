package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class ErrnoTest {
    /// Written down apart from the code: `errno -l` on Debian 12, `sys/errno.h` of the macOS SDK.
    @ParameterizedTest
    @CsvSource({
        "EPERM, 1, 1",
        "ENOENT, 2, 2",
        "EINTR, 4, 4",
        "ENXIO, 6, 6",
        "EBADF, 9, 9",
        "EAGAIN, 11, 35",
        "EBUSY, 16, 16",
        "EEXIST, 17, 17",
        "ENODEV, 19, 19",
        "EINVAL, 22, 22",
        "ENAMETOOLONG, 36, 63",
        "ENOSYS, 38, 78",
        "ELOOP, 40, 62",
        "EDESTADDRREQ, 89, 39",
        "EMSGSIZE, 90, 40",
        "EPROTOTYPE, 91, 41",
        "EOPNOTSUPP, 95, 102",
        "EAFNOSUPPORT, 97, 47",
        "EADDRINUSE, 98, 48",
        "ENETDOWN, 100, 50",
        "ECONNRESET, 104, 54",
        "ENOBUFS, 105, 55",
        "ENOTCONN, 107, 57",
        "ECONNREFUSED, 111, 61"
    })
    void everyKernelHasItsOwnNumbers(Errno errno, int linux, int darwin) {
        assertThat(errno.number(Kernel.LINUX)).isEqualTo(linux);
        assertThat(errno.number(Kernel.DARWIN)).isEqualTo(darwin);
    }

    @ParameterizedTest
    @EnumSource(Kernel.class)
    void noTwoErrorsShareANumber(Kernel kernel) {
        Set<Integer> seen = new HashSet<>();
        for (Errno errno : Errno.values()) {
            if (errno.number(kernel) >= 0) {
                assertThat(seen.add(errno.number(kernel))).as(errno.name()).isTrue();
            }
        }
    }

    @Test
    void aBindingReturnsAnErrorNegated() {
        assertThat(Errno.ENOENT.is(-2)).isTrue();
        assertThat(Errno.ENOENT.is(2)).isFalse();
        assertThat(Errno.ENOENT.is(-1)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(Errno.class)
    void aResultThatIsNoErrorIsNeverTakenForOne(Errno errno) {
        for (Kernel kernel : Kernel.values()) {
            assertThat(errno.is(kernel, 0)).isFalse();
            assertThat(errno.is(kernel, 1)).as("%s on %s", errno, kernel).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(Errno.class)
    void aNumberOfTheRunningKernelHasItsName(Errno errno) {
        if (errno.number() >= 0) {
            assertThat(Errno.of(errno.number())).isEqualTo(errno);
        }
    }

    @Test
    void aNumberThatIsNotListedHasNoName() {
        assertThat(Errno.of(4711)).isNull();
        assertThat(Errno.of(-1)).isNull();
        assertThat(new SyscallException("bind(x)", 4711)).hasMessage("bind(x): errno 4711");
    }

    @Test
    void aFailedCallTellsTheCallAndTheErrorByName() {
        SyscallException failure = new SyscallException("ioctl(SIOCBRADDBR, br0)", -17);
        assertThat(failure).hasMessage("ioctl(SIOCBRADDBR, br0): EEXIST (17)");
        assertThat(failure.is(Errno.EEXIST)).isTrue();
        assertThat(failure.is(Errno.EBUSY)).isFalse();
    }

    @Test
    void onlyANegativeResultIsAFailure() throws SyscallException {
        assertThat(SyscallException.check("read(3)", 0)).isZero();
        assertThat(SyscallException.check("read(3)", 60)).isEqualTo(60);
        assertThatThrownBy(() -> SyscallException.check("read(3)", -2))
                .isInstanceOf(SyscallException.class)
                .hasMessage("read(3): ENOENT (2)");
    }
}
