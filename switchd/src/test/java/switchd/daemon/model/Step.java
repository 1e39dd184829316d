package switchd.daemon.model;

import java.util.List;

/// Something that happens to a daemon or around it. Its text is the code that makes it.
public sealed interface Step {
    /// A network: a bridge with a member, or ports alone.
    enum Net {
        LAN,
        LAB
    }

    /// Whom a port may talk to.
    enum Talk {
        ALL,
        NOBODY,
        RED,
        BLUE;

        /// True where ports with these may talk.
        boolean allows(Talk other) {
            return this == other && this != NOBODY;
        }
    }

    /// How a VM is attached.
    enum How {
        DATAGRAM,
        /// With room for few frames.
        SMALL,
        DESCRIPTOR,
        STREAM
    }

    /// A sort of frames.
    enum Kind {
        PLAIN,
        FOREIGN,
        LLDP,
        RUNT,
        LONG
    }

    /// What others do to the bridge.
    enum Change {
        DOWN,
        UP,
        GONE,
        BACK,
        MEMBER_OUT,
        MEMBER_IN
    }

    /// What others do to an uplink.
    enum Loss {
        OUT_OF_BRIDGE,
        OFF,
        GONE
    }

    /// A port as it is asked for.
    ///
    /// @param fixed whether it is configured for its VM's address
    record Port(String name, Net net, boolean fixed, Talk talk) {
        Port talking(Talk other) {
            return new Port(name, net, fixed, other);
        }

        @Override
        public String toString() {
            return Code.of(this);
        }
    }

    record Add(Port port) implements Step {
        @Override
        public String toString() {
            return Code.of(this);
        }
    }

    record Remove(String port) implements Step {
        @Override
        public String toString() {
            return Code.of(this);
        }
    }

    record SetUp(String port, boolean up) implements Step {
        @Override
        public String toString() {
            return Code.of(this);
        }
    }

    /// The configuration has these ports from here on.
    record Reload(List<Port> ports) implements Step {
        @Override
        public String toString() {
            return Code.of(this);
        }
    }

    record Attach(String port, How how) implements Step {
        @Override
        public String toString() {
            return Code.of(this);
        }
    }

    /// The VM closes its socket, or its process is killed.
    record Leave(String port, boolean killed) implements Step {
        @Override
        public String toString() {
            return Code.of(this);
        }
    }

    /// An operator takes the VM away.
    record Detach(String port) implements Step {
        @Override
        public String toString() {
            return Code.of(this);
        }
    }

    /// The VM stops to read, or begins again.
    record Read(String port, boolean on) implements Step {
        @Override
        public String toString() {
            return Code.of(this);
        }
    }

    /// Frames of a VM or of the LAN.
    ///
    /// @param from a port, or [Model#LAN]
    /// @param to the same, or [Model#ALL], or [Model#NOBODY]
    /// @param flying whether the next step comes while they are on their way
    record Frames(String from, String to, Kind kind, int count, boolean flying) implements Step {
        @Override
        public String toString() {
            return Code.of(this);
        }
    }

    record Bridge(Change change) implements Step {
        @Override
        public String toString() {
            return Code.of(this);
        }
    }

    record Uplink(String port, Loss loss) implements Step {
        @Override
        public String toString() {
            return Code.of(this);
        }
    }

    /// The daemon is stopped or killed, and started with all ports that there are.
    record Restart(boolean killed) implements Step {
        @Override
        public String toString() {
            return Code.of(this);
        }
    }
}
