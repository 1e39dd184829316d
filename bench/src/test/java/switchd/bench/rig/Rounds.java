package switchd.bench.rig;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Runs a scenario: in each round every contestant in turn, forth in one and back in the next.
///
/// @param rounds how many
/// @param seconds of one run
/// @param warm seconds of each contestant and cell before the first round
/// @param progress hears what goes on
record Rounds(int rounds, double seconds, double warm, Consumer<String> progress) {
    private static final int TRIES = 3;

    private record Slot(Cell cell, Contestant contestant) {}

    /// Starts the contestants and measures them.
    Result run(Scenario scenario, Site site) {
        Scenario.Field field = scenario.field().apply(site);
        return run(
                scenario.name(),
                scenario.about(),
                field.contestants(),
                field.cells(),
                site.missing());
    }

    /// A run that does not count is repeated; where that goes on, the round has no value there.
    Result run(
            String name,
            String about,
            List<Contestant> contestants,
            List<Cell> cells,
            List<String> missing) {
        List<String> invalid = new ArrayList<>();
        Map<Slot, Map<Integer, Sample>> samples = new LinkedHashMap<>();
        for (Cell cell : cells) {
            for (Contestant contestant : contestants) {
                if (warm > 0) {
                    cell.run().of(contestant, warm);
                }
                samples.put(new Slot(cell, contestant), new TreeMap<>());
            }
        }
        for (int round = 0; round < rounds; round++) {
            progress.accept("%s: round %d of %d".formatted(name, round + 1, rounds));
            for (Cell cell : cells) {
                List<Contestant> order = round % 2 == 0 ? contestants : contestants.reversed();
                for (Contestant contestant : order) {
                    Sample sample = measured(cell, contestant, round, invalid);
                    if (sample.isValid()) {
                        samples.getOrDefault(new Slot(cell, contestant), new TreeMap<>())
                                .put(round, sample);
                    }
                }
            }
        }
        Contestant reference = contestants.getFirst();
        List<Result.Row> rows = new ArrayList<>();
        samples.forEach((slot, own) -> {
            boolean isReference = slot.contestant().equals(reference);
            Map<Integer, Sample> base =
                    isReference
                            ? Map.of()
                            : samples.getOrDefault(new Slot(slot.cell(), reference), Map.of());
            rows.add(Result.row(slot.cell().name(), slot.contestant().name(), own, base));
        });
        return new Result(name, about, reference.name(), rounds, rows, invalid, missing);
    }

    private Sample measured(Cell cell, Contestant contestant, int round, List<String> invalid) {
        Sample sample = cell.run().of(contestant, seconds);
        for (int tries = 1; !sample.isValid() && tries <= TRIES; tries++) {
            String fault =
                    "%s, %s, round %d: %s"
                            .formatted(cell.name(), contestant.name(), round + 1, sample.fault());
            progress.accept("invalid: " + fault);
            invalid.add(fault);
            if (tries < TRIES) {
                sample = cell.run().of(contestant, seconds);
            }
        }
        return sample;
    }
}
