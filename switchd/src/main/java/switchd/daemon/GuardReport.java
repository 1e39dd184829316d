package switchd.daemon;

import org.jspecify.annotations.Nullable;
import switchd.core.Guards;
import switchd.core.IpPolicy;
import switchd.core.LinkProtocol;
import switchd.core.VlanPolicy;

/// What the guards of a port have to say of themselves.
final class GuardReport {
    private GuardReport() {}

    static Status.Guarding of(Guards guards) {
        Guards.Limits limits = guards.limits();
        return new Status.Guarding(
                guards.isolation().alone(),
                guards.isolation().groups(),
                guards.vlans() instanceof VlanPolicy.Access(int id) ? id : null,
                guards.vlans() instanceof VlanPolicy.Trunk(var ids) ? ids : null,
                word(guards.ips()),
                limit(limits.groupFrames()),
                limit(limits.newAddresses()),
                limit(limits.addresses()),
                limit(limits.toLanBits()),
                limit(limits.toVmBits()),
                limit(limits.burstBytes()),
                guards.allowed().stream().sorted().map(LinkProtocol::label).toList());
    }

    private static String word(IpPolicy ips) {
        return switch (ips) {
            case IpPolicy.Any() -> "off";
            case IpPolicy.Leased() -> "dhcp";
            case IpPolicy.Only(_) -> "list";
        };
    }

    private static @Nullable Integer limit(int number) {
        return number == 0 ? null : number;
    }

    private static @Nullable Long limit(long number) {
        return number == 0 ? null : number;
    }
}
