package switchd.daemon.capture;

import java.util.List;
import switchd.core.UsageException;

/// The parameters of `port.capture`.
///
/// @param port its name
/// @param filter a classic BPF program, an instruction as `[code, jt, jf, k]`; empty for all frames
/// @param snaplen the most bytes of a frame
/// @param drops true for dropped frames only
public record CaptureParams(String port, List<List<Long>> filter, int snaplen, boolean drops) {
    /// What is asked of the port.
    ///
    /// @throws UsageException where the filter is no program, or the length none
    public CaptureRequest request() throws UsageException {
        return CaptureRequest.of(filter, snaplen, drops);
    }

    /// The parameters that ask for `request`.
    public static CaptureParams of(String port, CaptureRequest request) {
        return new CaptureParams(port, request.filter(), request.snaplen(), request.dropsOnly());
    }
}
