package switchd.daemon.doctor;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import switchd.core.InterfaceName;
import switchd.core.MacAddress;
import switchd.core.SwitchdException;
import switchd.posix.Posix;

/// What a kernel tells of the host. Belongs to the thread that opened it.
interface Facts extends AutoCloseable {
    /// For what both kernels are asked alike.
    Posix posix();

    /// True where everything may be looked at.
    default boolean isRoot() {
        return posix().geteuid() == 0;
    }

    /// The commands of this kernel.
    Cures cures();

    /// All interfaces.
    ///
    /// @throws SwitchdException where the kernel does not tell
    List<HostInterface> interfaces() throws SwitchdException;

    /// A setting that is a number, as the command `sysctl` names it; empty where there is none.
    ///
    /// @throws SwitchdException where the kernel does not tell
    OptionalInt setting(String name) throws SwitchdException;

    /// Interfaces that a switchd which is gone has left behind.
    ///
    /// @throws SwitchdException where the kernel does not tell
    List<InterfaceName> leftovers() throws SwitchdException;

    /// Processes of switchd that have ports on bridges, as far as this user is told, with the names
    /// of these.
    ///
    /// @throws SwitchdException where the kernel does not tell
    Map<Integer, Set<String>> users() throws SwitchdException;

    /// Addresses that were seen outside of switchd's own ports, where the kernel tells.
    ///
    /// @throws SwitchdException where it fails to
    default List<Sighting> sightings() throws SwitchdException {
        return List.of();
    }

    /// An address that is used somewhere.
    ///
    /// @param where the interface that it was seen at
    record Sighting(MacAddress address, String where) {}

    /// The checks that this kernel has to itself.
    List<Check> checks(Setup setup);

    @Override
    void close();
}
