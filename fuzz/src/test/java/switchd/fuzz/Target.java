package switchd.fuzz;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import switchd.attach.StreamInputFuzz;
import switchd.attach.StreamOutputFuzz;
import switchd.bpf.BpfRecordsFuzz;
import switchd.bpf.FrameFilterFuzz;
import switchd.core.GuardsFuzz;
import switchd.core.IpGuardFuzz;
import switchd.core.Kernel;
import switchd.core.NamesFuzz;
import switchd.core.NetworkFuzz;
import switchd.daemon.capture.CaptureFuzz;
import switchd.daemon.config.ConfigFuzz;
import switchd.daemon.control.AnswerFuzz;
import switchd.daemon.control.RequestFuzz;
import switchd.daemon.control.RequestLinesFuzz;
import switchd.daemon.metrics.HttpFuzz;
import switchd.daemon.packet.PacketFuzz;
import switchd.daemon.service.ManifestFuzz;
import switchd.daemon.trace.TraceFuzz;
import switchd.darwin.InterfacesFuzz;
import switchd.darwin.KernelEventFuzz;
import switchd.feth.JournalFuzz;
import switchd.linux.RtnetlinkFuzz;
import switchd.linux.SegmentCutterFuzz;
import switchd.posix.UnixAddressFuzz;

/// Every parser that meets bytes from outside, by the class that feeds it.
///
/// A new parser is added here, with a class in its own package and a folder of seeds of the class's
/// name (without `Fuzz`) below `corpus`.
public enum Target {
    NETWORK(NetworkFuzz.class, NetworkFuzz::fuzzerTestOneInput),
    GUARDS(GuardsFuzz.class, GuardsFuzz::fuzzerTestOneInput),
    IP_GUARD(IpGuardFuzz.class, IpGuardFuzz::fuzzerTestOneInput),
    BPF_RECORDS(BpfRecordsFuzz.class, BpfRecordsFuzz::fuzzerTestOneInput),
    FRAME_FILTER(FrameFilterFuzz.class, FrameFilterFuzz::fuzzerTestOneInput),
    KERNEL_EVENT(KernelEventFuzz.class, KernelEventFuzz::fuzzerTestOneInput),
    INTERFACES(InterfacesFuzz.class, InterfacesFuzz::fuzzerTestOneInput),
    RTNETLINK(RtnetlinkFuzz.class, RtnetlinkFuzz::fuzzerTestOneInput),
    SEGMENT_CUTTER(SegmentCutterFuzz.class, SegmentCutterFuzz::fuzzerTestOneInput),
    UNIX_ADDRESS_LINUX(UnixAddressFuzz.class, UnixAddressFuzz::fuzzerTestOneInput, Kernel.LINUX),
    UNIX_ADDRESS_DARWIN(UnixAddressFuzz.class, UnixAddressFuzz::fuzzerTestOneInput, Kernel.DARWIN),
    STREAM_INPUT(StreamInputFuzz.class, StreamInputFuzz::fuzzerTestOneInput),
    STREAM_OUTPUT(StreamOutputFuzz.class, StreamOutputFuzz::fuzzerTestOneInput),
    REQUEST_LINES(RequestLinesFuzz.class, RequestLinesFuzz::fuzzerTestOneInput),
    REQUEST(RequestFuzz.class, RequestFuzz::fuzzerTestOneInput),
    ANSWER(AnswerFuzz.class, AnswerFuzz::fuzzerTestOneInput),
    CONFIG(ConfigFuzz.class, ConfigFuzz::fuzzerTestOneInput),
    PACKET(PacketFuzz.class, PacketFuzz::fuzzerTestOneInput),
    TRACE(TraceFuzz.class, TraceFuzz::fuzzerTestOneInput),
    CAPTURE(CaptureFuzz.class, CaptureFuzz::fuzzerTestOneInput),
    HTTP(HttpFuzz.class, HttpFuzz::fuzzerTestOneInput),
    JOURNAL(JournalFuzz.class, JournalFuzz::fuzzerTestOneInput),
    MANIFEST(ManifestFuzz.class, ManifestFuzz::fuzzerTestOneInput),
    NAMES(NamesFuzz.class, NamesFuzz::fuzzerTestOneInput);

    /// What a class does with an input.
    @FunctionalInterface
    public interface Body {
        /// @throws Exception where a parser fails that must not; an `AssertionError` where it reads
        ///   what is not there
        void run(byte[] input) throws Exception;
    }

    private final Class<?> type;

    @SuppressWarnings("ImmutableEnumChecker") // a method without a state
    private final Body body;

    private final @Nullable Kernel kernel;

    Target(Class<?> type, Body body) {
        this(type, body, null);
    }

    Target(Class<?> type, Body body, @Nullable Kernel kernel) {
        this.type = type;
        this.body = body;
        this.kernel = kernel;
    }

    /// The name in a command and in reports.
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /// The class that a fuzzer is given.
    public Class<?> type() {
        return type;
    }

    /// The kernel whose layouts are read; the running one for most.
    public Kernel kernel() {
        return kernel == null ? Kernel.current() : kernel;
    }

    /// The folder of its seeds.
    public String corpus() {
        return type.getSimpleName().replaceAll("Fuzz$", "");
    }

    /// Runs one input.
    ///
    /// @throws Exception as [Body#run]
    public void run(byte[] input) throws Exception {
        body.run(input);
    }

    /// The target of this name.
    static Optional<Target> of(String label) {
        return Arrays.stream(values()).filter(target -> target.label().equals(label)).findFirst();
    }
}
