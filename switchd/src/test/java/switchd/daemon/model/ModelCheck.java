package switchd.daemon.model;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import switchd.daemon.lab.Await;

/// Runs steps on beds, and makes those that fail few.
public final class ModelCheck {
    private static final Duration IMPATIENCE = Duration.ofSeconds(1);

    private final Beds beds;

    /// Makes beds.
    @FunctionalInterface
    public interface Beds {
        Bed make() throws Exception;
    }

    public ModelCheck(Beds beds) {
        this.beds = beds;
    }

    /// Steps from a seed.
    ///
    /// @param shrinking how long to look for fewer steps that fail as well
    /// @throws AssertionError with the steps, as code, where the daemon does not do as the model
    public void random(long seed, int count, List<Step.How> ways, Duration shrinking) {
        List<Step> steps = RandomSteps.of(seed, count, ways);
        @Nullable AssertionError failure = failure(steps, Await.SHORT);
        if (failure == null) {
            return;
        }
        List<Step> few =
                Shrinker.shrink(
                        steps, some -> failure(some, IMPATIENCE) != null, shrinking.toNanos());
        @Nullable AssertionError again = failure(few, Await.SHORT);
        throw new AssertionError(
                "seed %d, %d steps: %s%nThe fewest steps that fail (%s):%n%s"
                        .formatted(
                                seed,
                                count,
                                failure.getMessage(),
                                again == null ? "not each time" : again.getMessage(),
                                Code.of(few)),
                failure);
    }

    /// The same steps each time.
    public void steps(List<Step> steps) {
        @Nullable AssertionError failure = failure(steps, Await.SHORT);
        if (failure != null) {
            throw failure;
        }
    }

    private @Nullable AssertionError failure(List<Step> steps, Duration patience) {
        try (Bed bed = beds.make()) {
            long start = System.nanoTime();
            int[] done = Driver.run(bed, steps, patience);
            if (patience.equals(Await.SHORT)) {
                System.out.printf(
                        "%d steps, %d frames, %d ms%n",
                        done[0], done[1], (System.nanoTime() - start) / 1_000_000);
            }
            return null;
        } catch (AssertionError e) {
            return e;
        } catch (Exception e) {
            return new AssertionError(String.valueOf(e.getMessage()), e);
        }
    }
}
