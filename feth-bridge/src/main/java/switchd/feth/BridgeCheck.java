package switchd.feth;

import static java.util.stream.Collectors.joining;

import switchd.core.Errno;
import switchd.core.HostException;
import switchd.core.InterfaceName;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.darwin.DarwinConstants;
import switchd.darwin.InterfaceControl;
import switchd.darwin.Interfaces;

/// What can be wrong with a bridge, and the cures.
final class BridgeCheck {
    private BridgeCheck() {}

    /// @throws HostException where there is no bridge of this name, or it is down
    static void requireUsable(OwnInterfaces own, InterfaceName name) throws SwitchdException {
        int flags;
        try {
            flags = own.control().flags(name);
        } catch (SyscallException e) {
            if (!e.is(Errno.ENXIO)) {
                throw e;
            }
            throw new HostException(
                    "there is no bridge %s: let switchd make it with --create-bridge (\"create\": true in a file), %s"
                            .formatted(name, others(own)),
                    e);
        }
        int type = own.control().type(name).type();
        if (type != DarwinConstants.IFT_BRIDGE && type != InterfaceControl.Type.NOT_TOLD) {
            throw new HostException(
                    "%s is no bridge: use it with --interface %s, %s"
                            .formatted(name, name, others(own)));
        }
        if ((flags & DarwinConstants.IFF_UP) == 0) {
            throw new HostException(
                    "the bridge %s is down and forwards nothing: switch it on with `sudo ifconfig %s up`"
                            .formatted(name, name));
        }
    }

    private static String others(OwnInterfaces own) {
        String bridges;
        try {
            bridges =
                    Interfaces.list(own.darwin()).stream()
                            .map(Interfaces.Entry::name)
                            .filter(candidate -> isBridge(own.control(), candidate))
                            .map(InterfaceName::value)
                            .collect(joining(", "));
        } catch (SyscallException e) {
            return "or name another";
        }
        return bridges.isEmpty()
                ? "there is no bridge on this host"
                : "or name one of the bridges: " + bridges;
    }

    private static boolean isBridge(InterfaceControl control, InterfaceName name) {
        try {
            return control.type(name).type() == DarwinConstants.IFT_BRIDGE;
        } catch (SyscallException e) {
            return false; // gone meanwhile
        }
    }

    /// Why a bridge did not take a member.
    static SwitchdException refused(
            OwnInterfaces own, InterfaceName bridge, InterfaceName candidate, SyscallException e)
            throws SyscallException {
        if (e.is(Errno.EBUSY)) {
            return new HostException(
                    "%s is a member of another bridge: take it out there with `sudo ifconfig BRIDGE deletem %s`"
                            .formatted(candidate, candidate),
                    e);
        }
        if (e.is(Errno.ENXIO)) {
            return new HostException(
                    "the bridge %s is gone: whoever made it must make it again".formatted(bridge),
                    e);
        }
        if (e.is(Errno.ENOENT)) {
            return new HostException(
                    "the interface %s is gone: somebody has removed it".formatted(candidate), e);
        }
        if (!e.is(Errno.EINVAL)) {
            return e;
        }
        int wanted = own.control().mtu(bridge);
        int actual = own.control().mtu(candidate);
        return wanted == actual
                ? new HostException("%s cannot be in a bridge".formatted(candidate), e)
                : new HostException(
                        "%s has an MTU of %d, the bridge %s one of %d: start switchd again, or `sudo ifconfig %s mtu %d`"
                                .formatted(candidate, actual, bridge, wanted, candidate, wanted),
                        e);
    }
}
