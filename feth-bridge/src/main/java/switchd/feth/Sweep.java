package switchd.feth;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import switchd.core.Errno;
import switchd.core.InterfaceName;
import switchd.core.SyscallException;
import switchd.darwin.Interfaces;

/// Removes what a switchd that was killed has left: feths and bridges that bear the mark of a
/// process, are in the journal as that process's, and whose process is gone. Nothing else is
/// touched, whatever its name is.
public final class Sweep {
    private final OwnInterfaces own;
    private final List<String> findings = new ArrayList<>();

    private Sweep(OwnInterfaces own) {
        this.own = own;
    }

    /// Sweeps. What this process itself has made stays, whoever made it here.
    ///
    /// @return what was found, or why nothing could be looked for, a sentence each
    public static List<String> run(OwnInterfaces own) {
        Sweep sweep = new Sweep(own);
        try {
            for (Interfaces.Entry entry : Interfaces.list(own.darwin())) {
                sweep.tryLook(entry.name());
            }
        } catch (SyscallException e) {
            sweep.findings.add(
                    "what a former switchd may have left is not swept: " + e.getMessage());
        }
        return List.copyOf(sweep.findings);
    }

    /// The interfaces that bear the mark of a process that has ended, in the journal or not. They
    /// stay.
    ///
    /// @throws SyscallException where the kernel does not tell the interfaces
    public static List<InterfaceName> leftovers(OwnInterfaces own) throws SyscallException {
        List<InterfaceName> found = new ArrayList<>();
        for (Interfaces.Entry entry : Interfaces.list(own.darwin())) {
            try {
                own.mark(entry.name())
                        .filter(own::isLeftover)
                        .ifPresent(_ -> found.add(entry.name()));
            } catch (SyscallException e) {
                if (!e.is(Errno.ENXIO)) { // it went in between
                    throw e;
                }
            }
        }
        return List.copyOf(found);
    }

    private void tryLook(InterfaceName name) {
        try {
            look(name);
        } catch (SyscallException e) {
            if (!e.is(Errno.ENXIO)) { // it went in between
                findings.add(name + " was left alone: " + e.getMessage());
            }
        }
    }

    private void look(InterfaceName name) throws SyscallException {
        Optional<OwnInterfaces.Mark> mark = own.mark(name);
        if (mark.isEmpty() || !own.isLeftover(mark.get())) {
            return;
        }
        int process = mark.get().pid();
        OptionalInt entry = own.journal().read(name);
        if (entry.isEmpty() || entry.getAsInt() != process) {
            findings.add(
                    "%s bears the mark of switchd's process %d, which has ended, but the journal does not have it: left alone; `sudo ifconfig %s destroy` removes it"
                            .formatted(name, process, name));
            return;
        }
        own.remove(name);
        findings.add(
                "removed %s, which switchd's process %d had left behind".formatted(name, process));
    }
}
