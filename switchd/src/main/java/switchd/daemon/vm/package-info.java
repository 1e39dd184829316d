/// The VM's end of a port, as a VM tool has it, in this process: what `demo` and `selftest` attach
/// with.
package switchd.daemon.vm;
