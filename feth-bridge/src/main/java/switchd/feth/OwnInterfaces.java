package switchd.feth;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import switchd.core.Errno;
import switchd.core.InterfaceName;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.darwin.Darwin;
import switchd.darwin.InterfaceControl;
import switchd.darwin.Interfaces;

/// Makes the interfaces of a switchd and removes them. macOS keeps them when the process ends: so
/// each is marked at once, by a text at the interface itself and by an entry in a journal. A later
/// switchd removes what bears both, see [Sweep].
///
/// Used by one thread.
public final class OwnInterfaces implements AutoCloseable {
    private static final Pattern MARK =
            Pattern.compile("switchd pid ([1-9][0-9]{0,8})( run ([0-9a-f]{1,8}))?(, .*)?");

    /// Tells this process from a former one with its number.
    private static final String RUN = Integer.toHexString(new SecureRandom().nextInt());

    private final Darwin darwin;
    private final InterfaceControl control;
    private final Journal journal;
    private final Consumer<String> warnings;
    private final int pid;
    private final Set<InterfaceName> described = new HashSet<>();

    private OwnInterfaces(
            Darwin darwin,
            InterfaceControl control,
            Journal journal,
            Consumer<String> warnings,
            int pid) {
        this.darwin = darwin;
        this.control = control;
        this.journal = journal;
        this.warnings = warnings;
        this.pid = pid;
    }

    /// @param journal the path of a directory for the journal, whole; it is made when needed
    /// @param warnings where a sentence goes for what goes wrong without keeping a port from
    ///   working
    /// @throws SyscallException where the kernel gives no socket
    public static OwnInterfaces open(Darwin darwin, String journal, Consumer<String> warnings)
            throws SyscallException {
        return openAs(darwin, journal, warnings, darwin.getpid());
    }

    /// As [#open], under the number of another process: how a test leaves behind what a process
    /// leaves that was killed.
    ///
    /// @throws SyscallException where the kernel gives no socket
    public static OwnInterfaces openAs(
            Darwin darwin, String journal, Consumer<String> warnings, int pid)
            throws SyscallException {
        return new OwnInterfaces(
                darwin,
                InterfaceControl.open(darwin),
                new Journal(darwin, journal, warnings),
                warnings,
                pid);
    }

    /// The interfaces that bear the mark of this process.
    ///
    /// @throws SyscallException where the kernel does not tell the interfaces
    public List<InterfaceName> marked() throws SyscallException {
        List<InterfaceName> found = new ArrayList<>();
        for (Interfaces.Entry entry : Interfaces.list(darwin)) {
            try {
                if (mark(entry.name()).map(Mark::pid).orElse(0) == pid) {
                    found.add(entry.name());
                }
            } catch (SyscallException e) {
                if (!e.is(Errno.ENXIO)) { // it went in between
                    throw e;
                }
            }
        }
        return List.copyOf(found);
    }

    /// For whatever else is to be done with interfaces.
    public InterfaceControl control() {
        return control;
    }

    Darwin darwin() {
        return darwin;
    }

    /// Makes an interface, and has `undo` remove it.
    ///
    /// @param kind as in [InterfaceControl#create]
    /// @param role what for, in a word or two
    /// @throws PermissionException where that takes root
    InterfaceName create(Undo undo, String kind, String role) throws SwitchdException {
        InterfaceName name = make(kind);
        undo.push(() -> removeOwn(name));
        if (control.describe(name, mark(role))) {
            described.add(name);
        } else {
            warnings.accept(
                    "this kernel keeps no text at an interface: after a crash %s would stay until `sudo ifconfig %s destroy`"
                            .formatted(name, name));
        }
        journal.write(name, pid);
        return name;
    }

    private String mark(String role) {
        return "switchd pid %d run %s, %s".formatted(pid, RUN, role);
    }

    private InterfaceName make(String kind) throws SwitchdException {
        try {
            return control.create(kind);
        } catch (SyscallException e) {
            if (e.is(Errno.EPERM) || e.is(Errno.EACCES)) {
                throw new PermissionException(
                        "making an interface takes root: run it with sudo", e);
            }
            throw e;
        }
    }

    /// Removes an interface that was made here, unless others have removed it and its name is that
    /// of another one now.
    private void removeOwn(InterfaceName name) throws SyscallException {
        if (!described.remove(name) || !isAnothers(name)) {
            remove(name);
        }
    }

    private boolean isAnothers(InterfaceName name) {
        try {
            return mark(name).filter(mark -> mark.equals(new Mark(pid, RUN))).isEmpty();
        } catch (SyscallException _) {
            return false; // gone, which is told again
        }
    }

    /// Removes an interface of ours; it may be gone already.
    ///
    /// @throws SyscallException where the kernel does not; it stays in the journal
    void remove(InterfaceName name) throws SyscallException {
        try {
            control.destroy(name);
        } catch (SyscallException e) {
            if (!e.is(Errno.ENXIO)) {
                throw e;
            }
        }
        journal.erase(name);
    }

    /// Takes the steps back, with a warning for each that fails.
    void undo(Undo steps) {
        try {
            steps.close();
        } catch (SwitchdException e) {
            warn(e);
            for (Throwable other : e.getSuppressed()) {
                warn(other);
            }
        }
    }

    private void warn(Throwable failure) {
        warnings.accept("an interface may be left behind: " + failure.getMessage());
    }

    /// Who made an interface.
    ///
    /// @param run tells processes of one number apart; may be empty
    record Mark(int pid, String run) {}

    /// The mark that `name` bears, if any.
    Optional<Mark> mark(InterfaceName name) throws SyscallException {
        Matcher text = MARK.matcher(control.description(name).orElse(""));
        return text.matches()
                ? Optional.of(
                        new Mark(
                                Integer.parseInt(text.group(1)),
                                Objects.requireNonNullElse(text.group(3), "")))
                : Optional.empty();
    }

    /// The process that has made `name`, if any switchd has.
    ///
    /// @throws SyscallException ENXIO where there is no such interface
    public OptionalInt maker(InterfaceName name) throws SyscallException {
        return mark(name).map(mark -> OptionalInt.of(mark.pid())).orElse(OptionalInt.empty());
    }

    /// True where there is no process of this number.
    public boolean isGone(int process) {
        return Errno.ESRCH.is(darwin.kill(process, 0));
    }

    Journal journal() {
        return journal;
    }

    /// True where the process that made it has ended, also one that bore our own number before us.
    boolean isLeftover(Mark mark) {
        return mark.pid() == pid ? !mark.run().equals(RUN) : isGone(mark.pid());
    }

    /// Notes in the journal what could not be noted when it was made.
    public void completeJournal() {
        journal.writeMissing();
    }

    /// Gives its socket and an empty journal back; the interfaces stay. Closing twice is no error.
    @Override
    public void close() {
        journal.close();
        control.close();
    }
}
