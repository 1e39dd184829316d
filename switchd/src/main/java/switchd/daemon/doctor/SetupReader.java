package switchd.daemon.doctor;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import switchd.core.InterfaceName;
import switchd.core.MacAddress;
import switchd.core.SwitchdException;
import switchd.daemon.config.Config;
import switchd.daemon.config.ControlConfig;
import switchd.daemon.config.NetworkConfig;
import switchd.daemon.config.PortConfig;
import switchd.daemon.config.Settings;
import switchd.daemon.config.Surroundings;
import switchd.daemon.control.ControlClient;
import switchd.daemon.control.ControlPlace;
import tools.jackson.databind.JsonNode;

/// Learns what to look at: from the running daemon, else from the configuration.
final class SetupReader {
    private SetupReader() {}

    /// @param given a daemon's control socket; null for that of the configuration, else the usual
    ///   one
    /// @param config null for the file in the usual place, which need not be there
    static Setup read(@Nullable Path given, @Nullable Path config) {
        @Nullable Path file = config != null ? config : present(Surroundings.defaultFile());
        @Nullable String error = null;
        Config wanted = Config.EMPTY;
        if (file != null) {
            try {
                wanted = Settings.ofFile(file, Surroundings.current()).config();
            } catch (SwitchdException e) {
                error = e.getMessage();
            }
        }
        Path control = given != null ? given : control(wanted);
        Setup.@Nullable Daemon daemon = null;
        @Nullable SwitchdException refusal = null;
        try (ControlClient client = ControlClient.connect(control)) {
            daemon = daemon(client.call("daemon.status"));
        } catch (SwitchdException e) {
            refusal = e;
        }
        return new Setup(
                daemon != null ? "the running daemon" : file != null ? file.toString() : "nothing",
                Objects.toString(ControlPlace.usual().getParent(), null),
                control.toString(),
                Objects.toString(file, null),
                error,
                daemon,
                refusal,
                daemon != null ? networks(daemon.status()) : networks(wanted),
                daemon != null ? ports(daemon.status()) : ports(wanted));
    }

    private static Path control(Config config) {
        ControlConfig control = config.control();
        String socket = control == null ? null : control.socket();
        return socket == null ? ControlPlace.usual() : Path.of(socket);
    }

    private static @Nullable Path present(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS) ? file : null;
    }

    static List<Setup.Net> networks(Config config) {
        List<Setup.Net> networks = new ArrayList<>();
        for (NetworkConfig network : orNone(config.networks())) {
            String bridge = network.bridge();
            String carrier = bridge != null ? bridge : network.nic();
            networks.add(
                    new Setup.Net(
                            Objects.toString(network.name(), ""),
                            carrier == null ? null : interfaceName(carrier),
                            network.kind() == NetworkConfig.Kind.BRIDGE,
                            Boolean.TRUE.equals(network.create())));
        }
        return List.copyOf(networks);
    }

    static List<Setup.Place> ports(Config config) {
        List<Setup.Place> ports = new ArrayList<>();
        for (PortConfig port : orNone(config.ports())) {
            ports.add(
                    new Setup.Place(
                            Objects.toString(port.name(), ""),
                            mac(Objects.toString(port.mac(), "")),
                            Stream.of(port.socket(), port.stream())
                                    .flatMap(Stream::ofNullable)
                                    .toList()));
        }
        return List.copyOf(ports);
    }

    private static <T> List<T> orNone(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    static Setup.Daemon daemon(JsonNode status) {
        JsonNode told = status.path("daemon");
        return new Setup.Daemon(
                told.path("version").asString("?"), told.path("pid").asLong(-1), status);
    }

    static List<Setup.Net> networks(JsonNode status) {
        List<Setup.Net> networks = new ArrayList<>();
        for (JsonNode network : status.path("networks")) {
            networks.add(
                    new Setup.Net(
                            network.path("name").asString(""),
                            interfaceName(network.path("lan").asString("")),
                            network.path("kind").asString("").equals("bridge"),
                            false));
        }
        return List.copyOf(networks);
    }

    /// The address of a port is the configured one, or the one that its VM uses now.
    static List<Setup.Place> ports(JsonNode status) {
        List<Setup.Place> ports = new ArrayList<>();
        for (JsonNode port : status.path("ports")) {
            ports.add(
                    new Setup.Place(
                            port.path("name").asString(""),
                            mac(port.path("mac").asString("")),
                            Stream.of("socket", "stream")
                                    .map(key -> port.path(key).asString(""))
                                    .filter(path -> !path.isEmpty())
                                    .toList()));
        }
        return List.copyOf(ports);
    }

    static @Nullable InterfaceName interfaceName(String text) {
        try {
            return new InterfaceName(text);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /// Null for `auto` and `any`.
    static @Nullable MacAddress mac(String text) {
        try {
            return MacAddress.parse(text);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }
}
