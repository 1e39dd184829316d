package switchd.attach;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import switchd.posix.Credentials;
import switchd.posix.Ids;

/// The name under which the link of an attached VM is held: all that the kernel does not tell of
/// the descriptor itself.
///
/// As a text it is made of letters, digits, dashes and dots, at most 110 of them, which a name of
/// systemd's store can hold.
///
/// @param port the port's name
/// @param kind how the VM is attached
/// @param place whose the port's sockets are, and where: a link is not for a port that has moved
/// @param vm what the kernel said of the VM; null where it said nothing
public record LinkName(String port, Kind kind, String place, @Nullable Credentials vm) {
    private static final Pattern TEXT =
            Pattern.compile(
                    "([A-Za-z0-9-]{1,32})\\.(datagram|descriptor|note)\\.([0-9a-f-]{1,40})"
                            + "(?:\\.([0-9]{1,9})-([0-9]{1,10})-([0-9]{1,10}))?");

    /// How a VM is attached whose link can outlive this process. Of a stream, it would not be known
    /// how much of a frame has gone through.
    public enum Kind {
        /// By a datagram to the port's socket.
        DATAGRAM,
        /// By one end of a pair that was handed over.
        DESCRIPTOR,
        /// No link, but what is known of the VM of another one, see [VmNote].
        NOTE;

        private String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// Reads what [#toString] gave; nothing where it is no such text.
    public static Optional<LinkName> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Kind kind = Kind.valueOf(matcher.group(2).toUpperCase(Locale.ROOT));
        Credentials vm = null;
        if (matcher.group(4) != null) {
            OptionalInt uid = Ids.parse(matcher.group(5));
            OptionalInt gid = Ids.parse(matcher.group(6));
            if (uid.isEmpty() || gid.isEmpty()) {
                return Optional.empty();
            }
            int pid = Integer.parseInt(matcher.group(4));
            vm = new Credentials(pid, uid.getAsInt(), gid.getAsInt());
        }
        return Optional.of(new LinkName(matcher.group(1), kind, matcher.group(3), vm));
    }

    /// The name of what is known of the VM of this link.
    LinkName note() {
        return new LinkName(port, Kind.NOTE, place, vm);
    }

    /// What tells a port's place.
    ///
    /// @param path of its datagram socket; empty where the VM has a descriptor
    static String place(SocketAccess access, String path) {
        return "%s-%s-%o-%08x"
                .formatted(
                        Ids.text(access.owner().uid()),
                        Ids.text(access.owner().gid()),
                        access.mode(),
                        path.hashCode());
    }

    @Override
    public String toString() {
        String start = port + "." + kind.word() + "." + place;
        return vm == null
                ? start
                : start + "." + vm.pid() + "-" + Ids.text(vm.uid()) + "-" + Ids.text(vm.gid());
    }
}
