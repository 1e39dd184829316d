package switchd.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static switchd.fuzz.Check.that;

import java.lang.foreign.MemorySegment;
import java.util.Map;
import switchd.core.Errno;
import switchd.core.SyscallException;
import switchd.fuzz.Input;
import switchd.fuzz.Kernels;

/// Answers of rtnetlink to a question for all links: a list, or the kernel's error; not one
/// datagram is read that is not needed.
public final class RtnetlinkFuzz {
    private RtnetlinkFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        Input input = new Input(bytes);
        try (Rtnetlink rtnetlink = Rtnetlink.open(kernel(input))) {
            for (LinkStatus link : rtnetlink.links()) {
                that(link.type() >= 0 && link.type() <= 0xffff, "a type that is none");
                link.asMember().forEach(member -> that(member.mtu() == link.mtu(), "its MTU"));
            }
        } catch (SyscallException e) {
            that(String.valueOf(e.getMessage()).startsWith("netlink(RTM_GETLINK)"), "whose error");
        }
    }

    /// Each datagram is two octets of length and the bytes; its messages answer request 1.
    private static Linux kernel(Input input) {
        return Kernels.of(
                Linux.class,
                Map.of(
                        "socket",
                        _ -> 3,
                        "setsockopt",
                        _ -> 0,
                        "close",
                        _ -> 0,
                        "sendto",
                        arguments -> arguments[2],
                        "recvfrom",
                        arguments -> {
                            if (input.isEmpty()) {
                                return (long) -Errno.EAGAIN.number();
                            }
                            byte[] datagram = input.take(input.half());
                            MemorySegment.copy(
                                    datagram,
                                    0,
                                    (MemorySegment) arguments[1],
                                    JAVA_BYTE,
                                    0,
                                    datagram.length);
                            return (long) datagram.length;
                        }));
    }
}
