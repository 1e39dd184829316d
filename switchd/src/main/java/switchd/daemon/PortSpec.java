package switchd.daemon;

import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import switchd.core.MacPolicy;
import switchd.core.UsageException;

/// One port as the operator wants it.
///
/// @param name letters, digits and dashes; names the directory of its sockets
/// @param network name of the network it is on
/// @param macPolicy which source addresses its VM may use
/// @param socket absolute path of its datagram socket; null for the usual place
/// @param stream absolute path of its stream socket; null for the usual place, beside the datagram
///   socket; where that one has a chosen place, there is none
/// @param access who may attach
/// @param up whether VMs can attach from the start
/// @param temporary whether the port goes when its VM does
/// @param descriptor number of an inherited socket that is the VM's; null where VMs attach by a
///   path
/// @param guards what its VM may do; what they leave out is as the network says
public record PortSpec(
        String name,
        String network,
        MacPolicy macPolicy,
        @Nullable String socket,
        @Nullable String stream,
        Access access,
        boolean up,
        boolean temporary,
        @Nullable Integer descriptor,
        GuardSpec guards) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,31}");

    /// Whose a port's sockets are.
    ///
    /// @param owner name of the user who runs the VM, or `UID:GID`; null for the one who called
    ///   `sudo`, else who runs the daemon
    /// @param group name or number of a group whose members may attach, too; null for none
    /// @param mode permissions of the sockets; null for 0600, or 0660 with a group
    /// @param requester who asked for the port, where he is not root: it gives him nothing that he
    ///   could not have by himself; null where the operator wants it
    public record Access(
            @Nullable String owner,
            @Nullable String group,
            @Nullable Integer mode,
            @Nullable Requester requester) {
        /// As the operator wants it.
        public Access(@Nullable String owner, @Nullable String group, @Nullable Integer mode) {
            this(owner, group, mode, null);
        }

        /// For the usual user alone.
        public static final Access USUAL = new Access(null, null, null);

        /// For one user alone.
        ///
        /// @param owner as [#owner]
        public static Access of(@Nullable String owner) {
            return new Access(owner, null, null);
        }
    }

    /// A user of the control socket.
    ///
    /// @param uid his number
    /// @param gids the groups that he is in
    public record Requester(int uid, Set<Integer> gids) {}

    /// A port without guards of its own.
    public PortSpec(
            String name,
            String network,
            MacPolicy macPolicy,
            @Nullable String socket,
            @Nullable String stream,
            Access access,
            boolean up,
            boolean temporary,
            @Nullable Integer descriptor) {
        this(
                name,
                network,
                macPolicy,
                socket,
                stream,
                access,
                up,
                temporary,
                descriptor,
                GuardSpec.NONE);
    }

    /// A port with nothing out of the ordinary, which is up.
    public static PortSpec of(String name, String network, MacPolicy macPolicy) {
        return new PortSpec(name, network, macPolicy, null, null, Access.USUAL, true, false, null);
    }

    /// The same at a chosen path.
    ///
    /// @param path of its datagram socket; null for the usual place
    public PortSpec at(@Nullable String path) {
        return new PortSpec(
                name, network, macPolicy, path, stream, access, up, temporary, descriptor, guards);
    }

    /// The same for others.
    public PortSpec forUser(Access who) {
        return new PortSpec(
                name, network, macPolicy, socket, stream, who, up, temporary, descriptor, guards);
    }

    /// The same for one VM, which has a descriptor: it has no socket, and goes with the VM.
    public PortSpec untilItsVmGoes() {
        return new PortSpec(
                name, network, macPolicy, socket, stream, access, up, true, descriptor, guards);
    }

    /// The same with guards.
    public PortSpec guardedBy(GuardSpec wanted) {
        return new PortSpec(
                name,
                network,
                macPolicy,
                socket,
                stream,
                access,
                up,
                temporary,
                descriptor,
                wanted);
    }

    /// True where its VM has a descriptor, and attaches by no path.
    boolean hasNoPath() {
        return descriptor != null || temporary;
    }

    /// Checks what can be checked without the kernel.
    ///
    /// @throws UsageException naming what is wrong
    public PortSpec validated() throws UsageException {
        if (!NAME.matcher(name).matches()) {
            throw new UsageException(
                    "--name: 1 to 32 letters, digits and dashes, not '" + name + "'");
        }
        checkPath("--socket", socket);
        checkPath("--stream-socket", stream);
        if (descriptor != null && descriptor < 3) {
            throw new UsageException(
                    "--fd: 3 or more, not " + descriptor + ": the others are standard streams");
        }
        return this;
    }

    private static void checkPath(String option, @Nullable String path) throws UsageException {
        if (path != null && (!path.startsWith("/") || path.endsWith("/"))) {
            throw new UsageException(option + ": not the path of a socket: '" + path + "'");
        }
        if (path != null && path.chars().anyMatch(Character::isISOControl)) {
            throw new UsageException(option + ": the path of a socket has no control characters");
        }
    }
}
