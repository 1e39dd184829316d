package switchd.daemon.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.StateSetSnapshot;
import io.prometheus.metrics.model.snapshots.StateSetSnapshot.StateSetDataPointSnapshot;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import switchd.core.DropCause;
import switchd.daemon.Status;
import switchd.daemon.Status.PortStatus;
import switchd.daemon.Status.State;
import switchd.daemon.Status.Traffic;

/// A daemon's status as an OpenMetrics text.
///
/// Names end in their unit, counters in `_total`; a port's metrics bear its name and its network's.
/// Every cause of a drop is there from the beginning, at 0, so that a rate can be taken of the
/// first one.
public final class MetricsText {
    /// The media type of the text.
    public static final String CONTENT_TYPE = OpenMetricsTextFormatWriter.CONTENT_TYPE;

    private MetricsText() {}

    /// The text.
    public static String of(Status status) {
        List<MetricSnapshot> metrics = new ArrayList<>();
        addDaemon(status.daemon(), metrics);
        addNetworks(status.networks(), metrics);
        addTraffic(status.ports(), metrics);
        addPorts(status.ports(), metrics);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            OpenMetricsTextFormatWriter.create().write(text, new MetricSnapshots(metrics));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // to memory
        }
        return text.toString(UTF_8);
    }

    private static void addDaemon(Status.DaemonStatus daemon, List<MetricSnapshot> metrics) {
        metrics.add(
                InfoSnapshot.builder()
                        .name("switchd_build")
                        .help("Which switchd this is.")
                        .dataPoint(
                                InfoDataPointSnapshot.builder()
                                        .labels(Labels.of("version", daemon.version()))
                                        .build())
                        .build());
        Gauges.add(
                metrics,
                "switchd_start_time_seconds",
                "When the daemon started, since 1970.",
                daemon.started().toEpochMilli() / 1e3);
        Gauges.add(
                metrics,
                "switchd_uptime_seconds",
                "For how long the daemon has been running.",
                (double) daemon.uptimeSeconds());
        Gauges.add(
                metrics,
                "switchd_loop_longest_turn_seconds",
                "The longest time that one turn of the loop has taken.",
                daemon.longestTurnMillis() / 1e3);
        Long resident = daemon.memory().resident();
        if (resident != null) {
            Gauges.add(
                    metrics, "switchd_resident_memory_bytes", "Memory of the process.", resident);
        }
        Gauges.add(
                metrics,
                "switchd_heap_used_bytes",
                "Memory of Java objects.",
                (double) daemon.memory().heapUsed());
        Gauges.add(
                metrics,
                "switchd_heap_max_bytes",
                "The most that Java objects may take.",
                (double) daemon.memory().heapMax());
    }

    private static void addNetworks(
            List<Status.NetworkStatus> networks, List<MetricSnapshot> metrics) {
        Gauges mtu = new Gauges("switchd_network_mtu_bytes", "MTU of a network.");
        Counts repairs =
                new Counts(
                        "switchd_network_repairs",
                        "How often an uplink of a network was put back in its place.");
        for (Status.NetworkStatus network : networks) {
            Labels labels =
                    Labels.of(
                            "network",
                            network.name(),
                            "kind",
                            network.kind(),
                            "lan",
                            Objects.toString(network.lan(), ""));
            mtu.add(labels, network.mtu());
            repairs.add(labels, network.repairs());
        }
        metrics.add(mtu.build());
        metrics.add(repairs.build());
    }

    private static void addTraffic(List<PortStatus> ports, List<MetricSnapshot> metrics) {
        Counts frames = new Counts("switchd_port_frames", "Frames that were passed on.");
        Counts bytes =
                new Counts(
                        "switchd_port_bytes", "Bytes of frames that were passed on, with headers.");
        Counts drops = new Counts("switchd_port_dropped_frames", "Frames that were not passed on.");
        Gauges age =
                new Gauges(
                        "switchd_port_last_frame_age_seconds",
                        "How long ago a frame was passed on; missing where there was none.");
        for (PortStatus port : ports) {
            for (Direction direction : Direction.values()) {
                Traffic traffic = direction.of(port);
                Labels labels = labels(port).add("direction", direction.label());
                frames.add(labels, traffic.frames());
                bytes.add(labels, traffic.bytes());
                for (DropCause cause : DropCause.values()) {
                    drops.add(
                            labels.add("cause", cause.label()),
                            traffic.drops().getOrDefault(cause.label(), 0L));
                }
                Double last = traffic.lastFrameSeconds();
                if (last != null) {
                    age.add(labels, last);
                }
            }
        }
        metrics.addAll(List.of(frames.build(), bytes.build(), drops.build(), age.build()));
    }

    /// One way through a port.
    private enum Direction {
        TO_LAN("toLan"),
        TO_VM("toVm");

        private final String label;

        Direction(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }

        Traffic of(PortStatus port) {
            return this == TO_LAN ? port.toLan() : port.toVm();
        }
    }

    private static void addPorts(List<PortStatus> ports, List<MetricSnapshot> metrics) {
        StateSetSnapshot.Builder states =
                StateSetSnapshot.builder()
                        .name("switchd_port_state")
                        .help("What a port is doing: one of its states is 1.");
        Gauges waiting =
                new Gauges("switchd_port_queue_frames", "Frames that wait for a port's VM.");
        Gauges most =
                new Gauges(
                        "switchd_port_queue_high_water_frames",
                        "The most frames that have waited for a port's VM.");
        Gauges room =
                new Gauges(
                        "switchd_port_queue_capacity_frames",
                        "The most frames that can wait for a port's VM.");
        for (PortStatus port : ports) {
            Labels labels = labels(port);
            waiting.add(labels, port.queue().waiting());
            most.add(labels, port.queue().highWater());
            room.add(labels, port.queue().capacity());
            StateSetDataPointSnapshot.Builder point =
                    StateSetDataPointSnapshot.builder().labels(labels);
            for (State state : State.values()) {
                point.state(state.label(), state == port.state());
            }
            states.dataPoint(point.build());
        }
        metrics.addAll(List.of(states.build(), waiting.build(), most.build(), room.build()));
    }

    private static Labels labels(PortStatus port) {
        return Labels.of("port", port.name(), "network", port.network());
    }
}
