package switchd.daemon.doctor;

import switchd.core.SwitchdException;

import java.util.List;

/// Looks at one thing. Changes nothing.
interface Check {
    /// In reports: lower case, one word.
    String name();

    /// What there is to say; nothing where there is nothing of its kind.
    ///
    /// @throws SwitchdException where the kernel does not tell: it is unchecked then
    List<Finding> run() throws SwitchdException;
}
