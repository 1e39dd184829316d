/// `switchd doctor`: looks for what keeps VMs from their network, one check at a time, and names
/// the cure.
///
/// A check reads ([Facts], [Files]) and judges; the judging is a function of plain values, so that
/// every verdict has its test. Nothing is changed, no other program is run, and what takes root is
/// said to be unchecked without it. The package may use the JDK's files and sockets: no frame
/// passes here.
package switchd.daemon.doctor;
