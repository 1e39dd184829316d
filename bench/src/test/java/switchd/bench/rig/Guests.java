package switchd.bench.rig;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import switchd.bench.rig.Scenario.Field;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.Lab;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A guest's network stack without the guest: a namespace with a TAP, and a process that carries
/// its frames to the contestant as a VM's NIC does.
final class Guests {
    private static final Duration SLACK = Duration.ofSeconds(30);
    private static final String NIC = "guest0";

    private final Site site;
    private final Map<Contestant, String> spaces = new HashMap<>();

    private Guests(Site site) {
        this.site = site;
    }

    static Field field(Site site) {
        Guests guests = new Guests(site);
        String whole = "ethtool -K %s tx on tso on gso on gro on";
        site.lab().lan().run(whole.formatted("eth0").split(" "));
        site.lab().host().run(whole.formatted("lan0").split(" "));
        List<Contestant> contestants = new ArrayList<>(Scenarios.withPeers(site));
        contestants.add(new Peers(site).bridged("switchd --no-offload", 1, "--no-offload"));
        contestants.forEach(guests::boot);
        List<Cell> cells = new ArrayList<>();
        for (int mtu : List.of(1500, 9000)) {
            cells.add(guests.cell("VM→LAN, MTU " + mtu, mtu, List.of()));
            cells.add(guests.cell("LAN→VM, MTU " + mtu, mtu, List.of("--reverse")));
        }
        return new Field(contestants, cells);
    }

    private void boot(Contestant contestant) {
        int number = site.next();
        String space = site.lab().host().name() + "-guest" + number;
        String near = contestant.near().getFirst();
        String mac = near.substring(near.lastIndexOf(',') + 1);
        site.outside("ip netns add " + space);
        site.lab().add(() -> site.outside("ip netns del " + space));
        String inside = "ip -n " + space + " ";
        site.outside(inside + "tuntap add dev " + NIC + " mode tap");
        site.outside(inside + "link set " + NIC + " address " + mac + " up");
        site.outside(inside + "addr add 10.77.0." + (100 + number) + "/24 dev " + NIC);
        site.shim(near, "tap:%s@%s,%s".formatted(NIC, space, mac));
        spaces.put(contestant, space);
    }

    private Cell cell(String name, int mtu, List<String> options) {
        return new Cell(name, (contestant, seconds) -> stream(contestant, mtu, seconds, options));
    }

    private Sample stream(Contestant contestant, int mtu, double seconds, List<String> options) {
        String space = spaces.getOrDefault(contestant, "");
        site.outside("ip -n " + space + " link set " + NIC + " mtu " + mtu);
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", space, "iperf3"));
        command.addAll(List.of("--client", Lab.LAN_ADDRESS, "--json"));
        // It counts whole seconds.
        command.addAll(List.of("--time", Long.toString(Math.max(1, Math.round(seconds)))));
        command.addAll(options);
        try (Job server =
                site.lab().lan().start("iperf3", "--server", "--one-off", "--forceflush")) {
            server.awaitOutput("^Server listening", Await.SHORT);
            try (Job client = Job.start(command, Map.of())) {
                client.awaitExit(SLACK.plusMillis((long) (seconds * 1000)));
                return sample(JsonMapper.shared().readTree(client.output()));
            }
        }
    }

    /// What iperf3 tells.
    static Sample sample(JsonNode told) {
        String error = told.path("error").asString("");
        JsonNode end = told.path("end");
        double bits = end.path("sum_received").path("bits_per_second").asDouble();
        double gigabits = end.path("sum_received").path("bytes").asDouble() * 8 / 1e9;
        double again = end.path("sum_sent").path("retransmits").asDouble();
        String fault = error.isEmpty() && gigabits <= 0 ? "nothing arrived" : error;
        return new Sample(
                Map.of(
                        Metric.BITS,
                        bits / 1e9,
                        Metric.RETRANSMITTED,
                        again / Math.max(gigabits, Double.MIN_NORMAL)),
                Double.NaN,
                fault);
    }
}
