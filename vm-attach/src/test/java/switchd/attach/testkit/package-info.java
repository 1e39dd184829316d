/// The far ends of a port's sockets, on junixsocket and on the JDK: implementations that are not
/// ours.
package switchd.attach.testkit;
