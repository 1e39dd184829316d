package switchd.bench.rig;

import java.util.ArrayList;
import java.util.List;

/// Cells of frames.
final class Cells {
    private static final List<Integer> SIZES = List.of(64, 512, 1514);

    private final Site site;

    Cells(Site site) {
        this.site = site;
    }

    /// Frames from near to far.
    Cell there(String name, int size) {
        return new Cell(
                name,
                (contestant, seconds) ->
                        flow(contestant, contestant.near(), contestant.far(), size, seconds));
    }

    /// Frames from far to near.
    Cell back(String name, int size) {
        return new Cell(
                name,
                (contestant, seconds) ->
                        flow(contestant, contestant.far(), contestant.near(), size, seconds));
    }

    /// Both ways, each with frames of three sizes.
    List<Cell> bothWays() {
        List<Cell> cells = new ArrayList<>();
        SIZES.forEach(size -> cells.add(there("VM→LAN " + size + " B", size)));
        SIZES.forEach(size -> cells.add(back("LAN→VM " + size + " B", size)));
        return cells;
    }

    private Sample flow(
            Contestant contestant, List<String> from, List<String> to, int size, double seconds) {
        return Sample.flow(
                site.traffic(
                        "flow", from, to, contestant, seconds, "--size", Integer.toString(size)));
    }

    /// A frame there and back, beside so many others a second.
    Cell ping(String name, int rate) {
        return new Cell(
                name,
                (contestant, seconds) ->
                        Sample.ping(
                                site.traffic(
                                        "ping",
                                        contestant.near(),
                                        contestant.far(),
                                        contestant,
                                        seconds,
                                        "--size",
                                        "64",
                                        "--rate",
                                        Integer.toString(rate))));
    }
}
