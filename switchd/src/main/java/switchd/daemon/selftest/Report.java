package switchd.daemon.selftest;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a self-test has found: with `--json`, the document it prints (`docs/selftest.md`).
///
/// @param format of this document: 1
/// @param switchd the version
/// @param host where it ran
/// @param started when, in UTC, ISO 8601
/// @param seconds how long it took
/// @param result failed where one check has
/// @param checks in the order in which they were made
/// @param figures for each way to write frames
/// @param events what the ports told meanwhile, a line each
/// @param standing commands that remove what was kept; empty where nothing was
public record Report(
        int format,
        String switchd,
        Host host,
        String started,
        double seconds,
        Result result,
        List<Row> checks,
        List<Figures> figures,
        List<String> events,
        List<String> standing) {
    static final int FORMAT = 1;

    /// A host.
    ///
    /// @param system `Linux` or `macOS`
    /// @param version of the system
    /// @param kernel its own words on itself
    /// @param machine the processor's architecture
    /// @param java the Java runtime's version
    public record Host(String system, String version, String kernel, String machine, String java) {}

    /// How a check ended.
    public enum Result {
        /// As it should.
        PASSED("passed"),
        /// Not as it should.
        FAILED("failed"),
        /// The host does not carry it, and need not.
        LIMITED("limited"),
        /// It could not be made; the detail says why.
        NOT_RUN("notRun");

        private final String label;

        Result(String label) {
            this.label = label;
        }

        /// The name in reports.
        @JsonValue
        public String label() {
            return label;
        }
    }

    /// One check.
    ///
    /// @param check what was looked at
    /// @param writer how frames were written meanwhile; empty where none were
    /// @param result how it ended
    /// @param detail a figure or a few words; empty where there is nothing to add
    /// @param failure where it failed
    public record Row(
            String check, String writer, Result result, String detail, @Nullable Failure failure) {}

    /// Why a check failed.
    ///
    /// @param what was seen
    /// @param call the system call that failed; empty where none has
    /// @param errno the error's name or number; empty where no call failed
    /// @param meaning what it means, and what to do
    public record Failure(String what, String call, String errno, String meaning) {}

    /// What one way to write frames achieves, from a VM over the bridge to another VM.
    ///
    /// @param writer its name
    /// @param rates for each length of frames
    /// @param latency from one VM to the other
    public record Figures(String writer, List<Rate> rates, Latency latency) {}

    /// Frames in a row with a bounded number under way.
    ///
    /// @param frameBytes the length of each
    /// @param framesPerSecond that arrived
    /// @param sent how many
    /// @param lost how many did not arrive
    public record Rate(int frameBytes, long framesPerSecond, long sent, long lost) {}

    /// Half a round trip of single frames, in microseconds.
    ///
    /// @param p50 the median
    /// @param p99 the 99th percentile
    /// @param directP50 the median between two sockets, without switchd and bridge
    /// @param directP99 the 99th percentile between two sockets
    /// @param addedP50 what switchd and the bridge add to the median
    /// @param addedP99 what they add to the 99th percentile
    public record Latency(
            double p50,
            double p99,
            double directP50,
            double directP99,
            double addedP50,
            double addedP99) {}
}
