package switchd.attach;

/// Holds copies of the descriptors of attached VMs' links beyond the end of this process, so that
/// the next one goes on with them and the VMs do not notice.
public interface LinkStore {
    /// Holds nothing.
    LinkStore NONE =
            new LinkStore() {
                @Override
                public boolean isOn() {
                    return false;
                }

                @Override
                public boolean keep(String name, int copy) {
                    return false;
                }

                @Override
                public void forget(String name) {
                    // There is nothing.
                }

                @Override
                public void leave() {
                    // There is nothing.
                }
            };

    /// True where it holds anything at all.
    boolean isOn();

    /// Holds a descriptor. Called by the loop's thread; never blocks.
    ///
    /// @param name see [LinkName]
    /// @param copy the store's, which closes it once it is handed on
    /// @return false where it cannot be held; the copy is the caller's then
    boolean keep(String name, int copy);

    /// Closes what is held under a name; no error where there is nothing. Called by the loop's
    /// thread; never blocks.
    void forget(String name);

    /// This process ends: what is held stays held from here on, whatever it closes.
    void leave();
}
