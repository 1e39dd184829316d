package switchd.daemon.keep;

import java.util.List;
import switchd.attach.KeptLinks.Kept;
import switchd.core.SwitchdException;

/// Where copies of descriptors outlive this process. For one thread; calls may wait.
interface Store extends AutoCloseable {
    /// What a daemon before this one has left; the descriptors are the caller's. The store goes on
    /// holding its copies.
    ///
    /// @throws SwitchdException where it cannot be asked
    List<Kept> takeBack() throws SwitchdException;

    /// Holds a copy of a descriptor.
    ///
    /// @throws SwitchdException where it cannot
    void keep(String name, int descriptor) throws SwitchdException;

    /// Closes what it holds under a name.
    ///
    /// @throws SwitchdException where it cannot be told
    void forget(String name) throws SwitchdException;

    /// True where what could not be told is to be told again; false where this remembers it.
    boolean takesLater();

    /// Makes good what it has lost meanwhile.
    ///
    /// @throws SwitchdException where it cannot
    void restore() throws SwitchdException;

    /// No daemon will come back.
    ///
    /// @throws SwitchdException where it cannot be told
    void dismiss() throws SwitchdException;

    @Override
    void close();
}
