package switchd.daemon.cli;

import org.jspecify.annotations.Nullable;
import switchd.core.UsageException;
import switchd.daemon.host.Writer;

/// `--writer`, as typed.
final class Writers {
    private Writers() {}

    /// @param text null where the option is not given
    /// @throws UsageException where it is neither `ndrv` nor `bpf`
    static Writer parse(@Nullable String text) throws UsageException {
        return switch (text) {
            case null -> Writer.AUTO;
            case "ndrv" -> Writer.NDRV;
            case "bpf" -> Writer.BPF;
            default -> throw new UsageException("--writer: ndrv or bpf, not '" + text + "'");
        };
    }
}
