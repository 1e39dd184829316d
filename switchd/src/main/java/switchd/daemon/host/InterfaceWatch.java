package switchd.daemon.host;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import switchd.core.InterfaceName;
import switchd.core.SyscallException;
import switchd.darwin.KernelEvent;
import switchd.darwin.KernelEvents;

/// Hears from the kernel what happens to interfaces, and tells the uplinks whose interfaces they
/// are that they are lost.
///
/// A BPF device or a socket whose interface is gone makes no event of its own. Used by the loop's
/// thread alone.
final class InterfaceWatch implements KernelEvents.Listener {
    private final List<Subscription> subscriptions = new ArrayList<>();

    /// Looks whether an uplink is as it was made.
    @FunctionalInterface
    interface Check {
        /// @return what is missing, for people, or null where nothing is
        /// @throws SyscallException where the kernel does not tell, which says as much
        @Nullable String missing() throws SyscallException;
    }

    /// One uplink's interest in its interfaces.
    final class Subscription implements AutoCloseable {
        private final List<InterfaceName> interfaces;
        private final Check check;
        private Consumer<String> listener = _ -> {};

        Subscription(List<InterfaceName> interfaces, Check check) {
            this.interfaces = interfaces;
            this.check = check;
        }

        /// Says who hears, once, why the uplink is lost.
        void listener(Consumer<String> hearer) {
            listener = hearer;
        }

        private void look() {
            @Nullable String reason;
            try {
                reason = check.missing();
            } catch (SyscallException e) {
                reason = String.valueOf(e.getMessage());
            }
            if (reason != null) {
                close();
                listener.accept(reason);
            }
        }

        /// Closing twice is no error.
        @Override
        public void close() {
            subscriptions.remove(this);
        }
    }

    /// Has `check` asked whenever something happens to one of the interfaces.
    Subscription subscribe(List<InterfaceName> interfaces, Check check) {
        Subscription subscription = new Subscription(interfaces, check);
        subscriptions.add(subscription);
        return subscription;
    }

    /// The name alone may be that of a former interface: whoever has it now is looked at.
    @Override
    public void happened(KernelEvent event) {
        for (Subscription subscription : List.copyOf(subscriptions)) {
            if (subscription.interfaces.contains(event.name())) {
                subscription.look();
            }
        }
    }

    @Override
    public void resync() {
        List.copyOf(subscriptions).forEach(Subscription::look);
    }

    @Override
    public void ended(Exception cause) {
        System.getLogger(InterfaceWatch.class.getName())
                .log(
                        Level.WARNING,
                        "the kernel does not tell of interfaces, an uplink that is lost may go unnoticed: "
                                + cause.getMessage());
    }
}
