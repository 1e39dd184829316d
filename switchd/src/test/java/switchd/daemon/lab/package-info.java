/// The end-to-end test lab: a LAN of network namespaces, real guests and crafted frames around the
/// daemon under test.
///
/// A [Lab] is one test's network: the namespace `host`, where the daemon runs beside a Linux bridge
/// (or a plain NIC), wired to the namespace `lan` with one host in it. [Dnsmasq] and [LanHttp]
/// serve the LAN, [Capture] records what really passed there. [UmlGuest] and [QemuGuest] are real
/// VMs, [VmClient] is a VM's end of the socket for frames made by [Frames], [Ip4] and [Ip6].
/// Everything is inside the two namespaces and a temporary folder; closing the lab ends its
/// processes by their ids. Tests say [NeedsLab] so that they are skipped, with the reason, where
/// this cannot run.
@NullMarked
package switchd.daemon.lab;

import org.jspecify.annotations.NullMarked;
