/// The frames of a port as they pass: a tap in the daemon, a stream to the client, files that
/// Wireshark reads.
package switchd.daemon.capture;
