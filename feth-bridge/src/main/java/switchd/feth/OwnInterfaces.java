package switchd.feth;

import java.util.Optional;
import java.util.OptionalInt;
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

/// Makes the interfaces of a switchd and removes them. macOS keeps them when the process ends: so
/// each is marked at once, by a text at the interface itself and by an entry in a journal. A later
/// switchd removes what bears both, see [Sweep].
///
/// Used by one thread.
public final class OwnInterfaces implements AutoCloseable {
    private static final Pattern MARK = Pattern.compile("switchd pid ([1-9][0-9]{0,8})(, .*)?");

    private final Darwin darwin;
    private final InterfaceControl control;
    private final Journal journal;
    private final Consumer<String> warnings;
    private final int pid;

    private OwnInterfaces(
            Darwin darwin, InterfaceControl control, Journal journal, Consumer<String> warnings) {
        this.darwin = darwin;
        this.control = control;
        this.journal = journal;
        this.warnings = warnings;
        this.pid = darwin.getpid();
    }

    /// @param journal the path of a directory for the journal, whole; it is made when needed
    /// @param warnings where a sentence goes for what goes wrong without keeping a port from
    ///   working
    /// @throws SyscallException where the kernel gives no socket
    public static OwnInterfaces open(Darwin darwin, String journal, Consumer<String> warnings)
            throws SyscallException {
        return new OwnInterfaces(
                darwin,
                InterfaceControl.open(darwin),
                new Journal(darwin, journal, warnings),
                warnings);
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
        undo.push(() -> remove(name));
        if (!control.describe(name, "switchd pid " + pid + ", " + role)) {
            warnings.accept(
                    "this kernel keeps no text at an interface: after a crash %s would stay until `sudo ifconfig %s destroy`"
                            .formatted(name, name));
        }
        journal.write(name, pid);
        return name;
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

    /// The process whose mark `name` bears; empty where it bears none.
    OptionalInt marked(InterfaceName name) throws SyscallException {
        Optional<String> text = control.description(name);
        Matcher mark = MARK.matcher(text.orElse(""));
        return mark.matches()
                ? OptionalInt.of(Integer.parseInt(mark.group(1)))
                : OptionalInt.empty();
    }

    Journal journal() {
        return journal;
    }

    /// True for a process that has ended, or that bore our own number before us.
    boolean isGone(int process) {
        return process == pid || Errno.ESRCH.is(darwin.kill(process, 0));
    }

    /// Gives its socket and an empty journal back; the interfaces stay. Closing twice is no error.
    @Override
    public void close() {
        journal.close();
        control.close();
    }
}
