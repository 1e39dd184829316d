package switchd.daemon.host;

/// How frames get to a LAN on macOS.
public enum Writer {
    /// By BPF where the kernel takes several frames in one call, else by NDRV.
    AUTO,
    /// PF_NDRV: one call a frame, on every macOS.
    NDRV,
    /// /dev/bpf: several frames in one call from macOS 14.1 on, else one call a frame.
    BPF
}
