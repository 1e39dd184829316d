package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CountersTest {
    private final Counters counters = new Counters(Direction.TO_LAN);

    @Test
    void nothingIsCountedAtTheStart() {
        assertThat(counters.frames()).isZero();
        assertThat(counters.bytes()).isZero();
        assertThat(counters.drops()).isZero();
    }

    @Test
    void theFramesOfARangeAreCountedWithTheirBytes() {
        FrameBatch frames = FrameBatch.view(3);
        frames.add(0, 60);
        frames.add(0, 100);
        frames.add(0, 1514);
        counters.passed(frames, 1, 3);
        counters.passed(frames, 0, 0);
        assertThat(counters.frames()).isEqualTo(2);
        assertThat(counters.bytes()).isEqualTo(1614);
        counters.passed(frames, 0, 3);
        assertThat(counters.frames()).isEqualTo(5);
        assertThat(counters.bytes()).isEqualTo(3288);
    }

    @Test
    void dropsAreCountedByCauseAndInSum() {
        for (DropCause cause : DropCause.values()) {
            counters.dropped(cause, cause.ordinal() + 1);
        }
        counters.dropped(DropCause.RUNT, 0);
        int sum = 0;
        for (DropCause cause : DropCause.values()) {
            assertThat(counters.drops(cause)).as(cause.label()).isEqualTo(cause.ordinal() + 1);
            sum += cause.ordinal() + 1;
        }
        assertThat(counters.drops()).isEqualTo(sum);
        assertThat(counters.frames()).isZero();
    }

    @Test
    void everyCauseHasANameOfItsOwnInReports() {
        assertThat(DropCause.values())
                .extracting(DropCause::label)
                .containsExactlyInAnyOrder(
                        "runt",
                        "oversize",
                        "foreignSource",
                        "vmFull",
                        "uplinkFull",
                        "uplinkLost",
                        "overrun",
                        "truncated",
                        "offload",
                        "detached",
                        "ownEcho",
                        "protocol",
                        "foreignVlan",
                        "isolated",
                        "groupRate",
                        "addressRate",
                        "addressLimit",
                        "rate",
                        "ipSource",
                        "rogueServer");
    }
}
