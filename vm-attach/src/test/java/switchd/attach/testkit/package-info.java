/// A VM's end of an exported socket, on junixsocket: an implementation that is not ours.
package switchd.attach.testkit;
