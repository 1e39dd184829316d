package switchd.daemon.lab;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/// A real VM without a disk: QEMU, emulated, whose iPXE ROM asks for an address by DHCP about 3 s
/// after the start and then runs what the DHCP server names (`--dhcp-boot=http://…`). It attaches
/// by `-netdev dgram`: bound, never connected, so that the kernel keeps only 11 frames for it.
public final class QemuGuest implements AutoCloseable {
    private static final AtomicInteger COUNTER = new AtomicInteger();
    private static final String OPTIONS =
            "qemu-system-x86_64 -M pc,graphics=off -accel tcg,thread=multi -m 64 -nodefaults"
                    + " -display none -monitor none -no-reboot -serial stdio -boot n";

    private final Job qemu;
    private final Path local;

    private QemuGuest(Job qemu, Path local) {
        this.qemu = qemu;
        this.local = local;
    }

    /// Starts a guest that sends to the socket `server`, from a socket beside it. Closed with the
    /// lab.
    public static QemuGuest start(Lab lab, Path server, String mac) {
        Path local = server.resolveSibling("qemu-" + COUNTER.incrementAndGet() + ".sock");
        String netdev =
                " -netdev dgram,id=n0,local.type=unix,local.path=%s,remote.type=unix,remote.path=%s"
                        .formatted(local, server);
        String device = " -device virtio-net-pci,netdev=n0,mac=" + mac;
        Job qemu = lab.host().start((OPTIONS + netdev + device).split(" "));
        return lab.add(new QemuGuest(qemu, local));
    }

    /// Starts a guest that connects to the stream socket `server`. Closed with the lab.
    public static QemuGuest startStream(Lab lab, Path server, String mac) {
        String netdev =
                " -netdev stream,id=n0,server=off,addr.type=unix,addr.path=%s".formatted(server);
        String device = " -device virtio-net-pci,netdev=n0,mac=" + mac;
        Job qemu = lab.host().start((OPTIONS + netdev + device).split(" "));
        return lab.add(new QemuGuest(qemu, server));
    }

    /// The path the guest's socket is bound to, or connected to.
    public Path local() {
        return local;
    }

    /// Waits until the guest has printed `regex` on its serial line.
    public void awaitConsole(String regex, Duration timeout) {
        qemu.awaitOutput(regex, timeout);
    }

    /// What the guest has printed on its serial line, escape sequences and all.
    public String console() {
        return qemu.output();
    }

    public long pid() {
        return qemu.pid();
    }

    /// Ends the guest with SIGKILL; its socket's file stays behind. Closing twice is no error.
    @Override
    public void close() {
        qemu.close();
    }
}
