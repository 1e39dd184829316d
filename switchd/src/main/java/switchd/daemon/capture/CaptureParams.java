package switchd.daemon.capture;

import java.util.List;
import org.jspecify.annotations.Nullable;
import switchd.core.UsageException;

/// The parameters of `port.capture`.
///
/// @param name the port's
/// @param filter a classic BPF program, an instruction as `[code, jt, jf, k]`; all frames without
/// @param snaplen the most bytes of a frame; all without
/// @param drops true for dropped frames only
public record CaptureParams(
        @Nullable String name,
        @Nullable List<List<Long>> filter,
        @Nullable Integer snaplen,
        @Nullable Boolean drops) {
    /// What is asked of the port.
    ///
    /// @throws UsageException where the filter is no program, or the length none
    public CaptureRequest request() throws UsageException {
        return CaptureRequest.of(
                filter == null ? List.of() : filter,
                snaplen == null ? CaptureRequest.WHOLE : snaplen,
                Boolean.TRUE.equals(drops));
    }

    /// The parameters that ask for `request`.
    public static CaptureParams of(String port, CaptureRequest request) {
        return new CaptureParams(port, request.filter(), request.snaplen(), request.dropsOnly());
    }
}
