package switchd.core;

/// Who is at the far end of a port's link, and what the link has got of the kernel.
///
/// @param kind how it is attached
/// @param path where its socket is bound, fit for a line of a log; empty where it is bound to none
/// @param pid the process that attached; 0 where nobody tells
/// @param sendBuffer bytes of ours, as the kernel gave them; 0 where it was not asked
/// @param receiveBuffer as `sendBuffer`
public record Peer(Kind kind, String path, int pid, int sendBuffer, int receiveBuffer) {
    /// How a VM reaches its port.
    public enum Kind {
        /// Datagrams through the port's `net.sock`.
        DATAGRAM("datagram"),
        /// A connection to the port's `stream.sock`.
        STREAM("stream"),
        /// One end of a connected socket that was handed over.
        DESCRIPTOR("descriptor");

        private final String label;

        Kind(String label) {
            this.label = label;
        }

        /// The name in reports.
        public String label() {
            return label;
        }
    }

    /// The path, else the process, else the kind.
    @Override
    public String toString() {
        if (!path.isEmpty()) {
            return path;
        }
        return pid > 0 ? "process " + pid : "a " + kind.label() + " client";
    }
}
