package switchd.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// What the fuzzer gives, taken from the front; zeros where nothing is left.
public final class Input {
    private final byte[] bytes;
    private int at;

    public Input(byte[] bytes) {
        this.bytes = bytes;
    }

    /// True where nothing is left.
    public boolean isEmpty() {
        return at >= bytes.length;
    }

    /// The next octet, from 0 to 255.
    public int octet() {
        return isEmpty() ? 0 : Byte.toUnsignedInt(bytes[at++]);
    }

    /// The next two octets, the higher one first.
    public int half() {
        return octet() << 8 | octet();
    }

    /// The next four octets, the highest first.
    public int word() {
        return half() << 16 | half();
    }

    /// The next octets, fewer than `most` where the input ends.
    public byte[] take(int most) {
        int from = Math.min(at, bytes.length);
        at = Math.min(bytes.length, from + most);
        return Arrays.copyOfRange(bytes, from, at);
    }

    /// All that is left.
    public byte[] rest() {
        return take(bytes.length);
    }

    /// Ways to cut what is left, as a stream may come: an octet says how many lengths follow (0 to
    /// 15, an octet each), which are used one after the other and again.
    public int[] cuts() {
        int[] cuts = new int[octet() & 15];
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = Math.max(1, octet());
        }
        return cuts;
    }

    /// A stream in the pieces that [#cuts()] gave; in one piece where there are none.
    public static List<byte[]> pieces(byte[] stream, int[] cuts) {
        List<byte[]> pieces = new ArrayList<>();
        int from = 0;
        for (int i = 0; from < stream.length; i++) {
            int to = cuts.length == 0 ? stream.length : from + cuts[i % cuts.length];
            pieces.add(Arrays.copyOfRange(stream, from, Math.min(to, stream.length)));
            from = to;
        }
        return pieces;
    }
}
