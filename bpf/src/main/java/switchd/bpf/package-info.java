/// Classic BPF programs, and the reader and batch writer of `/dev/bpf`.
package switchd.bpf;
