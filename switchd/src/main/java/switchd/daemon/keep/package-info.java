/// VMs keep their network while the daemon is restarted.
package switchd.daemon.keep;
