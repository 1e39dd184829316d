/// The commands: options, one call, and what it prints. No logic beyond that.
package switchd.daemon.cli;
