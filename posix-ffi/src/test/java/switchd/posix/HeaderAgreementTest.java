package switchd.posix;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import switchd.posix.testkit.CHeaders;

/// Linux's values of what both kernels have; Darwin's are held against its own tables elsewhere.
@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux: its headers")
class HeaderAgreementTest {
    @Test
    void constantsAgree() throws Exception {
        new CHeaders("sys/socket.h", "fcntl.h", "sys/stat.h", "signal.h")
                .constant("AF_UNIX", PosixConstants.AF_UNIX)
                .constant("SOCK_STREAM", PosixConstants.SOCK_STREAM)
                .constant("SOCK_DGRAM", PosixConstants.SOCK_DGRAM)
                .constant("SO_TYPE", PosixConstants.SO_TYPE)
                .constant("SO_PEERCRED", 17)
                .constant("MSG_DONTWAIT | MSG_NOSIGNAL", StreamSocket.SEND_FLAGS)
                .constant("SOL_SOCKET", PosixConstants.SOL_SOCKET)
                .constant("SO_SNDBUF", PosixConstants.SO_SNDBUF)
                .constant("SO_RCVBUF", PosixConstants.SO_RCVBUF)
                .constant("SO_SNDBUFFORCE", 32)
                .constant("SO_RCVBUFFORCE", 33)
                .constant("MSG_PEEK", PosixConstants.MSG_PEEK)
                .constant("SO_RCVTIMEO", PosixConstants.SO_RCVTIMEO)
                .constant("SO_SNDTIMEO", PosixConstants.SO_SNDTIMEO)
                .constant("MSG_DONTWAIT", PosixConstants.MSG_DONTWAIT)
                .constant("F_GETFL", PosixConstants.F_GETFL)
                .constant("F_SETFL", PosixConstants.F_SETFL)
                .constant("F_SETFD", PosixConstants.F_SETFD)
                .constant("FD_CLOEXEC", PosixConstants.FD_CLOEXEC)
                .constant("O_RDWR", PosixConstants.O_RDWR)
                .constant("O_NONBLOCK", PosixConstants.O_NONBLOCK)
                .constant("O_CLOEXEC", PosixConstants.O_CLOEXEC)
                .constant("SIG_UNBLOCK", Exec.SIG_UNBLOCK)
                .constant("SIGQUIT", 3)
                .constant("(long) SIG_IGN", 1)
                .constant("sizeof(sigset_t)", 128)
                .constant("S_IFMT", PosixConstants.S_IFMT)
                .constant("S_IFDIR", PosixConstants.S_IFDIR)
                .constant("S_IFSOCK", PosixConstants.S_IFSOCK)
                .check();
    }

    @Test
    void layoutsAgree() throws Exception {
        new CHeaders("sys/socket.h", "sys/uio.h", "sys/un.h", "pwd.h")
                .struct("struct msghdr", MessageHeader.LAYOUT)
                .struct("struct iovec", MessageHeader.IOVEC)
                .members("struct passwd", Passwd.LAYOUT)
                .constant("offsetof(struct sockaddr_un, sun_path)", 2)
                .constant("sizeof(struct sockaddr_un)", 2 + UnixAddress.LONGEST_PATH + 1)
                .check();
    }
}
