/// The control socket: how other processes ask a running daemon, and tell it what to do.
///
/// JSON-RPC 2.0, one object a line, on a unix stream socket; docs/control.md describes it.
package switchd.daemon.control;
