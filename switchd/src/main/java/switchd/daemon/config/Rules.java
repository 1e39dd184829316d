package switchd.daemon.config;

import static switchd.daemon.config.Shape.join;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import switchd.core.MacAddress;
import switchd.core.MacPolicy;
import switchd.daemon.words.Nearest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What has to hold between the keys of a file; each key by itself is [Shape]'s concern.
///
/// Works on the tree and passes over what [Shape] has complained of, so that a file with several
/// mistakes is told of all of them.
final class Rules {
    private final ObjectNode tree;
    private final Problems problems;

    Rules(ObjectNode tree, Problems problems) {
        this.tree = tree;
        this.problems = problems;
    }

    /// Notes all that does not hold.
    void check() {
        List<String> networks = new ArrayList<>();
        Set<String> isolated = new HashSet<>();
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < size("networks"); i++) {
            String at = "networks[" + i + "]";
            String name = text(at, "name");
            unique(names, at, "name", name, "network is called");
            if (name != null) {
                networks.add(name);
            }
            checkKind(at);
            if ("isolated".equals(text(at, "kind"))) {
                checkAddresses(at);
                if (name != null) {
                    isolated.add(name);
                }
            }
        }
        checkPorts(networks, isolated);
        checkMetrics();
    }

    /// Notes users and groups that this machine does not have.
    void checkAccounts() {
        checkAccount("", "owner", Accounts::complaintOfUser);
        checkAccount("control", "group", Accounts::complaintOfGroup);
        for (int i = 0; i < size("ports"); i++) {
            checkAccount("ports[" + i + "]", "owner", Accounts::complaintOfUser);
            checkAccount("ports[" + i + "]", "group", Accounts::complaintOfGroup);
        }
    }

    private void checkAccount(String at, String key, Function<String, @Nullable String> complaint) {
        String name = text(at, key);
        String wrong = name == null ? null : complaint.apply(name);
        if (wrong != null) {
            problems.add(join(at, key), wrong);
        }
    }

    private void checkKind(String at) {
        String kind = text(at, "kind");
        if (kind == null) {
            return;
        }
        belongs(at, "bridge", kind, "bridge", true);
        belongs(at, "create", kind, "bridge", false);
        belongs(at, "keepMembers", kind, "bridge", false);
        belongs(at, "offload", kind, "bridge", false);
        belongs(at, "interface", kind, "interface", true);
        for (String key : List.of("bridge", "interface")) {
            String name = text(at, key);
            if (".".equals(name) || "..".equals(name)) {
                problems.add(join(at, key), "not the name of an interface: \"" + name + "\"");
            }
        }
    }

    private void belongs(String at, String key, String kind, String owner, boolean needed) {
        boolean there = at(at, key) != null;
        String path = join(at, key);
        if (there && !kind.equals(owner)) {
            problems.add(
                    path,
                    "goes with kind \"%s\", not \"%s\": remove it or change kind"
                            .formatted(owner, kind));
        } else if (!there && needed && kind.equals(owner)) {
            problems.add(path, "the key is missing: kind \"%s\" needs it".formatted(kind));
        }
    }

    /// Notes where leases are waited for that nobody can give.
    private void checkAddresses(String at) {
        if (IpReader.LEASED.equals(text(at, "ipGuard"))) {
            problems.add(
                    join(at, "ipGuard"),
                    "nobody gives addresses on a network of kind \"isolated\": list the addresses,"
                            + " or remove it");
        }
    }

    private void checkPorts(List<String> networks, Set<String> isolated) {
        Map<String, String> names = new HashMap<>();
        Map<String, String> sockets = new HashMap<>();
        Map<String, String> addresses = new HashMap<>();
        String control = text("control", "socket");
        if (control != null) {
            sockets.put(control, "control.socket");
        }
        for (int i = 0; i < size("ports"); i++) {
            String at = "ports[" + i + "]";
            unique(names, at, "name", text(at, "name"), "port is called");
            unique(sockets, at, "socket", text(at, "socket"), "socket is");
            unique(sockets, at, "stream", text(at, "stream"), "socket is");
            unique(addresses, at, "mac", address(at), "port has the address");
            checkNetwork(at, networks);
            String network = text(at, "network");
            boolean only = network == null && networks.size() == 1;
            if (isolated.contains(only ? networks.getFirst() : network)) {
                checkAddresses(at);
            }
            checkIsolation(tree.path("ports").path(i), at, problems);
        }
    }

    static void checkIsolation(JsonNode port, String at, Problems problems) {
        if (port.path("isolated").isBoolean() && port.has("talkGroups")) {
            problems.add(
                    join(at, "talkGroups"), "does not go with \"isolated\": remove one of them");
        }
    }

    private void checkNetwork(String at, List<String> networks) {
        String path = join(at, "network");
        String network = text(at, "network");
        if (network == null && !problems.concern(path)) {
            if (networks.size() > 1) {
                problems.add(
                        path,
                        "the key is missing: there are " + Shape.list(networks) + ": say which");
            } else if (networks.isEmpty() && size("networks") == 0) {
                problems.add(path, "there is no network: add one to \"networks\"");
            }
        } else if (network != null && !networks.contains(network)) {
            String nearest = Nearest.question(network, networks);
            String known =
                    networks.isEmpty()
                            ? ": add it to \"networks\""
                            : ": known are " + Shape.list(networks);
            problems.add(
                    path,
                    "there is no network \""
                            + network
                            + '"'
                            + (nearest.isEmpty() ? known : nearest));
        }
    }

    /// The address that the port is tied to, in one form; null where it is tied to none.
    private @Nullable String address(String at) {
        String mac = text(at, "mac");
        if (mac == null) {
            return null;
        }
        try {
            return MacPolicy.parse(mac) instanceof MacPolicy.Fixed(MacAddress address)
                    ? address.toString()
                    : null;
        } catch (IllegalArgumentException e) {
            problems.add(join(at, "mac"), e.getMessage() + ": give auto, any or a unicast address");
            return null;
        }
    }

    private void checkMetrics() {
        String metrics = text("", "metrics");
        if (metrics != null
                && Integer.parseInt(metrics.substring(metrics.lastIndexOf(':') + 1)) > 65_535) {
            problems.add("metrics", "a port is at most 65535: give another");
        }
    }

    private void unique(
            Map<String, String> seen, String at, String key, @Nullable String value, String what) {
        if (value == null) {
            return;
        }
        String path = join(at, key);
        String before = seen.putIfAbsent(value, path);
        if (before != null) {
            problems.add(
                    path,
                    "another %s %s (%s, line %d): change one of them"
                            .formatted(what, value, before, problems.origin(before).line()));
        }
    }

    private int size(String list) {
        JsonNode node = tree.get(list);
        return node != null && node.isArray() ? node.size() : 0;
    }

    private @Nullable JsonNode at(String at, String key) {
        JsonNode parent = tree;
        if (at.endsWith("]")) {
            int bracket = at.indexOf('[');
            int index = Integer.parseInt(at.substring(bracket + 1, at.length() - 1));
            parent = tree.path(at.substring(0, bracket)).path(index);
        } else if (!at.isEmpty()) {
            parent = tree.path(at);
        }
        return parent.get(key);
    }

    /// The text of a key; null where it is missing or was complained of.
    private @Nullable String text(String at, String key) {
        JsonNode node = at(at, key);
        return node != null && node.isString() && !problems.concern(join(at, key))
                ? node.stringValue()
                : null;
    }
}
