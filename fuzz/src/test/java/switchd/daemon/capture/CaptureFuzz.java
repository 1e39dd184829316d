package switchd.daemon.capture;

import static switchd.fuzz.Check.isLine;
import static switchd.fuzz.Check.that;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import switchd.fuzz.Input;

/// A capture's stream, as a command reads it: however it is cut, the records are the same, up to
/// what is none; each has a line, and together they make a file of whole blocks.
public final class CaptureFuzz {
    private CaptureFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) throws IOException {
        Input input = new Input(bytes);
        int[] cuts = input.cuts();
        byte[] stream = input.rest();
        List<CaptureRecord> records = new ArrayList<>();
        boolean isWhole = read(new ByteArrayInputStream(stream), records);
        List<CaptureRecord> again = new ArrayList<>();
        that(read(cut(stream, cuts), again) == isWhole, "it ends in another way");
        that(records.size() == again.size(), "other records");
        int total = 0;
        CaptureText text = new CaptureText(ZoneOffset.UTC);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        PcapngWriter writer = new PcapngWriter(file);
        for (int i = 0; i < records.size(); i++) {
            CaptureRecord captured = records.get(i);
            that(Arrays.equals(captured.frame(), again.get(i).frame()), "another frame");
            that(captured.time() == again.get(i).time(), "another time");
            total += CaptureRecord.HEADER_BYTES + captured.frame().length;
            isLine(text.of(captured));
            writer.add(captured);
        }
        that(isWhole ? total == stream.length : total <= stream.length, "octets are lost");
        writer.end();
        blocks(ByteBuffer.wrap(file.toByteArray()).order(ByteOrder.LITTLE_ENDIAN));
    }

    private static boolean read(InputStream in, List<CaptureRecord> records) {
        try {
            return new CaptureReader(in)
                    .readAll(
                            new CaptureReader.Listener() {
                                @Override
                                public boolean record(CaptureRecord captured) {
                                    return records.add(captured);
                                }

                                @Override
                                public void pause() {}
                            });
        } catch (IOException e) {
            that(e.getMessage() != null, "an error without a word");
            return false;
        }
    }

    private static InputStream cut(byte[] stream, int[] cuts) {
        return new ByteArrayInputStream(stream) {
            private int reads;

            @Override
            public synchronized int read(byte[] into, int offset, int length) {
                int most = cuts.length == 0 ? 1 : cuts[reads++ % cuts.length];
                return super.read(into, offset, Math.min(most, length));
            }
        };
    }

    /// Each block tells its length at both ends.
    private static void blocks(ByteBuffer file) {
        while (file.hasRemaining()) {
            int start = file.position();
            int length = file.getInt(start + 4);
            that(length >= 12 && length % 4 == 0, "a length that is none");
            that(file.getInt(start + length - 4) == length, "a block ends elsewhere");
            file.position(start + length);
        }
    }
}
