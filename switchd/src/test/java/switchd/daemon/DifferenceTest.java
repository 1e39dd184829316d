package switchd.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// [Difference]: what has to be done so that everything is as wanted.
final class DifferenceTest {
    /// @param loose can be changed while it is open
    private record Thing(String name, int setting, String loose) {
        private Thing(String name, int setting) {
            this(name, setting, "");
        }
    }

    private static final Thing A = new Thing("a", 1);
    private static final Thing B = new Thing("b", 1);
    private static final Thing C = new Thing("c", 1);

    private static Difference<Thing> between(
            List<Thing> open, List<Thing> former, List<Thing> wanted) {
        return between(open, former, wanted, _ -> false, _ -> false);
    }

    private static Difference<Thing> between(
            List<Thing> open,
            List<Thing> former,
            List<Thing> wanted,
            Predicate<Thing> disturbed,
            Predicate<Thing> touched) {
        UnaryOperator<Thing> fixed = thing -> new Thing(thing.name(), thing.setting(), "");
        return Difference.between(
                open,
                former,
                wanted,
                new Difference.Rule<>(Thing::name, fixed, disturbed, touched));
    }

    @Test
    void nothingIsDoneWhereNothingHasChanged() {
        Difference<Thing> same = between(List.of(A, B), List.of(A, B), List.of(B, A));

        assertThat(same.closing()).isEmpty();
        assertThat(same.opening()).isEmpty();
        assertThat(same.unchanged()).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void whatIsNewIsOpenedAndWhatIsGoneIsClosed() {
        Difference<Thing> change = between(List.of(A, B), List.of(A, B), List.of(B, C));

        assertThat(change.closing()).containsExactly(A);
        assertThat(change.opening()).containsExactly(C);
        assertThat(change.removed()).containsExactly("a");
        assertThat(change.added()).containsExactly("c");
        assertThat(change.unchanged()).containsExactly("b");
    }

    @Test
    void otherSettingsAreClosedWithTheOldAndOpenedWithTheNew() {
        Thing other = new Thing("a", 2);

        Difference<Thing> change = between(List.of(A), List.of(A), List.of(other));

        assertThat(change.closing()).containsExactly(A);
        assertThat(change.opening()).containsExactly(other);
        assertThat(change.changed()).containsExactly("a");
    }

    @Test
    void whatNobodyAskedForInTheFileStays() {
        Difference<Thing> change = between(List.of(A, C), List.of(A), List.of(B));

        assertThat(change.closing()).containsExactly(A);
        assertThat(change.opening()).containsExactly(B);
        assertThat(change.unchanged()).containsExactly("c");
    }

    @Test
    void whatTheFileNamesNowIsTheFiles() {
        Thing inFile = new Thing("c", 2);

        Difference<Thing> change = between(List.of(C), List.of(), List.of(inFile));

        assertThat(change.changed()).containsExactly("c");
        assertThat(change.opening()).containsExactly(inFile);
    }

    @Test
    void whatWasTakenAwayMeanwhileIsOpenedAgain() {
        Difference<Thing> change = between(List.of(), List.of(A), List.of(A));

        assertThat(change.added()).containsExactly("a");
    }

    @Test
    void whatIsDisturbedIsOpenedAnew() {
        Difference<Thing> change =
                between(List.of(A, B), List.of(A, B), List.of(A, B), A::equals, _ -> true);

        assertThat(change.closing()).containsExactly(A);
        assertThat(change.opening()).containsExactly(A);
        assertThat(change.adjusting()).containsExactly(B);
    }

    @Test
    void whatCanBeChangedWhileItIsOpenIsNotClosed() {
        Thing other = new Thing("a", 1, "other");

        Difference<Thing> change = between(List.of(A, B), List.of(A, B), List.of(other, B));

        assertThat(change.closing()).isEmpty();
        assertThat(change.opening()).isEmpty();
        assertThat(change.adjusting()).containsExactly(other);
        assertThat(change.adjusted()).containsExactly("a");
        assertThat(change.unchanged()).containsExactly("b");
    }

    @Test
    void whatHasOtherSettingsBesidesIsOpenedAnew() {
        Thing other = new Thing("a", 2, "other");

        Difference<Thing> change = between(List.of(A), List.of(A), List.of(other));

        assertThat(change.changed()).containsExactly("a");
        assertThat(change.adjusting()).isEmpty();
    }
}
