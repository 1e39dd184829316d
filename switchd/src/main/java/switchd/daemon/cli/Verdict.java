package switchd.daemon.cli;

import java.util.ArrayList;
import java.util.List;
import switchd.core.DropCause;
import switchd.daemon.Status;

/// Why a port's VM may have no network, as far as the port's figures tell.
final class Verdict {
    private final Status.PortStatus port;
    private final List<String> reasons = new ArrayList<>();

    private Verdict(Status.PortStatus port) {
        this.port = port;
    }

    /// A sentence for each thing that is not as it should be, with the cure; none where all is well
    /// or nothing has happened yet.
    static List<String> of(Status.PortStatus port) {
        Verdict verdict = new Verdict(port);
        verdict.state();
        if (port.state() == Status.State.ATTACHED) {
            verdict.traffic();
        }
        verdict.drops();
        return verdict.reasons;
    }

    private void state() {
        String reason = port.reason() == null ? "" : port.reason();
        switch (port.state()) {
            case DOWN -> reasons.add("switched off: `switchd port up " + port.name() + "`");
            case REFUSED -> reasons.add("the last client was refused: " + reason);
            case UPLINK_LOST -> reasons.add("no way to the LAN: " + reason);
            case LISTENING, ATTACHED -> {
                // As it should be.
            }
        }
    }

    private void traffic() {
        if (port.toLan().frames() == 0 && port.toLan().dropped() == 0) {
            reasons.add("its VM has sent nothing yet: is the NIC up in the guest?");
        } else if (port.toVm().frames() == 0 && port.toVm().dropped() == 0) {
            reasons.add(
                    "nothing comes back from the network: `switchd trace "
                            + port.name()
                            + "` shows what goes unanswered");
        }
    }

    private void drops() {
        if (dropped(port.toLan(), DropCause.FOREIGN_SOURCE)) {
            reasons.add(foreignSource());
        }
        if (dropped(port.toVm(), DropCause.VM_FULL)) {
            reasons.add("its VM does not take frames quickly enough: is it paused or overloaded?");
        }
        if (dropped(port.toLan(), DropCause.OVERSIZE)) {
            reasons.add("its VM sends frames above the MTU of " + port.mtu() + ": lower its MTU");
        }
    }

    private String foreignSource() {
        String seen = port.foreignSource();
        boolean first = port.mac().equals("auto");
        return "frames from "
                + (seen == null ? "another address" : seen)
                + " are dropped, the port is for "
                + (first ? "the address that its VM began with" : port.mac())
                + ": give the guest's NIC that address, or the port "
                + (seen == null ? "another one" : seen)
                + " or any with --mac";
    }

    private static boolean dropped(Status.Traffic traffic, DropCause cause) {
        return traffic.drops().containsKey(cause.label());
    }
}
