/// What the daemon has to say.
package switchd.daemon.log;
