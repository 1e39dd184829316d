/// The choice of the host, made once.
package switchd.daemon.host;
