import org.jspecify.annotations.NullMarked;

/// Classic BPF. The programs are pure and serve both kernels: one passes the frames meant for a
/// port's hardware address or for a group and rejects the port's own. Linux attaches it to a packet
/// socket, Darwin to a BPF device, so the program that macOS loads is tried in a real kernel on
/// Linux too.
///
/// The reader and the batch writer are Darwin's: they open `/dev/bpf`, configure it by `ioctl`
/// (`BIOCSBLEN`, `BIOCSETIF`, `BIOCIMMEDIATE`, `BIOCSSEESENT`, `BIOCSHDRCMPLT`, `BIOCSETF`), then
/// `read` and `write` many frames in one call.
@NullMarked
module switchd.bpf {
    requires transitive switchd.core;
    requires transitive switchd.posix;
    requires transitive switchd.darwin;
    requires static transitive org.jspecify;

    exports switchd.bpf;
}
