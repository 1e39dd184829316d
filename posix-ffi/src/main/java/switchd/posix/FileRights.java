package switchd.posix;

import switchd.core.SwitchdException;

/// Looks up paths with the rights of the user to whom a port belongs, so that a root daemon can be
/// led nowhere where that user could not go himself: a link in his directory gains him nothing.
public interface FileRights {
    /// Work with files.
    @FunctionalInterface
    interface Work<T> {
        T run() throws SwitchdException;
    }

    /// Does `work` with the rights of `owner` on this thread. Files it makes belong to him.
    <T> T as(Owner owner, Work<T> work) throws SwitchdException;
}
