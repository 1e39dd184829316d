package switchd.daemon.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import switchd.core.DropCause;
import switchd.daemon.model.Step.Kind;
import switchd.daemon.model.Step.Net;

/// What a daemon does, in a page: which frames come where, and what is counted.
///
/// A frame that is on its way while something happens may come or not, and may be dropped for what
/// is not there for a moment; all others must come where they belong, and nowhere else.
final class Model {
    static final String LAN = "lan";
    static final String ALL = "all";
    static final String NOBODY = "nobody";

    /// Drops of a frame of a VM, of one that is on its way.
    private static final List<DropCause> TO_LAN =
            List.of(
                    DropCause.UPLINK_LOST,
                    DropCause.UPLINK_FULL,
                    DropCause.ISOLATED,
                    DropCause.OWN_ECHO);

    /// The same, of a frame for a VM.
    private static final List<DropCause> TO_VM =
            List.of(DropCause.DETACHED, DropCause.VM_FULL, DropCause.OVERRUN);

    /// A VM.
    static final class Guest {
        final Arrivals arrivals;
        boolean reads = true;

        /// Whether it has room for few frames, so that others may be dropped.
        private final boolean small;

        private Guest(String port, boolean small) {
            arrivals = new Arrivals("the VM of " + port);
            this.small = small;
        }
    }

    /// A port that is there.
    static final class Place {
        Step.Port port;
        boolean up = true;
        boolean lost;

        /// Whether the VM's address is known.
        boolean knows;

        @Nullable Guest vm;
        Ledger toLan;
        Ledger toVm;

        /// Frames that earlier VMs have got, and may have got.
        long received;

        long unread;
        private final List<Integer> flying = new ArrayList<>();

        Place(Step.Port port) {
            this.port = port;
            this.knows = port.fixed();
            this.toLan = new Ledger(port.name() + " toLan");
            this.toVm = new Ledger(port.name() + " toVm");
        }

        String name() {
            return port.name();
        }

        boolean isOn(Net net) {
            return up && port.net() == net;
        }

        boolean mayTalkTo(Place other) {
            return port.talk().allows(other.port.talk());
        }
    }

    final Map<String, Place> places = new LinkedHashMap<>();
    final List<Sent> frames = new ArrayList<>();
    final Arrivals lan = new Arrivals("the LAN");
    boolean bridge = true;
    boolean bridgeUp = true;
    boolean member = true;

    /// Whether the bridge passes nothing between uplinks: since the first port that may not talk to
    /// all.
    boolean apart;

    private int flyingFrames;
    private boolean flying;
    private boolean quiet;

    /// A port that is there.
    Place place(String port) {
        return Objects.requireNonNull(places.get(port), port);
    }

    /// True where frames pass through the bridge.
    boolean bridgeRuns() {
        return bridge && bridgeUp;
    }

    /// A port that is new, or begins anew.
    void add(Step.Port port, boolean up) {
        Place place = new Place(port);
        place.up = up;
        for (int i = 0; i < flyingFrames; i++) {
            place.toVm.perhaps(TO_VM);
        }
        apart |= place.isOn(Net.LAN) && port.talk() != Step.Talk.ALL;
        places.put(port.name(), place);
    }

    void attach(Place place, boolean small) {
        Guest guest = new Guest(place.name(), small);
        place.flying.forEach(guest.arrivals::may);
        place.vm = guest;
    }

    /// The VM is gone.
    void detach(Place place) {
        Guest gone = place.vm;
        if (gone != null) {
            place.received += gone.arrivals.received();
            place.unread += gone.arrivals.outstanding();
            place.toLan.forgive();
            place.toVm.forgive();
            place.vm = null;
            place.knows = place.port.fixed();
        }
    }

    /// Something happens.
    void disturb() {
        quiet = false;
    }

    /// All is quiet from here on: what is on its way comes, and a few frames find room everywhere.
    void settle() {
        quiet = true;
        flyingFrames = 0;
        for (Place place : places.values()) {
            place.flying.clear();
            place.toLan.settle();
            place.toVm.settle();
        }
    }

    /// A frame is sent, see [Step.Frames].
    Sent send(String from, String to, Kind kind, boolean onTheWay) {
        Sent sent = Sent.of(frames.size(), from, to, kind);
        frames.add(sent);
        flying = onTheWay;
        flyingFrames += onTheWay ? 1 : 0;
        Place place = places.get(from);
        if (place == null) {
            fromLan(sent);
        } else {
            fromVm(place, sent, kind);
        }
        return sent;
    }

    private void fromVm(Place from, Sent sent, Kind kind) {
        switch (kind) {
            case RUNT -> from.toLan.dropped(DropCause.RUNT);
            case LONG -> from.toLan.dropped(DropCause.OVERSIZE);
            case FOREIGN -> from.toLan.dropped(DropCause.FOREIGN_SOURCE);
            case LLDP -> from.toLan.dropped(DropCause.PROTOCOL);
            case PLAIN -> pass(from, sent);
        }
    }

    private void pass(Place from, Sent sent) {
        from.knows = true;
        Place to = places.get(sent.to());
        if (flying) {
            from.toLan.sooner(TO_LAN);
            beyond(from, sent);
        } else if (to == null || !to.isOn(from.port.net()) || to.vm == null || !to.knows) {
            if (from.lost) {
                from.toLan.dropped(DropCause.UPLINK_LOST);
            } else {
                from.toLan.passed();
            }
            beyond(from, sent);
        } else if (to == from) {
            from.toLan.dropped(DropCause.OWN_ECHO);
        } else if (!from.mayTalkTo(to)) {
            from.toLan.dropped(DropCause.ISOLATED);
        } else {
            from.toLan.passed();
            deliver(to, sent);
        }
    }

    /// To the bridge, and to those ports that it does not serve.
    private void beyond(Place from, Sent sent) {
        boolean isolated = from.port.net() == Net.LAB;
        if (!isolated && (flying || (!from.lost && bridgeRuns() && member))) {
            // A bridge may know where a VM's address was.
            if (flying || places.containsKey(sent.to())) {
                lan.may(sent.number());
            } else {
                lan.must(sent.number());
            }
        }
        for (Place to : places.values()) {
            boolean through = flying || (!from.lost && !to.lost && bridgeRuns());
            if (to != from
                    && to.isOn(from.port.net())
                    && from.mayTalkTo(to)
                    && (isolated || isFor(to, sent))
                    && (isolated || apart || through)) {
                deliver(to, sent);
            }
        }
    }

    private void fromLan(Sent sent) {
        for (Place to : places.values()) {
            boolean through = flying || (bridgeRuns() && member && !to.lost);
            if (through && to.isOn(Net.LAN) && isFor(to, sent)) {
                deliver(to, sent);
            }
        }
    }

    private static boolean isFor(Place to, Sent sent) {
        return sent.to().equals(ALL) || (to.knows && sent.to().equals(to.name()));
    }

    private void deliver(Place to, Sent sent) {
        Guest vm = to.vm;
        if (flying) {
            to.toVm.perhaps(TO_VM);
            to.flying.add(sent.number());
        } else if (vm == null) {
            to.toVm.dropped(DropCause.DETACHED);
            return;
        } else if (vm.reads && (quiet || !vm.small)) {
            to.toVm.passed();
            vm.arrivals.must(sent.number());
            return;
        } else {
            to.toVm.sooner(TO_VM);
        }
        if (vm != null) {
            vm.arrivals.may(sent.number());
        }
    }
}
