package switchd.daemon.host;

import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import switchd.core.EventLoop;
import switchd.core.InterfaceName;
import switchd.core.LoopTimer;
import switchd.core.SyscallException;
import switchd.darwin.KernelEvent;
import switchd.darwin.KernelEvents;

/// Hears from the kernel what happens to interfaces, and tells the uplinks whose interfaces they
/// are that they are lost, and has LANs look what else has changed. Every two seconds it does so
/// whether the kernel tells anything or not.
///
/// A BPF device or a socket whose interface is gone makes no event of its own. Used by the loop's
/// thread alone.
final class InterfaceWatch implements KernelEvents.Listener {
    private static final long POLL = 2_000_000_000;

    /// Many events at once are one look at a LAN.
    private static final long SOON = 5_000_000;

    private final List<Subscription> subscriptions = new ArrayList<>();
    private final List<Runnable> viewers = new ArrayList<>();
    private @Nullable EventLoop loop;
    private @Nullable LoopTimer poll;
    private @Nullable LoopTimer soon;
    private boolean isSoon;

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
                if (e.isShortage()) {
                    return; // of the host, and says nothing of the interfaces: the next look will
                }
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

    /// From here on it looks by itself, too.
    void start(EventLoop ownLoop) {
        loop = ownLoop;
        poll = ownLoop.timer(this::poll);
        soon = ownLoop.timer(this::view);
    }

    /// The loop's time.
    long now() {
        return loop == null ? 0 : loop.now();
    }

    /// Has `look` called whenever something may have changed.
    void add(Runnable look) {
        viewers.add(look);
        if (poll != null && viewers.size() == 1) {
            poll.set(POLL);
        }
    }

    /// No error where it is not called.
    void remove(Runnable look) {
        viewers.remove(look);
        if (poll != null && soon != null && viewers.isEmpty()) {
            poll.cancel();
            soon.cancel();
            isSoon = false;
        }
    }

    private void poll() {
        resync();
        if (poll != null && !viewers.isEmpty()) {
            poll.set(POLL);
        }
    }

    private void view() {
        isSoon = false;
        List.copyOf(viewers).forEach(Runnable::run);
    }

    private void viewSoon() {
        if (soon != null && !isSoon && !viewers.isEmpty()) {
            isSoon = true;
            soon.set(SOON);
        }
    }

    /// The interfaces of all uplinks.
    Set<InterfaceName> interfaces() {
        return subscriptions.stream()
                .flatMap(subscription -> subscription.interfaces.stream())
                .collect(Collectors.toSet());
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
        viewSoon();
    }

    @Override
    public void resync() {
        check();
        viewSoon();
    }

    /// Looks at all uplinks.
    void check() {
        List.copyOf(subscriptions).forEach(Subscription::look);
    }

    @Override
    public void ended(Exception cause) {
        System.getLogger(InterfaceWatch.class.getName())
                .log(
                        Level.WARNING,
                        "the kernel does not tell of interfaces, they are looked at every 2 s: "
                                + cause.getMessage());
    }
}
