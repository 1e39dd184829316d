package switchd.daemon.config;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import switchd.core.SwitchdException;
import switchd.daemon.Daemon;
import switchd.daemon.Reload;

/// Has a daemon go by what its configuration says now, whenever somebody asks.
///
/// One thread does it, one reload after the other, whenever it is woken; any thread asks. What is
/// asked meanwhile comes to one more reload, however often.
public final class Reloader {
    private static final Logger LOG = System.getLogger(Reloader.class.getName());

    /// What is looked at once, at the start.
    private static final List<String> FIXED =
            List.of(
                    "control.socket",
                    "control.group",
                    "control.mode",
                    "keepSockets",
                    "metrics",
                    "writer");

    private final Plan.Source source;
    private final SequencedMap<String, String> atStart;
    private final AtomicReference<@Nullable CompletableFuture<Reload.Result>> next =
            new AtomicReference<>();
    private final Collection<Runnable> askers = new ConcurrentLinkedQueue<>();
    private final Runnable wake;
    private Runnable begin = () -> {};
    private Runnable end = () -> {};

    /// @param source of the plan that holds from a reload on
    /// @param first the plan that the daemon was started with
    /// @param wake has the thread call [#serve] soon; called by any thread, must not block
    public Reloader(Plan.Source source, Plan first, Runnable wake) {
        this.source = source;
        this.wake = wake;
        this.atStart = first.settings().values();
    }

    /// Has somebody told of every reload, on the thread of [#serve].
    ///
    /// @param begin before
    /// @param end after, whatever came of it
    public void tell(Runnable begin, Runnable end) {
        this.begin = begin;
        this.end = end;
    }

    /// Asks for a reload. Never waits.
    ///
    /// @param progress is told after each step, of one that has to end before as well; from any
    ///   thread, must not block
    /// @return what came of it, or the [SwitchdException] that says why nothing has changed;
    ///   cancelled where the daemon has ended
    public CompletableFuture<Reload.Result> request(Runnable progress) {
        CompletableFuture<Reload.Result> asked =
                Objects.requireNonNull(
                        next.updateAndGet(
                                waiting -> waiting == null ? new CompletableFuture<>() : waiting));
        askers.add(progress);
        wake.run();
        return asked.whenComplete((_, _) -> askers.remove(progress));
    }

    /// Reloads `daemon` on this thread where that was asked for.
    public void serve(Daemon daemon) {
        CompletableFuture<Reload.Result> asked = next.getAndSet(null);
        if (asked == null) {
            return;
        }
        if (daemon.ended().isDone()) {
            asked.completeExceptionally(new CancellationException("the daemon has ended"));
        } else {
            reload(daemon, asked);
        }
    }

    private void reload(Daemon daemon, CompletableFuture<Reload.Result> asked) {
        begin.run();
        try {
            Plan plan = read(daemon);
            asked.complete(
                    daemon.reload(plan.daemon(), this::progress).with(fixed(plan.settings())));
        } catch (SwitchdException e) {
            asked.completeExceptionally(e);
        } catch (RuntimeException | Error e) {
            // A bug: the ports go on; nobody may be there to hear of it.
            LOG.log(Level.ERROR, "the reload has failed", e);
            asked.completeExceptionally(e);
        } finally {
            end.run();
        }
    }

    private void progress() {
        askers.forEach(Runnable::run);
    }

    private Plan read(Daemon daemon) throws SwitchdException {
        try {
            return source.read();
        } catch (SwitchdException e) {
            daemon.reloadFailed(e.getMessage());
            throw e;
        }
    }

    /// What has changed and takes effect at the next start only.
    private List<String> fixed(Settings now) {
        List<String> notices = new ArrayList<>(now.notices());
        for (String key : FIXED) {
            String value = now.values().get(key);
            if (!Objects.equals(value, atStart.get(key))) {
                String origin = value == null ? "no more in the file" : now.origin(key);
                notices.add(
                        "%s: %s has changed: it takes effect when switchd is started again"
                                .formatted(origin, key));
            }
        }
        return notices;
    }
}
