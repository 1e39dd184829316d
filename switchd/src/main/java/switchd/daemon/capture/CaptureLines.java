package switchd.daemon.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.util.function.Function;

/// A capture with a record on each line.
public final class CaptureLines implements CaptureOutput.Format {
    private final OutputStream out;
    private final Function<CaptureRecord, String> line;

    /// @param out is not closed here; a buffered one
    /// @param line what to write, without the line's end
    public CaptureLines(OutputStream out, Function<CaptureRecord, String> line) {
        this.out = out;
        this.line = line;
    }

    @Override
    public void add(CaptureRecord captured) throws IOException {
        out.write((line.apply(captured) + "\n").getBytes(UTF_8));
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}
