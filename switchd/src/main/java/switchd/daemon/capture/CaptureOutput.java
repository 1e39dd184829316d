package switchd.daemon.capture;

import java.io.IOException;

/// What a capture's records go to, up to a number of frames. It ends once, by whichever thread: the
/// one that reads, or the one that hears that the process is to stop.
public final class CaptureOutput implements CaptureReader.Listener {
    private final Format format;
    private final long most;
    private long frames;
    private long lost;
    private long unseen;
    private boolean ended;

    /// The form in which records are written.
    public interface Format {
        /// Writes a record.
        ///
        /// @throws IOException where it cannot be written
        void add(CaptureRecord captured) throws IOException;

        /// Has all that is written be seen.
        ///
        /// @throws IOException where it cannot be written
        void flush() throws IOException;

        /// Writes what is written last, and flushes.
        ///
        /// @throws IOException where it cannot be written
        default void end() throws IOException {
            flush();
        }
    }

    /// @param most the number of frames after which it is enough
    public CaptureOutput(Format format, long most) {
        this.format = format;
        this.most = most;
    }

    @Override
    public synchronized boolean record(CaptureRecord captured) throws IOException {
        if (ended) {
            return false;
        }
        format.add(captured);
        switch (captured.kind()) {
            case LOST -> lost += captured.count();
            case UNSEEN -> unseen += captured.count();
            case FRAME -> {
                lost += captured.count();
                frames++;
            }
        }
        return frames < most;
    }

    @Override
    public synchronized void pause() throws IOException {
        if (!ended) {
            format.flush();
        }
    }

    /// Ends the output; more than once is no error.
    ///
    /// @throws IOException where it cannot be written
    public synchronized void end() throws IOException {
        if (!ended) {
            ended = true;
            format.end();
        }
    }

    /// What there was, in a line.
    public synchronized String summary() {
        return "%d frames captured, %d lost as they came faster than they were read%s"
                .formatted(
                        frames,
                        lost,
                        unseen == 0 ? "" : ", " + unseen + " dropped before switchd had them");
    }
}
