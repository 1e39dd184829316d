package switchd.daemon.model;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import switchd.core.MacPolicy;
import switchd.core.SwitchdException;
import switchd.daemon.Daemon;
import switchd.daemon.GuardSpec;
import switchd.daemon.PortSpec;
import switchd.daemon.Status;
import switchd.daemon.model.Model.Guest;
import switchd.daemon.model.Model.Place;
import switchd.daemon.model.Step.Kind;
import switchd.daemon.model.Step.Net;
import switchd.daemon.model.Step.Port;

/// Does steps on a [Bed], waits after each until all is quiet, and compares with the [Model].
///
/// Quiet it is when everybody has got a frame that the LAN, and each VM that may speak, has sent
/// after all others: links and uplinks keep the order of frames.
final class Driver {
    private static final long LOOK_NANOS = 100_000;
    private static final int TURNS = 3;
    private static final int FRAMES_AT_A_TIME = 64;

    private final Bed bed;
    private final Duration patience;
    private final World world = new World();
    private final Model model = world.model;
    private final Map<String, Bed.Vm> vms = new HashMap<>();
    private Daemon daemon;

    private Driver(Bed bed, Duration patience) throws Exception {
        this.bed = bed;
        this.patience = patience;
        this.daemon = bed.start(bed.spec(List.of()));
    }

    /// Does the steps that are possible, from a daemon without ports on.
    ///
    /// @param patience for what must happen
    /// @return how many steps were done, and how many frames sent
    /// @throws AssertionError which step went wrong, and how
    static int[] run(Bed bed, List<Step> steps, Duration patience) throws Exception {
        Driver driver = new Driver(bed, patience);
        int done = 0;
        for (Step step : steps) {
            if (driver.world.allows(step)) {
                try {
                    driver.step(step);
                } catch (AssertionError | Exception e) {
                    throw new AssertionError("after %s: %s".formatted(step, e.getMessage()), e);
                }
                done++;
            }
        }
        bed.end(false);
        bed.checkNothingIsLeft();
        return new int[] {done, driver.model.frames.size()};
    }

    private void step(Step step) throws Exception {
        model.disturb();
        if (step instanceof Step.Frames(var from, var to, var kind, int count, boolean flying)) {
            for (int i = 0; i < count; i++) {
                send(from, to, kind, flying);
                if ((i + 1) % FRAMES_AT_A_TIME == 0) {
                    receive(); // room is made while others come
                }
            }
            if (flying) {
                return;
            }
        } else {
            receive();
            Map<String, Long> losses = losses();
            act(step);
            world.apply(step);
            awaitLosses(step, losses);
            forgetVms();
            if (step instanceof Step.Leave) {
                send(Model.LAN, Model.ALL, Kind.PLAIN, false); // the daemon finds it out
            }
        }
        settle();
    }

    private void act(Step step) throws Exception {
        switch (step) {
            case Step.Add(Port port) -> daemon.addPort(spec(port));
            case Step.Remove(String port) -> daemon.removePort(port);
            case Step.SetUp(String port, boolean up) -> ask(o -> o.setUp(port, up));
            case Step.Reload(List<Port> ports) ->
                    daemon.reload(bed.spec(ports.stream().map(this::spec).toList()), () -> {});
            case Step.Attach(String port, Step.How how) -> vms.put(port, bed.attach(port, how));
            case Step.Leave(String port, boolean killed) -> take(port).leave(killed);
            case Step.Detach(String port) -> ask(o -> o.detach(port));
            case Step.Read _ -> {}
            case Step.Frames _ -> throw new IllegalStateException();
            case Step.Bridge(Step.Change change) -> bed.change(change);
            case Step.Uplink(String port, Step.Loss loss) ->
                    bed.lose(requireNonNull(status().get(port)).uplink(), loss);
            case Step.Restart(boolean killed) -> {
                bed.end(killed && bed.kills());
                daemon = bed.start(bed.spec(world.ports().stream().map(this::spec).toList()));
            }
        }
    }

    private void ask(Daemon.Work<Boolean> work) throws Exception {
        try {
            if (!daemon.ask(work).get()) {
                throw new AssertionError("it was so already");
            }
        } catch (ExecutionException e) {
            throw new AssertionError(String.valueOf(e.getMessage()), e);
        }
    }

    private PortSpec spec(Port port) {
        String mac = port.fixed() ? Sent.mac(port.name()) : "auto";
        String network = port.net() == Net.LAN ? "lan" : "lab";
        PortSpec spec = PortSpec.of(port.name(), network, MacPolicy.parse(mac));
        return bed.place(
                spec.guardedBy(
                        switch (port.talk()) {
                            case ALL -> GuardSpec.NONE;
                            case NOBODY -> GuardSpec.ISOLATED;
                            case RED -> group("red");
                            case BLUE -> group("blue");
                        }));
    }

    private static GuardSpec group(String name) {
        return new GuardSpec(
                null, List.of(name), null, null, null, null, null, null, null, null, null);
    }

    private void send(String from, String to, Kind kind, boolean flying) throws SwitchdException {
        byte[] frame = model.send(from, to, kind, flying).bytes();
        Bed.Vm vm = vms.get(from);
        if (vm == null) {
            bed.sendFromLan(frame);
        } else {
            until(() -> vm.send(frame) ? "" : "no room for a frame of " + from);
        }
    }

    private Map<String, Long> losses() {
        Map<String, Long> losses = new HashMap<>();
        model.places.values().stream()
                .filter(place -> place.isOn(Net.LAN) && !place.lost)
                .forEach(place -> losses.put(place.name(), bed.losses(place.name())));
        return losses;
    }

    /// An uplink that is lost and comes back at once must have been missed.
    private void awaitLosses(Step step, Map<String, Long> before) throws SwitchdException {
        for (String port : before.keySet()) {
            long losses = before.get(port);
            boolean hit = step instanceof Step.Uplink(String one, _) && one.equals(port);
            Place place = model.places.get(port);
            if (hit || (place != null && place.lost)) {
                until(() ->
                        bed.losses(port) > losses
                                ? ""
                                : "the uplink of " + port + " is not missed");
            }
        }
    }

    /// VMs whose ports have gone, or have let them go, end.
    private void forgetVms() {
        for (String port : List.copyOf(vms.keySet())) {
            Place place = model.places.get(port);
            if (place == null || place.vm == null) {
                take(port).leave(false);
            }
        }
    }

    private Bed.Vm take(String port) {
        return requireNonNull(vms.remove(port));
    }

    private void settle() throws Exception {
        until(this::stateMissing);
        model.settle();
        until(this::trafficMissing);
        send(Model.LAN, Model.ALL, Kind.PLAIN, false);
        for (Place place : List.copyOf(model.places.values())) {
            if (place.vm != null && place.knows) {
                send(place.name(), Model.ALL, Kind.PLAIN, false);
            }
        }
        until(this::trafficMissing);
        // Nobody can tell of frames for ports without VMs, but that the loop has had its turns.
        for (int i = 0; i < TURNS; i++) {
            daemon.status();
        }
        until(this::trafficMissing);
    }

    /// What is not yet as it must be; empty where nothing is.
    private String stateMissing() throws SwitchdException {
        receive();
        Map<String, Status.PortStatus> found = status();
        if (!found.keySet().equals(model.places.keySet())) {
            return "the ports are " + found.keySet();
        }
        for (Status.PortStatus is : found.values()) {
            Place place = model.place(is.name());
            boolean up = is.state() != Status.State.DOWN;
            boolean lost = is.state() == Status.State.UPLINK_LOST;
            boolean attached = is.peer() != null;
            if (up != place.up || attached != (place.vm != null) || lost != place.lost) {
                return "port %s is %s, %s".formatted(place.name(), is.state(), is.reason());
            }
        }
        return "";
    }

    private Map<String, Status.PortStatus> status() throws SwitchdException {
        Map<String, Status.PortStatus> ports = new HashMap<>();
        daemon.status().ports().forEach(port -> ports.put(port.name(), port));
        return ports;
    }

    private String trafficMissing() throws SwitchdException {
        receive();
        StringBuilder missing = new StringBuilder(model.lan.missing());
        for (Daemon.Traffic traffic : daemon.traffic()) {
            Place place = model.place(traffic.name());
            Guest vm = place.vm;
            boolean reads = vm == null || vm.reads;
            missing.append(place.toLan.missing(traffic.toLan()));
            missing.append(place.toVm.missing(traffic.toVm()));
            long least = place.received + (vm == null ? 0 : vm.arrivals.received());
            long passed = traffic.toVm().frames();
            if (passed < least || (reads && passed > least + place.unread)) {
                missing.append(
                        "%s: %d passed on, %d received".formatted(place.name(), passed, least));
            }
            if (vm != null && reads) {
                missing.append(vm.arrivals.missing());
            }
        }
        return missing.toString();
    }

    private void receive() {
        bed.receiveOnLan().forEach(frame -> arrived(model.lan, frame));
        vms.forEach((port, vm) -> {
            Place place = model.places.get(port);
            if (place != null && place.vm != null && place.vm.reads) {
                Arrivals arrivals = place.vm.arrivals;
                vm.receive().forEach(frame -> arrived(arrivals, frame));
            }
        });
    }

    private void arrived(Arrivals arrivals, byte[] frame) {
        @Nullable Integer number = Sent.number(frame);
        if (number != null) {
            arrivals.take(model.frames.get(number), frame);
        }
    }

    /// What is missing yet; empty where nothing is.
    @FunctionalInterface
    private interface Look {
        String missing() throws SwitchdException;
    }

    private void until(Look look) throws SwitchdException {
        long deadline = System.nanoTime() + patience.toNanos();
        for (String what = look.missing(); !what.isEmpty(); what = look.missing()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(what);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
