package switchd.daemon.keep;

import java.util.List;
import switchd.attach.KeptLinks.Kept;
import switchd.attach.keeper.KeeperClient;
import switchd.core.SwitchdException;

/// A process of our own: for service managers that hold no descriptors, and where there is none.
record KeeperStore(KeeperClient keeper) implements Store {
    @Override
    public List<Kept> takeBack() throws SwitchdException {
        return keeper.takeBack();
    }

    @Override
    public void keep(String name, int descriptor) throws SwitchdException {
        keeper.keep(name, descriptor);
    }

    @Override
    public void forget(String name) throws SwitchdException {
        keeper.forget(name);
    }

    @Override
    public boolean takesLater() {
        return false;
    }

    @Override
    public void restore() throws SwitchdException {
        keeper.restore();
    }

    @Override
    public void dismiss() throws SwitchdException {
        keeper.dismiss();
    }

    @Override
    public void close() {
        keeper.close();
    }
}
