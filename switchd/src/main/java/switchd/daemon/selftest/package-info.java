/// `switchd selftest`: the daemon's real path on the host it runs on, looked at claim by claim, and
/// measured. The bridge, the ports and the VMs are of its own making.
package switchd.daemon.selftest;
