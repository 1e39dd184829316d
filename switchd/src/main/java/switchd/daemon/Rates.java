package switchd.daemon;

import switchd.core.Counters;
import switchd.core.Port;

/// What goes through a port in a second, each way. Used by the loop's thread alone.
final class Rates {
    private final Meter toLan;
    private final Meter toVm;

    Rates(Port port) {
        toLan = new Meter(port.toLan());
        toVm = new Meter(port.toVm());
    }

    /// One way.
    static final class Meter {
        private final Counters counters;
        private long lastFrames;
        private long lastBytes;
        private long framesPerSecond;
        private long bitsPerSecond;

        private Meter(Counters counters) {
            this.counters = counters;
        }

        private void sample(double seconds) {
            long frames = counters.frames();
            long bytes = counters.bytes();
            framesPerSecond = Math.round((frames - lastFrames) / seconds);
            bitsPerSecond = Math.round((bytes - lastBytes) * Byte.SIZE / seconds);
            lastFrames = frames;
            lastBytes = bytes;
        }

        long framesPerSecond() {
            return framesPerSecond;
        }

        long bitsPerSecond() {
            return bitsPerSecond;
        }
    }

    /// Takes note of what has gone through since the last call.
    void sample(double seconds) {
        toLan.sample(seconds);
        toVm.sample(seconds);
    }

    Meter toLan() {
        return toLan;
    }

    Meter toVm() {
        return toVm;
    }
}
