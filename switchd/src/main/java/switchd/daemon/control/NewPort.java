package switchd.daemon.control;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import switchd.core.InterfaceName;
import switchd.core.MacPolicy;
import switchd.core.UsageException;
import switchd.daemon.GuardSpec;
import switchd.daemon.NetworkSpec;
import switchd.daemon.PortSpec;
import switchd.daemon.config.GuardKeys;
import switchd.posix.Ids;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The parameters of `port.add`.
///
/// @param name the port's
/// @param network a network of the daemon; instead: `bridge`, `nic` or `isolated`
/// @param bridge a bridge of the host: its network is made where the daemon has none of that name
/// @param nic in JSON `interface`; the same for a NIC
/// @param isolated true without any of these three: the same for the network `isolated`; with one
///   of them, as below
/// @param mac `auto`, `any` or an address; missing: `auto`
/// @param socket missing: the usual place
/// @param stream missing: the usual place
/// @param owner missing: the caller, or for root the daemon's usual one
/// @param group missing: none
/// @param mode octal, as `"0660"`; missing: the usual one
/// @param up missing: true
/// @param talkGroups as in the configuration of a port, like all of the following
/// @param vlan a number or a list
/// @param ipGuard a word or a list
/// @param guards limits and protocols
record NewPort(
        @Nullable String name,
        @Nullable String network,
        @Nullable String bridge,
        @JsonProperty("interface") @Nullable String nic,
        @Nullable Boolean isolated,
        @Nullable String mac,
        @Nullable String socket,
        @Nullable String stream,
        @Nullable String owner,
        @Nullable String group,
        @Nullable String mode,
        @Nullable Boolean up,
        @Nullable JsonNode talkGroups,
        @Nullable JsonNode vlan,
        @Nullable JsonNode ipGuard,
        @Nullable JsonNode guards) {
    /// A port, and the network that is made for it where the daemon has none of that name.
    record Spec(PortSpec port, @Nullable NetworkSpec network) {}

    /// What is asked for.
    ///
    /// @throws UsageException naming what is wrong
    Spec toSpec(Peer caller) throws UsageException {
        NetworkSpec implied = impliedNetwork();
        PortSpec port =
                new PortSpec(
                        Params.required("name", name),
                        implied == null ? Params.required("network", network) : implied.name(),
                        macPolicy(),
                        socket,
                        stream,
                        new PortSpec.Access(ownerFor(caller), group, modeBits(), requester(caller)),
                        up == null || up,
                        false,
                        null,
                        guardSpec());
        return new Spec(port.validated(), implied);
    }

    private GuardSpec guardSpec() throws UsageException {
        ObjectNode keys = JsonRpc.MAPPER.createObjectNode();
        if (isolated != null && networks() > 0) {
            keys.put("isolated", isolated);
        }
        put(keys, "talkGroups", talkGroups);
        put(keys, "vlan", vlan);
        put(keys, "ipGuard", ipGuard);
        put(keys, "guards", guards);
        return GuardKeys.of(keys);
    }

    private static void put(ObjectNode keys, String key, @Nullable JsonNode value) {
        if (value != null) {
            keys.set(key, value);
        }
    }

    private int networks() {
        return (network == null ? 0 : 1) + (bridge == null ? 0 : 1) + (nic == null ? 0 : 1);
    }

    private @Nullable NetworkSpec impliedNetwork() throws UsageException {
        boolean alone = networks() == 0 && Boolean.TRUE.equals(isolated);
        if (networks() != 1 && !alone) {
            throw new UsageException("give one of network, bridge, interface and isolated");
        }
        NetworkSpec.Kind kind;
        if (alone) {
            kind = new NetworkSpec.Isolated();
        } else if (bridge != null) {
            kind = new NetworkSpec.Bridge(interfaceName("bridge", bridge), false);
        } else if (nic != null) {
            kind = new NetworkSpec.Nic(interfaceName("interface", nic));
        } else {
            return null;
        }
        return new NetworkSpec(kind.usualName(), kind, null);
    }

    private static InterfaceName interfaceName(String key, String name) throws UsageException {
        try {
            return new InterfaceName(name);
        } catch (IllegalArgumentException e) {
            throw new UsageException(key + ": " + e.getMessage());
        }
    }

    private MacPolicy macPolicy() throws UsageException {
        try {
            return MacPolicy.parse(mac == null ? "auto" : mac);
        } catch (IllegalArgumentException e) {
            throw new UsageException("mac: auto, any or an address: " + e.getMessage());
        }
    }

    private @Nullable String ownerFor(Peer caller) {
        return owner != null || caller.uid() == 0
                ? owner
                : Ids.text(caller.uid()) + ":" + Ids.text(caller.gid());
    }

    private static PortSpec.@Nullable Requester requester(Peer caller) {
        return caller.uid() == 0 ? null : new PortSpec.Requester(caller.uid(), caller.gids());
    }

    private @Nullable Integer modeBits() throws UsageException {
        if (mode == null) {
            return null;
        }
        if (!mode.matches("0?[0-7]{3}")) {
            throw new UsageException("mode: three octal digits, as 0660, not " + mode);
        }
        return Integer.parseInt(mode, 8);
    }
}
