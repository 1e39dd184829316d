package switchd.linux;

import java.util.Arrays;

/// A capability that the daemon needs (`man 7 capabilities`), and what for.
public enum Capability {
    /// A socket's directory is given to the owner of its port, a control socket to its group.
    CAP_CHOWN(0),

    /// The directory and the socket of a port that is another user's, and not open to root's group,
    /// are looked at.
    CAP_DAC_READ_SEARCH(2),

    /// A port's work on files is done with the rights of its owner: his group.
    CAP_SETGID(6),

    /// The same: his user.
    CAP_SETUID(7),

    /// TAPs, bridges, what happens to interfaces, socket buffers beyond the limit.
    CAP_NET_ADMIN(12),

    /// Packet sockets on a NIC.
    CAP_NET_RAW(13);

    private final int number;

    Capability(int number) {
        this.number = number;
    }

    /// As the kernel counts them.
    int number() {
        return number;
    }

    /// All of them, bit n for number n.
    static long all() {
        return Arrays.stream(values()).mapToLong(one -> 1L << one.number).sum();
    }
}
