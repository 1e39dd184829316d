package switchd.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import switchd.soak.Verdict.Ending;
import switchd.soak.Verdict.Outcome;
import switchd.soak.Verdict.Rule;

/// The rules over half an hour that never was: calm but for noise and a fault each minute, and then
/// with one thing that gets worse.
final class VerdictTest {
    private static final int SECONDS = 1800;
    private static final Ending GOOD = new Ending(List.of(), List.of(), List.of(), 900, 0);

    private final Random random = new Random(7);
    private double moreDescriptors;
    private double moreThreads;
    private double moreInterfaces;
    private double moreResident;
    private double moreHeap;
    private double moreLatency;
    private double morePast;
    private int lost;

    private List<Sample> samples(int seconds) {
        List<Sample> samples = new ArrayList<>();
        for (int i = 0; i < seconds; i++) {
            double share = (double) i / SECONDS;
            boolean isRest = i % 60 > 54;
            boolean isFault = i % 60 > 10 && i % 60 < 20;
            double away = isFault ? 50 : 0;
            var trips = trips(4 * (1 + moreLatency * share) + away);
            samples.add(
                    new Sample(
                            i,
                            1,
                            isFault,
                            isRest,
                            180 + (isRest ? 0 : random.nextInt(9)) + moreDescriptors * share,
                            18 + moreThreads * share,
                            140 * (1 + moreResident * share) + random.nextInt(4),
                            8 * (1 + moreHeap * share),
                            10,
                            34 + Math.floor(moreInterfaces * share),
                            31,
                            89,
                            i,
                            trips,
                            trips,
                            trips(2 * (1 + morePast * share)),
                            200,
                            isFault ? 40 : i == 100 ? lost : 0));
        }
        return samples;
    }

    private Sample.Trips trips(double p99) {
        return new Sample.Trips(0.2, p99 * (0.7 + 0.6 * random.nextDouble()));
    }

    private static List<Fault> faults(double took) {
        return List.of(
                new Fault("NIC unplugged", 71, 73, 73.2, 5),
                new Fault("NIC unplugged", 131, 133, 133 + took, 5));
    }

    private static List<String> failed(Verdict verdict) {
        return verdict.rules().stream()
                .filter(rule -> rule.outcome() == Outcome.FAILED)
                .map(Rule::name)
                .toList();
    }

    private List<String> failed() {
        Verdict verdict = Verdict.of(samples(SECONDS), faults(0.4), GOOD);
        assertThat(verdict.rules()).noneMatch(rule -> rule.outcome() == Outcome.NOT_JUDGED);
        assertThat(verdict.passed()).isEqualTo(failed(verdict).isEmpty());
        return failed(verdict);
    }

    @Test
    void aCalmRunPasses() {
        assertThat(failed()).isEmpty();
    }

    @Test
    void aDescriptorLostEveryFewMinutes() {
        moreDescriptors = 6;
        assertThat(failed()).containsExactly("descriptors are as before at each rest");
    }

    @Test
    void threadsThatStay() {
        moreThreads = 4;
        assertThat(failed()).containsExactly("threads are as before at each rest");
    }

    @Test
    void anInterfaceThatStays() {
        moreInterfaces = 2;
        assertThat(failed()).containsExactly("interfaces are as before at each rest");
    }

    @Test
    void memoryThatRises() {
        moreResident = 0.3;
        assertThat(failed()).containsExactly("resident memory has no trend");
    }

    @Test
    void objectsThatPileUp() {
        moreHeap = 1;
        assertThat(failed()).containsExactly("heap after a collection has none");
    }

    @Test
    void latencyThatRises() {
        moreLatency = 3;
        assertThat(failed())
                .containsExactly("p99 of VM to LAN has none", "p99 of VM to VM has none");
    }

    @Test
    void latencyThatRisesForAllOnTheMachine() {
        moreLatency = 3;
        morePast = 3;
        assertThat(failed()).isEmpty();
    }

    @Test
    void framesThatAreLostWithoutAFault() {
        lost = 150;
        assertThat(failed()).containsExactly("frames are lost in faults only");
    }

    @Test
    void aFaultThatTakesTooLong() {
        for (double took : new double[] {5.1, Double.NaN}) {
            assertThat(failed(Verdict.of(samples(SECONDS), faults(took), GOOD)))
                    .containsExactly("all talk again after: NIC unplugged");
        }
    }

    @Test
    void whatIsThereAtTheEnd() {
        Ending bad = new Ending(List.of("vm1"), List.of("ERROR"), List.of("swtap0"), 2001, 1);
        assertThat(failed(Verdict.of(samples(SECONDS), faults(1), bad)))
                .containsExactly(
                        "every VM can talk at each rest and at the end",
                        "no frame comes twice",
                        "no error and no exception in the log",
                        "the stop is quick",
                        "nothing is left behind");
    }

    @Test
    void aShortRunHasNoTrend() {
        moreResident = 30;
        Verdict verdict = Verdict.of(samples(200), faults(1), GOOD);
        assertThat(verdict.passed()).isTrue();
        assertThat(verdict.rules())
                .filteredOn(rule -> rule.outcome() == Outcome.NOT_JUDGED)
                .hasSize(4);
    }

    @Test
    void aRunWithoutASecondRestFails() {
        assertThat(failed(Verdict.of(samples(50), faults(1), GOOD)))
                .contains("descriptors are as before at each rest");
    }
}
