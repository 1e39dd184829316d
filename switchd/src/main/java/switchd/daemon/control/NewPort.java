package switchd.daemon.control;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import switchd.core.InterfaceName;
import switchd.core.MacPolicy;
import switchd.core.UsageException;
import switchd.daemon.NetworkSpec;
import switchd.daemon.PortSpec;
import switchd.posix.Ids;

/// The parameters of `port.add`.
///
/// @param name the port's
/// @param network a network of the daemon; instead: `bridge`, `nic` or `isolated`
/// @param bridge a bridge of the host: its network is made where the daemon has none of that name
/// @param nic in JSON `interface`; the same for a NIC
/// @param isolated true: the same for the network `isolated`
/// @param mac `auto`, `any` or an address; missing: `auto`
/// @param socket missing: the usual place
/// @param stream missing: the usual place
/// @param owner missing: the caller, or for root the daemon's usual one
/// @param group missing: none
/// @param mode octal, as `"0660"`; missing: the usual one
/// @param up missing: true
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
        @Nullable Boolean up) {
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
                        new PortSpec.Access(ownerFor(caller), group, modeBits()),
                        up == null || up,
                        false,
                        null);
        return new Spec(port.validated(), implied);
    }

    private @Nullable NetworkSpec impliedNetwork() throws UsageException {
        boolean alone = Boolean.TRUE.equals(isolated);
        int asked =
                (network == null ? 0 : 1)
                        + (bridge == null ? 0 : 1)
                        + (nic == null ? 0 : 1)
                        + (alone ? 1 : 0);
        if (asked != 1) {
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
