package switchd.daemon;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import switchd.attach.KeptLinks;
import switchd.core.SwitchdException;

/// The loops of a daemon, and which network is on which.
///
/// Used by the first loop's thread alone.
final class Shards {
    private final List<Shard> all;

    private Shards(List<Shard> all) {
        this.all = List.copyOf(all);
    }

    /// On the first loop's thread. What is on the others is closed when they end.
    ///
    /// @param clock of events
    /// @param kept links that a daemon before this one has left
    /// @param events hears what happens, on any loop's thread; must not block
    /// @param deserted gets a port that goes with its VM when that is gone, on the first loop's
    ///   thread
    /// @throws SwitchdException never in practice
    static Shards open(
            List<LoopThread> loops,
            InstantSource clock,
            KeptLinks kept,
            Consumer<DaemonEvent> events,
            Consumer<RunningPort> deserted)
            throws SwitchdException {
        AtomicInteger capturing = new AtomicInteger();
        LoopThread first = loops.getFirst();
        Shard.Told told = new Shard.Told(events, port -> later(first, () -> deserted.accept(port)));
        List<Shard> open = new ArrayList<>();
        open.add(new Shard(first.context(), clock, kept, capturing, told));
        for (LoopThread loop : loops.subList(1, loops.size())) {
            Shard shard = loop.ask(() -> new Shard(loop.context(), clock, kept, capturing, told));
            loop.atEnd(() -> {
                kept.leave();
                shard.close();
            });
            open.add(shard);
        }
        return new Shards(open);
    }

    private static void later(LoopThread first, Runnable work) {
        try {
            first.loop().execute(work);
        } catch (RejectedExecutionException _) {
            // It has ended, and the daemon ends with it.
        }
    }

    /// Where everything is decided.
    Shard first() {
        return all.getFirst();
    }

    /// Which loop a network is to be on: that of another network on the same LAN, which has to do
    /// with the same interfaces; else the one with the fewest ports and networks. It stays there.
    ///
    /// @param open the networks that there are
    /// @param weight of a network
    Shard placeOf(
            NetworkSpec network,
            Collection<RunningNetwork> open,
            ToLongFunction<RunningNetwork> weight) {
        for (RunningNetwork other : open) {
            if (other.lanIsThatOf(network)) {
                return other.shard();
            }
        }
        Map<Shard, Long> load = new HashMap<>();
        open.forEach(other -> load.merge(other.shard(), weight.applyAsLong(other), Long::sum));
        return all.stream()
                .min(Comparator.comparingLong(shard -> load.getOrDefault(shard, 0L)))
                .orElseThrow();
    }

    /// Asks all loops, at the same time.
    ///
    /// @throws SwitchdException where one of them has ended
    <T> List<T> ask(Function<Shard, T> question) throws SwitchdException {
        List<CompletableFuture<T>> others = new ArrayList<>();
        for (Shard shard : all.subList(1, all.size())) {
            others.add(shard.begin(() -> question.apply(shard)));
        }
        List<T> answers = new ArrayList<>();
        answers.add(question.apply(first()));
        for (CompletableFuture<T> other : others) {
            answers.add(LoopThread.await(other));
        }
        return answers;
    }

    /// Has the longest turn of each loop count from here on.
    void measureAnew() {
        all.forEach(shard -> shard.loop().measureAnew());
    }

    /// The longest turn of each loop so far.
    List<Status.LoopStatus> status() {
        return all.stream()
                .map(shard -> DaemonReport.of(shard.name(), shard.loop().longestTurn()))
                .toList();
    }
}
