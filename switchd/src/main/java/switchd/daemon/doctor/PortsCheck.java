package switchd.daemon.doctor;

import java.util.List;
import tools.jackson.databind.JsonNode;

/// What the running daemon tells of its ports: VMs that were not let in, lost uplinks, drops.
record PortsCheck(Setup setup) implements Check {
    /// One frame of so many may be dropped without a word.
    private static final int TOLERATED_SHARE = 1_000;

    @Override
    public String name() {
        return "ports";
    }

    @Override
    public List<Finding> run() {
        Setup.Daemon daemon = setup.daemon();
        return daemon == null ? List.of() : judge(daemon.status());
    }

    /// @param status as `switchd.status/1` has it
    static List<Finding> judge(JsonNode status) {
        Findings findings = new Findings("ports");
        for (JsonNode port : status.path("ports")) {
            String name = port.path("name").asString("");
            judgeState(port, name, findings);
            judgeDrops(port, name, findings);
            if (findings.isSilentOn(name)) {
                findings.pass(name, port.path("state").asString("unknown"));
            }
        }
        return findings.list();
    }

    private static void judgeState(JsonNode port, String name, Findings findings) {
        String reason = port.path("reason").asString("");
        switch (port.path("state").asString("")) {
            case "refused" ->
                    findings.fail(
                            name,
                            "the last VM was not let in: " + reason,
                            "switchd port show " + name);
            case "uplinkLost" ->
                    findings.fail(
                            name,
                            "its place in the network is lost, and is tried again: " + reason,
                            "switchd network show " + port.path("network").asString(""));
            case "down" -> findings.info(name, "it is switched off", "switchd port up " + name);
            default -> {}
        }
    }

    private static void judgeDrops(JsonNode port, String name, Findings findings) {
        JsonNode toLan = port.path("toLan");
        JsonNode toVm = port.path("toVm");
        long foreign = drops(toLan, "foreignSource");
        if (foreign > 0) {
            findings.warn(
                    name,
                    "frames of its VM were dropped (%d), as they come from %s, and the port is for %s"
                            .formatted(
                                    foreign,
                                    port.path("foreignSource").asString("another address"),
                                    mac(port)),
                    "set \"mac\" of port %s to the VM's address, or to \"any\" for a bridge inside the VM; then sudo switchd reload"
                            .formatted(name));
        }
        long misfits = drops(toLan, "oversize") + drops(toVm, "oversize");
        if (misfits > 0) {
            findings.warn(
                    name,
                    "%d frames were dropped for being longer than the MTU of %d allows"
                            .formatted(misfits, port.path("mtu").asInt()),
                    "in the VM: sudo ip link set eth0 mtu " + port.path("mtu").asInt());
        }
        if (isMany(drops(toVm, "vmFull"), toVm)) {
            findings.warn(
                    name,
                    "%d frames were dropped as its VM made no room for them: it is too slow, or its queue too short"
                            .formatted(drops(toVm, "vmFull")),
                    "switchd port show " + name);
        }
        long full = drops(toLan, "uplinkFull") + drops(toVm, "overrun");
        if (isMany(full, toVm)) {
            findings.warn(
                    name,
                    "%d frames were dropped between switchd and the LAN: this host is too busy"
                            .formatted(full),
                    "uptime");
        }
    }

    /// The address that is the VM's, as far as known.
    private static String mac(JsonNode port) {
        String mac = port.path("mac").asString("auto");
        return mac.equals("auto") ? text(port.path("macsSeen")) : mac;
    }

    private static long drops(JsonNode direction, String cause) {
        return direction.path("drops").path(cause).asLong(0);
    }

    private static boolean isMany(long dropped, JsonNode direction) {
        return dropped > 0 && dropped > direction.path("frames").asLong(0) / TOLERATED_SHARE;
    }

    private static String text(JsonNode list) {
        List<String> values = list.valueStream().map(value -> value.asString("")).limit(4).toList();
        return values.isEmpty() ? "another" : String.join(", ", values);
    }
}
