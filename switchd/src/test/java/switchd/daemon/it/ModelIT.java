package switchd.daemon.it;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.model.ModelCheck;
import switchd.daemon.model.Step;

/// Random steps on the kernel that is there, with TAPs in a real bridge.
/// `-Dswitchd.model.seed=SEED` and `-Dswitchd.model.steps=COUNT` have others run.
@NeedsLab
@Timeout(600)
final class ModelIT {
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void theDaemonDoesAsTheModel(long usual) {
        long seed = Long.getLong("switchd.model.seed", usual);
        int steps = Integer.getInteger("switchd.model.steps", 50);
        new ModelCheck(LinuxBed::new)
                .random(seed, steps, List.of(Step.How.values()), Duration.ofSeconds(30));
    }
}
