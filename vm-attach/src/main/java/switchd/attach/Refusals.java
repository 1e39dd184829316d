package switchd.attach;

import java.util.HashSet;
import java.util.Set;
import switchd.core.DropCause;
import switchd.core.Errno;
import switchd.core.Port;
import switchd.core.PortEvent;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;

/// The clients that a port has turned away: their datagrams are counted, each client is reported
/// once until the next VM attaches, and no more than so many.
final class Refusals {
    private static final int MOST_REPORTED = 64;

    private final Port port;
    private final Set<String> told = new HashSet<>();

    Refusals(Port port) {
        this.port = port;
    }

    /// What to say while a VM is attached.
    static String occupied(Port port) {
        return "the port has a VM already, " + port.peer() + ": stop that one first, or add a port";
    }

    /// What to say of a client that our socket could not be connected to.
    static String unanswerable(SwitchdException cause) {
        boolean gone =
                cause instanceof SyscallException call
                        && (call.is(Errno.ENOENT) || call.is(Errno.ECONNREFUSED));
        return "it cannot be answered: "
                + cause.getMessage()
                + (gone
                        ? "; start the VM again, with the socket's absolute path"
                        : "; run the VM as the port's owner, see --owner");
    }

    /// Counts a datagram, and reports its sender.
    ///
    /// @param client the path that it is bound to, empty where it is bound to none
    void refuse(String client, String reason) {
        count();
        tell(client, reason);
    }

    /// Counts a datagram.
    void count() {
        port.toLan().dropped(DropCause.DETACHED, 1);
    }

    /// Reports a client whose datagrams are counted elsewhere.
    void tell(String client, String reason) {
        String name = client.isEmpty() ? "(no path)" : Client.printable(client);
        if (told.size() < MOST_REPORTED && told.add(name)) {
            port.report(new PortEvent.Refused(port.name(), name, reason));
        }
    }

    /// Whoever is refused from here on is reported anew.
    void forget() {
        told.clear();
    }
}
