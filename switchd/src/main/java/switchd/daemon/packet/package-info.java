/// What frames say, as far as a reader of a capture wants to know. Pure; takes anything, as what a
/// VM sends is not to be trusted.
package switchd.daemon.packet;
