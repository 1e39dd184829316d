package switchd.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import switchd.core.InterfaceKind;
import switchd.core.InterfaceName;
import switchd.core.MemberWatch.Place;

/// A bridge at one moment.
///
/// @param name the bridge's
/// @param links all interfaces of the host
/// @param bridge what has that name, where it is a bridge; null where there is none
/// @param foreign the members that are not ours
record BridgeView(
        InterfaceName name,
        List<LinkStatus> links,
        @Nullable LinkStatus bridge,
        List<LinkStatus> foreign) {

    /// @param ours numbers of our own interfaces
    static BridgeView of(InterfaceName name, List<LinkStatus> links, Set<Integer> ours) {
        @Nullable LinkStatus bridge =
                links.stream()
                        .filter(link -> link.name().equals(name.value()) && link.isBridge())
                        .findFirst()
                        .orElse(null);
        List<LinkStatus> foreign =
                bridge == null
                        ? List.of()
                        : links.stream()
                                .filter(link -> link.master() == bridge.index())
                                .filter(link -> !ours.contains(link.index()))
                                .toList();
        return new BridgeView(name, links, bridge, foreign);
    }

    /// What a lost uplink waits for: two views with the same are as good for it.
    record Condition(int index, boolean up, int mtu, List<Integer> foreign) {}

    Condition condition() {
        return bridge == null
                ? new Condition(0, false, 0, List.of())
                : new Condition(
                        bridge.index(),
                        bridge.isUp(),
                        bridge.mtu(),
                        foreign.stream().map(LinkStatus::index).sorted().toList());
    }

    /// The interface of this number, or null where there is none any more.
    @Nullable LinkStatus link(int index) {
        return links.stream().filter(link -> link.index() == index).findFirst().orElse(null);
    }

    /// Why a TAP is no way into the bridge, or null where it is one.
    @Nullable String missing(TapUplink uplink) {
        @Nullable LinkStatus tap = link(uplink.index());
        if (tap == null) {
            return TapUplink.removed(uplink.interfaceName());
        }
        if (bridge == null) {
            return "the bridge " + name + " is gone";
        }
        if (tap.master() != bridge.index()) {
            return tap.name() + " is no member of " + name + " any more";
        }
        if (!bridge.isUp()) {
            return BridgeCheck.down(name);
        }
        return tap.isUp() ? null : tap.name() + " was switched off";
    }

    /// Where another interface is.
    Place placeOf(InterfaceName member) {
        for (LinkStatus link : links) {
            if (link.name().equals(member.value())) {
                if (bridge != null && link.master() == bridge.index()) {
                    return Place.MEMBER;
                }
                if (link.master() != 0) {
                    return Place.ELSEWHERE;
                }
                return bridge == null ? Place.NO_BRIDGE : Place.FREE;
            }
        }
        return Place.GONE;
    }

    /// The names of the members that lead somewhere: neither ours nor TAPs, which come and go with
    /// others' VMs.
    Stream<InterfaceName> lasting() {
        return foreign.stream()
                .filter(link -> link.interfaceKind() != InterfaceKind.TAP)
                .flatMap(LinkStatus::validName);
    }

    /// What an operator should know, a sentence each.
    ///
    /// @param mtu what the VMs use
    List<String> notices(int mtu) {
        List<String> notices = new ArrayList<>();
        if (bridge == null) {
            notices.add("the bridge " + name + " is gone");
            return notices;
        }
        if (!bridge.isUp()) {
            notices.add(BridgeCheck.down(name));
        }
        if (bridge.mtu() != mtu) {
            notices.add(
                    "%1$s has an MTU of %2$d now, the VMs go on with %3$d: `ip link set %1$s mtu %3$d`"
                            .formatted(name, bridge.mtu(), mtu));
        }
        for (LinkStatus member : foreign) {
            if (member.mtu() < bridge.mtu()) {
                notices.add(
                        "%1$s has an MTU of %2$d, its member %3$s one of %4$d only: longer frames get lost there; `ip link set %1$s mtu %4$d`"
                                .formatted(name, bridge.mtu(), member.name(), member.mtu()));
            }
        }
        return notices;
    }
}
