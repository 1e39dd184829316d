package switchd.core;

/// An interface through which frames of a LAN pass: a member of a bridge, or the NIC itself.
///
/// @param mtu bytes of payload that a frame carries there
/// @param up whether it is administratively up; a cable need not be there
/// @param translatesAddresses true where the kernel puts the host's own hardware address in the
///   place of all others' that send there, as Wi-Fi demands (macOS: MAC-NAT)
public record LanMember(
        InterfaceName name, InterfaceKind kind, int mtu, boolean up, boolean translatesAddresses) {}
