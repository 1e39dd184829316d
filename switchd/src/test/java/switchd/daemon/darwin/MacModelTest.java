package switchd.daemon.darwin;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import switchd.daemon.model.ModelCheck;
import switchd.daemon.model.Step;
import switchd.daemon.model.Step.Net;
import switchd.daemon.model.Step.Talk;
import switchd.darwin.testkit.Profile;

/// Random steps on a macOS kernel in memory, and those that have found a fault.
/// `-Dswitchd.model.seed=SEED` and `-Dswitchd.model.steps=COUNT` have others run.
@Timeout(600)
final class MacModelTest {
    private static final List<Step.How> WAYS =
            List.of(Step.How.DATAGRAM, Step.How.SMALL, Step.How.DESCRIPTOR);

    @ParameterizedTest
    @CsvSource({"MACOS11, 8", "MACOS14, 6", "MACOS15, 3"})
    void theDaemonDoesAsTheModel(Profile profile, long usual) {
        long seed = Long.getLong("switchd.model.seed", usual);
        int steps = Integer.getInteger("switchd.model.steps", 150);
        new ModelCheck(() -> new MacBed(profile)).random(seed, steps, WAYS, Duration.ofSeconds(30));
    }

    /// Frames that waited at the uplink when the VM was found gone were thrown away uncounted.
    @Test
    void whatWaitsForAVmThatHasLeftIsCounted() {
        new ModelCheck(() -> new MacBed(Profile.MACOS11))
                .steps(
                        List.of(
                                new Step.Add(new Step.Port("c", Net.LAN, false, Talk.ALL)),
                                new Step.Attach("c", Step.How.DATAGRAM),
                                new Step.Frames("c", "nobody", Step.Kind.PLAIN, 4, false),
                                new Step.Frames("lan", "all", Step.Kind.PLAIN, 100, true),
                                new Step.Leave("c", true)));
    }

    /// Frames are held until the VM reads, or dropped; those that come then go behind them.
    @Test
    void aVmThatReadsAgainGetsWhatWasHeldFirst() {
        new ModelCheck(() -> new MacBed(Profile.MACOS15))
                .steps(
                        List.of(
                                new Step.Add(new Step.Port("b", Net.LAN, true, Talk.ALL)),
                                new Step.Add(new Step.Port("c", Net.LAN, true, Talk.ALL)),
                                new Step.Attach("b", Step.How.DATAGRAM),
                                new Step.Attach("c", Step.How.SMALL),
                                new Step.Read("c", false),
                                new Step.Frames("b", "c", Step.Kind.PLAIN, 150, false),
                                new Step.Read("c", true),
                                new Step.Frames("b", "c", Step.Kind.PLAIN, 150, false)));
    }
}
