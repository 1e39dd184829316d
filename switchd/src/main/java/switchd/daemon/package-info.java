/// The daemon: start order, stop order, and the version it was built as.
package switchd.daemon;
