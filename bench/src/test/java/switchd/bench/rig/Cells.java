package switchd.bench.rig;

import java.util.ArrayList;
import java.util.List;

/// Cells of frames.
final class Cells {
    private static final List<Integer> SIZES = List.of(64, 512, 1514);

    private static final int PORTS = 512; // bytes a frame
    private static final int MANY = 256;
    private static final int LOAD = 20_000; // frames a second

    private final Site site;
    private final String window;

    Cells(Site site) {
        this(site, MANY);
    }

    /// @param window frames on the way at most
    Cells(Site site, int window) {
        this.site = site;
        this.window = Integer.toString(window);
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

    /// From one VM to the other, with frames of three sizes.
    List<Cell> betweenVms() {
        return SIZES.stream().map(size -> there("VM→VM " + size + " B", size)).toList();
    }

    /// Alone, and beside a steady load.
    List<Cell> pings() {
        return List.of(ping("idle", 0), ping("under load", LOAD));
    }

    /// Both ways, by the first port and by all at once.
    List<Cell> manyPorts() {
        return List.of(
                new Cell(
                        "VM→LAN, one busy",
                        (who, s) -> flow(who, one(who.near()), who.far(), PORTS, s)),
                new Cell(
                        "LAN→VM, one busy",
                        (who, s) -> flow(who, who.far(), one(who.near()), PORTS, s)),
                new Cell(
                        "VM→LAN, all busy", (who, s) -> flow(who, who.near(), who.far(), PORTS, s)),
                new Cell(
                        "LAN→VM, all busy",
                        (who, s) -> flow(who, who.far(), who.near(), PORTS, s)));
    }

    private static List<String> one(List<String> ends) {
        return ends.subList(0, 1);
    }

    private Sample flow(
            Contestant contestant, List<String> from, List<String> to, int size, double seconds) {
        String[] options = {"--size", Integer.toString(size), "--window", window};
        return Sample.flow(site.traffic("flow", from, to, contestant, seconds, options));
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
