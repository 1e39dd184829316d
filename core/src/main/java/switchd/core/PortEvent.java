package switchd.core;

import org.jspecify.annotations.Nullable;

/// What happens at a port and an operator may want to hear of. [#text()] is one line for a log.
public sealed interface PortEvent {
    /// The port's name.
    String port();

    /// What happened, for people, with the cure where one is needed.
    String text();

    /// True where an operator should act.
    default boolean isWarning() {
        return false;
    }

    /// A VM is there.
    ///
    /// @param peer its socket
    /// @param resumed whether its link was kept over a restart of the daemon
    record Attached(String port, String peer, boolean resumed) implements PortEvent {
        /// A VM that has just come.
        public Attached(String port, String peer) {
            this(port, peer, false);
        }

        @Override
        public String text() {
            return "VM attached: " + peer + (resumed ? ", kept over a restart" : "");
        }
    }

    /// The VM is gone; the port waits for the next one.
    ///
    /// @param peer its socket
    /// @param reason how we know
    record Detached(String port, String peer, String reason) implements PortEvent {
        @Override
        public String text() {
            return "VM detached: " + peer + ": " + reason;
        }
    }

    /// A client was not let in.
    ///
    /// @param peer its socket
    /// @param reason why, and the cure
    record Refused(String port, String peer, String reason) implements PortEvent {
        @Override
        public String text() {
            return "client refused: " + peer + ": " + reason;
        }

        @Override
        public boolean isWarning() {
            return true;
        }
    }

    /// The VM sent frames with a source address that is not its own.
    ///
    /// @param seen the first such address
    /// @param expected the VM's
    record ForeignSource(String port, MacAddress seen, MacAddress expected) implements PortEvent {
        @Override
        public String text() {
            if (seen.isGroup() || seen.value() == 0) {
                return "the VM sends from "
                        + seen
                        + ", which is no station's address: such frames are dropped; mend the VM";
            }
            return "the VM sends from "
                    + seen
                    + ", but this port is for "
                    + expected
                    + ": such frames are dropped; give the VM's NIC mac="
                    + expected
                    + ", or the port --mac "
                    + seen
                    + ", or --mac any where a bridge runs inside the VM";
        }

        @Override
        public boolean isWarning() {
            return true;
        }
    }

    /// Frames with the VM's own address come from the LAN.
    ///
    /// @param address the VM's
    record AddressConflict(String port, MacAddress address) implements PortEvent {
        @Override
        public String text() {
            return "frames from the VM's own address "
                    + address
                    + " come from the LAN: another station has the same address (give the VM another"
                    + " one), or the LAN has a loop";
        }

        @Override
        public boolean isWarning() {
            return true;
        }
    }

    /// The kernel gave the VM's socket smaller buffers than asked for.
    ///
    /// @param socket its path
    /// @param sendAsked bytes
    /// @param sendGiven bytes
    /// @param receiveAsked bytes
    /// @param receiveGiven bytes
    record SmallBuffers(
            String port,
            String socket,
            int sendAsked,
            int sendGiven,
            int receiveAsked,
            int receiveGiven)
            implements PortEvent {
        @Override
        public String text() {
            return "small socket buffers at "
                    + socket
                    + ": send "
                    + sendGiven
                    + " of "
                    + sendAsked
                    + " bytes, receive "
                    + receiveGiven
                    + " of "
                    + receiveAsked
                    + ": bursts are held sooner; raise the kernel's limit (Linux: sysctl"
                    + " net.core.wmem_max and net.core.rmem_max, macOS: kern.ipc.maxsockbuf)";
        }

        @Override
        public boolean isWarning() {
            return true;
        }
    }

    /// No VM can attach for now; it is tried again.
    ///
    /// @param socket the path that does not answer
    /// @param reason what the kernel said, and the cure
    record NotListening(String port, String socket, String reason) implements PortEvent {
        @Override
        public String text() {
            return "no VM can attach at " + socket + ", trying again: " + reason;
        }

        @Override
        public boolean isWarning() {
            return true;
        }
    }

    /// VMs can attach again, after [NotListening].
    ///
    /// @param socket the path that answers
    record Listening(String port, String socket) implements PortEvent {
        @Override
        public String text() {
            return "VMs can attach again at " + socket;
        }
    }

    /// A guard has dropped a frame: the first one of this kind since the VM attached.
    ///
    /// @param direction the frame's
    /// @param cause which guard
    /// @param frame what it was, in a few words
    record Guarded(String port, Direction direction, DropCause cause, String frame)
            implements PortEvent {
        /// What has happened to frame `i`, which must have 14 bytes.
        static Guarded of(
                String port, Direction direction, DropCause cause, FrameBatch frames, int i) {
            @Nullable LinkProtocol protocol = LinkProtocol.of(frames, i);
            String frame =
                    "to %s, type 0x%04x%s%s"
                            .formatted(
                                    new MacAddress(frames.destination(i)),
                                    frames.type(i),
                                    protocol == null ? "" : ", " + protocol.label(),
                                    PacketView.sender(frames, i));
            return new Guarded(port, direction, cause, frame);
        }

        @Override
        public String text() {
            String what =
                    switch (cause) {
                        case PROTOCOL ->
                                "the VM speaks a protocol of bridges and links: such frames are"
                                        + " dropped; where a bridge inside the VM needs it, name it"
                                        + " in allowProtocols of the port's guards";
                        case FOREIGN_VLAN ->
                                "the VM sends into a VLAN that is not the port's: such frames are"
                                        + " dropped; mend the VM, or the port's vlan";
                        case ISOLATED ->
                                "the VM sends to a port that its own may not talk to: such frames"
                                        + " are dropped; where they should pass, change isolated or"
                                        + " talkGroups of the two ports";
                        case GROUP_RATE ->
                                "the VM sends more broadcasts and multicasts than groupFrames of"
                                        + " the port's guards allows: the rest is dropped; look for a"
                                        + " loop or a scan in the VM, or raise it";
                        case ADDRESS_RATE ->
                                "the VM uses new source addresses faster than newAddresses of the"
                                        + " port's guards allows: their frames are dropped";
                        case ADDRESS_LIMIT ->
                                "the VM uses more source addresses than the addresses of the port's"
                                        + " guards allow: frames from further ones are dropped";
                        case RATE ->
                                direction == Direction.TO_LAN
                                        ? "the VM sends more than toLanRate of the port's guards"
                                                + " allows: the rest is dropped"
                                        : "the VM is sent more than toVmRate of the port's guards"
                                                + " allows: the rest is dropped";
                        case IP_SOURCE ->
                                "the VM sends from an IP address that is not its own, or what may"
                                        + " hide one: such frames are dropped; have it ask for its"
                                        + " address anew, or change ipGuard of the port";
                        case ROGUE_SERVER ->
                                "the VM plays DHCP server or router: such frames are dropped; where"
                                        + " it should be one, set ipGuard of the port to \"off\"";
                        default -> "frames are dropped: " + cause.label();
                    };
            return what + " (the first was " + frame + ")";
        }

        @Override
        public boolean isWarning() {
            return true;
        }
    }

    /// The interface that carries the port's frames is of no use any more. The VM stays attached,
    /// and another uplink is tried for.
    ///
    /// @param uplink the interface
    /// @param reason what the kernel said
    record UplinkLost(String port, InterfaceName uplink, String reason) implements PortEvent {
        @Override
        public String text() {
            return "uplink "
                    + uplink
                    + " lost: "
                    + reason
                    + "; the VM stays, and its frames for the LAN are dropped until there is another uplink";
        }

        @Override
        public boolean isWarning() {
            return true;
        }
    }

    /// The kernel refuses a new uplink in the place of the lost one: told once for each loss. It is
    /// tried again.
    ///
    /// @param reason what the kernel said, and the cure
    record NoUplink(String port, String reason) implements PortEvent {
        @Override
        public String text() {
            return "there is no new uplink yet, trying again: " + reason;
        }

        @Override
        public boolean isWarning() {
            return true;
        }
    }

    /// There is an uplink again.
    ///
    /// @param uplink the interface
    /// @param outageNanos how long there was none
    record UplinkBack(String port, InterfaceName uplink, long outageNanos) implements PortEvent {
        private static final long NANOS_PER_MILLI = 1_000_000;

        @Override
        public String text() {
            return "uplink " + uplink + " is there again, after " + millis() + " ms";
        }

        /// How long there was none, in milliseconds.
        public long millis() {
            return outageNanos / NANOS_PER_MILLI;
        }
    }
}
