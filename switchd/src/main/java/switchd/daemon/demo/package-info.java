/// `switchd demo`: a small LAN and guests of its own, and what happens between them. The guests
/// speak vfkit's protocol to the daemon's sockets, as any VM tool does; the LAN's host is the
/// kernel.
package switchd.daemon.demo;
