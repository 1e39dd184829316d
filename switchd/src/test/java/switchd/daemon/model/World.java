package switchd.daemon.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import switchd.daemon.model.Model.Place;
import switchd.daemon.model.Step.Net;
import switchd.daemon.model.Step.Port;

/// Which steps there can be, and what is there after each.
final class World {
    final Model model = new Model();

    /// The ports of the last configuration; others were added since.
    private final Map<String, Port> configured = new LinkedHashMap<>();

    private boolean has(String port) {
        return model.places.containsKey(port);
    }

    /// True where a port can be opened on any network.
    private boolean isWhole() {
        return model.bridgeRuns() && model.member;
    }

    private boolean hasVm(String port) {
        return has(port) && model.place(port).vm != null;
    }

    private boolean hasUplink(String port) {
        return has(port) && model.place(port).isOn(Net.LAN) && !model.place(port).lost;
    }

    /// True where the step is possible now; others are left out.
    boolean allows(Step step) {
        return switch (step) {
            case Step.Add(Port port) -> !has(port.name()) && isWhole();
            case Step.Remove(String port) -> has(port);
            case Step.SetUp(String port, boolean up) ->
                    has(port) && model.place(port).up != up && (!up || isWhole());
            case Step.Reload _, Step.Restart _ -> isWhole();
            case Step.Attach(String port, _) -> has(port) && model.place(port).up && !hasVm(port);
            case Step.Leave(String port, _) -> hasVm(port);
            case Step.Detach(String port) -> hasVm(port);
            case Step.Read(String port, boolean on) -> hasVm(port) && vm(port).reads != on;
            case Step.Frames frames -> allows(frames);
            case Step.Bridge(Step.Change change) -> allows(change);
            case Step.Uplink(String port, _) -> hasUplink(port) && model.bridgeRuns();
        };
    }

    private Model.Guest vm(String port) {
        return Objects.requireNonNull(model.place(port).vm);
    }

    private boolean allows(Step.Frames frames) {
        boolean plain = frames.kind() == Step.Kind.PLAIN;
        if (frames.from().equals(Model.LAN)) {
            return plain;
        }
        boolean needsAddress = frames.flying() || frames.kind() == Step.Kind.FOREIGN;
        return hasVm(frames.from())
                && (plain || !frames.flying())
                && (model.place(frames.from()).knows || !needsAddress);
    }

    private boolean allows(Step.Change change) {
        return switch (change) {
            case DOWN -> model.bridgeRuns();
            case UP -> model.bridge && !model.bridgeUp;
            case GONE -> model.bridge;
            case BACK -> !model.bridge;
            case MEMBER_OUT -> model.bridge && model.member;
            case MEMBER_IN -> model.bridge && !model.member;
        };
    }

    /// The step is done.
    void apply(Step step) {
        switch (step) {
            case Step.Add(Port port) -> model.add(port, true);
            case Step.Remove(String port) -> remove(port);
            case Step.SetUp(String port, boolean up) -> anew(model.place(port).port, up);
            case Step.Reload(List<Port> ports) -> reload(ports);
            case Step.Attach(String port, Step.How how) ->
                    model.attach(model.place(port), how == Step.How.SMALL);
            case Step.Leave(String port, _) -> model.detach(model.place(port));
            case Step.Detach(String port) -> model.detach(model.place(port));
            case Step.Read(String port, boolean on) -> vm(port).reads = on;
            case Step.Frames(String from, String to, Step.Kind kind, int count, boolean flying) -> {
                for (int i = 0; i < count; i++) {
                    model.send(from, to, kind, flying);
                }
            }
            case Step.Bridge(Step.Change change) -> change(change);
            case Step.Uplink(String port, _) -> {
                lose(model.place(port));
                comeBack();
            }
            case Step.Restart _ -> {
                model.apart = false;
                ports().forEach(port -> anew(port, true));
                configured.clear();
                ports().forEach(port -> configured.put(port.name(), port));
            }
        }
    }

    /// All ports that there are.
    List<Port> ports() {
        return model.places.values().stream().map(place -> place.port).toList();
    }

    private void remove(String port) {
        model.detach(model.place(port));
        model.places.remove(port);
    }

    private void anew(Port port, boolean up) {
        model.detach(model.place(port.name()));
        model.add(port, up);
    }

    private void reload(List<Port> ports) {
        Map<String, Port> wanted = new LinkedHashMap<>();
        ports.forEach(port -> wanted.put(port.name(), port));
        for (Place place : new ArrayList<>(model.places.values())) {
            Port now = wanted.get(place.name());
            if (now == null && configured.containsKey(place.name())) {
                remove(place.name());
            } else if (now != null && now.talking(place.port.talk()).equals(place.port)) {
                place.port = now; // other guards, under its VM
            } else if (now != null) {
                anew(now, place.up); // one that is switched off stays so
            }
        }
        wanted.values().stream()
                .filter(port -> !has(port.name()))
                .forEach(port -> model.add(port, true));
        configured.clear();
        configured.putAll(wanted);
    }

    private void change(Step.Change change) {
        switch (change) {
            case DOWN -> model.bridgeUp = false;
            case UP -> model.bridgeUp = true;
            case GONE -> {
                model.bridge = false;
                model.member = false;
            }
            case BACK -> {
                model.bridge = true;
                model.bridgeUp = true;
                model.member = true;
            }
            case MEMBER_OUT -> model.member = false;
            case MEMBER_IN -> model.member = true;
        }
        if (!model.bridgeRuns()) {
            model.places.values().forEach(World::lose);
        }
        comeBack();
    }

    private static void lose(Place place) {
        if (place.isOn(Net.LAN)) {
            place.lost = true;
            place.toVm.forgive();
        }
    }

    /// Uplinks come back, but none as the first member of a bridge that had others.
    private void comeBack() {
        boolean members =
                model.member
                        || model.places.values().stream()
                                .anyMatch(place -> place.isOn(Net.LAN) && !place.lost);
        if (model.bridgeRuns() && members) {
            model.places.values().forEach(place -> place.lost = false);
        }
    }
}
