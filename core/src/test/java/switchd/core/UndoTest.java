package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class UndoTest {
    private final List<String> done = new ArrayList<>();

    @Test
    void stepsAreTakenBackLastFirst() throws SwitchdException {
        try (Undo undo = new Undo()) {
            undo.push(() -> done.add("socket"));
            undo.push(() -> done.add("bind"));
            undo.push(() -> done.add("watch"));
        }
        assertThat(done).containsExactly("watch", "bind", "socket");
    }

    @Test
    void whatIsKeptIsNotTakenBack() throws SwitchdException {
        try (Undo undo = new Undo()) {
            undo.push(() -> done.add("socket"));
            undo.keep();
            undo.push(() -> done.add("later"));
        }
        assertThat(done).containsExactly("later");
    }

    @Test
    void closingTwiceTakesNothingBackTwice() throws SwitchdException {
        Undo undo = new Undo();
        undo.push(() -> done.add("socket"));
        undo.close();
        undo.close();
        assertThat(done).containsExactly("socket");
    }

    @Test
    void theFirstFailureIsThrownWithTheOthersSuppressedAndEveryStepIsTaken() {
        Undo undo = new Undo();
        undo.push(() -> done.add("socket"));
        undo.push(() -> {
            throw new UsageException("second");
        });
        undo.push(() -> {
            throw new UsageException("first");
        });
        assertThatThrownBy(undo::close)
                .hasMessage("first")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(done).containsExactly("socket");
    }

    @Test
    void aStepThatFailsUncheckedDoesNotStopTheOthers() {
        Undo undo = new Undo();
        undo.push(() -> done.add("socket"));
        undo.push(() -> {
            throw new UsageException("checked");
        });
        undo.push(() -> {
            throw new IllegalStateException("the arena is closed");
        });
        assertThatThrownBy(undo::close)
                .isInstanceOf(IllegalStateException.class)
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(done).containsExactly("socket");
    }

    @Test
    void theFailureThatCausedTheUnwindingIsTheOneThatIsThrown() {
        assertThatThrownBy(this::failHalfWay)
                .hasMessage("half-way")
                .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("unwinding"));
        assertThat(done).containsExactly("socket");
    }

    @Test
    void takingHandsTheStepsOverInTheirOrder() throws SwitchdException {
        Undo taken;
        try (Undo undo = new Undo()) {
            undo.push(() -> done.add("socket"));
            undo.push(() -> done.add("bind"));
            taken = undo.take();
        }
        assertThat(done).isEmpty();
        taken.close();
        assertThat(done).containsExactly("bind", "socket");
    }

    private void failHalfWay() throws SwitchdException {
        try (Undo undo = new Undo()) {
            undo.push(() -> done.add("socket"));
            undo.push(() -> {
                throw new UsageException("unwinding");
            });
            throw new UsageException("half-way");
        }
    }
}
