package switchd.daemon.doctor;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;

/// Whether a daemon runs, and whether more than one does.
///
/// @param setup what the daemon has told, if there is one
record DaemonCheck(Facts facts, Setup setup) implements Check {
    @Override
    public String name() {
        return "daemon";
    }

    @Override
    public List<Finding> run() throws SwitchdException {
        return judge(setup.daemon(), setup.refusal(), facts.users());
    }

    /// @param running the daemon that has answered
    /// @param refusal why none has; null where one has
    /// @param users processes that have ports on bridges, with the names of these
    static List<Finding> judge(
            Setup.@Nullable Daemon running,
            @Nullable SwitchdException refusal,
            Map<Integer, Set<String>> users) {
        Findings findings = new Findings("daemon");
        if (running != null) {
            findings.pass(
                    null, "switchd %s runs, pid %d".formatted(running.version(), running.pid()));
        } else if (refusal instanceof PermissionException) {
            findings.unchecked(null, message(refusal), "sudo switchd doctor");
        } else if (!users.isEmpty()) {
            findings.info(
                    null,
                    "switchd runs (pid %s), but without a control socket: %s"
                            .formatted(
                                    String.join(
                                            ", ",
                                            users.keySet().stream().map(String::valueOf).toList()),
                                    message(refusal)),
                    null);
        } else {
            findings.info(null, "none runs: " + message(refusal), "sudo switchd --bridge BRIDGE");
        }
        Map<String, Set<Integer>> byBridge = new java.util.TreeMap<>();
        users.forEach((pid, bridges) ->
                bridges.forEach(
                        bridge -> byBridge.computeIfAbsent(bridge, _ -> new TreeSet<>()).add(pid)));
        byBridge.forEach((bridge, pids) -> {
            if (pids.size() > 1) {
                findings.warn(
                        bridge,
                        "%d switchd processes have ports on it: one daemon serves all VMs, two do not know each"
                                        .formatted(pids.size())
                                + " other's addresses",
                        "ps -o pid,user,args -p "
                                + String.join(",", pids.stream().map(String::valueOf).toList()));
            }
        });
        return findings.list();
    }

    private static String message(@Nullable SwitchdException refusal) {
        return refusal == null ? "" : String.valueOf(refusal.getMessage());
    }
}
