package switchd.daemon.doctor;

import java.util.List;
import switchd.core.SwitchdException;

/// Looks at one thing. Changes nothing.
interface Check {
    /// In reports: lower case, one word.
    String name();

    /// What there is to say; nothing where there is nothing of its kind.
    ///
    /// @throws SwitchdException where the kernel does not tell: it is unchecked then
    List<Finding> run() throws SwitchdException;
}
