package switchd.daemon.model;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import switchd.daemon.lab.Frames;

/// A frame that was sent: its number is in its payload.
///
/// @param from a port, or [Model#LAN]
/// @param to the same, or [Model#ALL], or [Model#NOBODY]
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Sent(int number, String from, String to, byte[] bytes) {
    private static final int LENGTH = 60;
    private static final int TOO_LONG = 1600;
    private static final int TOO_SHORT = Frames.HEADER - 1;
    private static final int LLDP = 0x88cc;
    private static final String STRANGER = "02:00:00:00:0f:0f";

    static Sent of(int number, String from, String to, Step.Kind kind) {
        int length =
                switch (kind) {
                    case RUNT -> TOO_SHORT;
                    case LONG -> TOO_LONG;
                    default -> LENGTH;
                };
        byte[] payload = ByteBuffer.allocate(TOO_LONG).putInt(number).array();
        byte[] frame =
                Frames.ethernet(
                        mac(to),
                        kind == Step.Kind.FOREIGN ? STRANGER : mac(from),
                        kind == Step.Kind.LLDP ? LLDP : Frames.EXPERIMENT,
                        payload);
        return new Sent(number, from, to, Arrays.copyOf(frame, length));
    }

    /// The address of a VM by its port's name, or of whom else there is.
    static String mac(String name) {
        return switch (name) {
            case Model.LAN -> "02:00:00:00:00:99";
            case Model.ALL -> Frames.BROADCAST;
            case Model.NOBODY -> "02:00:00:00:00:ee";
            default -> "02:00:00:00:01:%02x".formatted((int) name.charAt(0));
        };
    }

    /// The number in a frame; null where it is none of ours.
    static @Nullable Integer number(byte[] frame) {
        boolean ours =
                frame.length == LENGTH
                        && (Frames.type(frame) == Frames.EXPERIMENT || Frames.type(frame) == LLDP);
        return ours ? ByteBuffer.wrap(frame).getInt(Frames.HEADER) : null;
    }

    @Override
    public String toString() {
        return "frame %d, %s to %s".formatted(number, from, to);
    }
}
