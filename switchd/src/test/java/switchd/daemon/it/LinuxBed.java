package switchd.daemon.it;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import switchd.attach.testkit.StreamSocket;
import switchd.core.InterfaceName;
import switchd.core.PortEvent;
import switchd.daemon.Daemon;
import switchd.daemon.DaemonSpec;
import switchd.daemon.NetworkSpec;
import switchd.daemon.PortSpec;
import switchd.daemon.host.Writer;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.VmClient;
import switchd.daemon.model.Bed;
import switchd.daemon.model.Step;
import switchd.linux.Linux;
import switchd.linux.NativeLinux;
import switchd.posix.Fd;

/// A Linux host, its bridge and a LAN, in namespaces, to try a daemon on.
final class LinuxBed implements Bed {
    private static final NetworkSpec LAN =
            new NetworkSpec(
                    "lan", new NetworkSpec.Bridge(new InterfaceName(Lab.BRIDGE), false), null);
    private static final NetworkSpec LAB = new NetworkSpec("lab", new NetworkSpec.Isolated(), null);

    private final Lab lab = Lab.bridged();
    private final RawSocket station;
    private final List<String> before;
    private final List<Vm> vms = new ArrayList<>();
    private @Nullable InHost host;
    private int clients;

    LinuxBed() throws Exception {
        // A stack that says something by itself would be counted.
        lab.lan().run("sh", "-c", "echo 1 > /proc/sys/net/ipv6/conf/eth0/disable_ipv6");
        station = lab.add(RawSocket.of(lab.lan(), Lab.NIC));
        before = lab.host().interfaces();
    }

    private InHost host() {
        return Objects.requireNonNull(host);
    }

    private void ip(String... lines) {
        for (String line : lines) {
            lab.host().run(("ip " + line).split(" "));
        }
    }

    private Path socket(String port) {
        return lab.workspace().file(port + "/net.sock");
    }

    private Path stream(String port) {
        return socket(port).resolveSibling("stream.sock");
    }

    @Override
    public DaemonSpec spec(List<PortSpec> ports) {
        return new DaemonSpec(List.of(LAN, LAB), ports, Writer.AUTO);
    }

    @Override
    public PortSpec place(PortSpec port) {
        return new PortSpec(
                port.name(),
                port.network(),
                port.macPolicy(),
                socket(port.name()).toString(),
                stream(port.name()).toString(),
                port.access(),
                port.up(),
                port.temporary(),
                port.descriptor(),
                port.guards());
    }

    @Override
    public Daemon start(DaemonSpec spec) throws Exception {
        host = InHost.start(lab, spec);
        return host().daemon();
    }

    @Override
    public void end(boolean killed) {
        host().close();
    }

    @Override
    public boolean kills() {
        return false;
    }

    @Override
    public Vm attach(String port, Step.How how) throws Exception {
        Vm vm =
                switch (how) {
                    case DATAGRAM -> new Datagrams(VmClient.vfkit(socket(port)));
                    case SMALL -> small(port);
                    case STREAM -> new Streamed(StreamSocket.connect(stream(port)));
                    case DESCRIPTOR -> descriptor(port);
                };
        vms.add(vm);
        return vm;
    }

    /// One for which the kernel holds 11 frames.
    private Vm small(String port) {
        Path local = socket(port).resolveSibling("vm" + clients++);
        VmClient client = VmClient.unconnected(socket(port), local);
        client.send("VFKT".getBytes(US_ASCII));
        return new Datagrams(client);
    }

    private Vm descriptor(String port) throws Exception {
        Arena arena = Arena.ofShared();
        Linux linux = new NativeLinux(arena);
        Fd fd = host().daemon().ask(o -> o.descriptor(port, 1, linux)).get();
        return new Handed(new RawSocket(arena, linux, fd.number()));
    }

    private static List<byte[]> all(Supplier<byte[]> next) {
        List<byte[]> frames = new ArrayList<>();
        for (byte[] f = next.get(); f.length > 1; f = next.get()) {
            frames.add(f);
        }
        return frames;
    }

    private record Datagrams(VmClient client) implements Vm {
        @Override
        public boolean send(byte[] frame) {
            return client.trySend(frame);
        }

        @Override
        public List<byte[]> receive() {
            return all(() -> client.receive(Duration.ZERO).orElse(new byte[0]));
        }

        @Override
        public void leave(boolean killed) {
            if (killed) {
                client.closeAbruptly();
            } else {
                client.close();
            }
        }
    }

    private record Streamed(StreamSocket socket) implements Vm {
        @Override
        public boolean send(byte[] frame) {
            socket.send(frame);
            return true;
        }

        @Override
        public List<byte[]> receive() {
            return all(() -> socket.receive(Duration.ZERO));
        }

        @Override
        public void leave(boolean killed) {
            socket.close();
        }
    }

    private record Handed(RawSocket socket) implements Vm {
        @Override
        public boolean send(byte[] frame) {
            return socket.send(frame);
        }

        @Override
        public List<byte[]> receive() {
            return socket.receive();
        }

        @Override
        public void leave(boolean killed) {
            socket.close();
        }
    }

    @Override
    public void change(Step.Change change) {
        switch (change) {
            case DOWN -> ip("link set br0 down");
            case UP -> ip("link set br0 up");
            case GONE -> ip("link del br0");
            case BACK ->
                    ip(
                            "link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping 0",
                            "link set br0 up",
                            "link set lan0 master br0");
            case MEMBER_OUT -> ip("link set lan0 nomaster");
            case MEMBER_IN -> ip("link set lan0 master br0");
        }
    }

    @Override
    public void lose(String uplink, Step.Loss loss) {
        switch (loss) {
            case OUT_OF_BRIDGE -> ip("link set " + uplink + " nomaster");
            case OFF -> ip("link set " + uplink + " down");
            case GONE -> ip("link del " + uplink);
        }
    }

    @Override
    public long losses(String port) {
        return host().events().stream()
                .filter(PortEvent.UplinkLost.class::isInstance)
                .filter(event -> event.port().equals(port))
                .count();
    }

    @Override
    public void sendFromLan(byte[] frame) {
        if (!station.send(frame)) {
            throw new AssertionError("the LAN's NIC has no room");
        }
    }

    @Override
    public List<byte[]> receiveOnLan() {
        return station.receive();
    }

    @Override
    public void checkNothingIsLeft() {
        List<String> left = new ArrayList<>(lab.host().interfaces());
        left.removeAll(before);
        if (!left.isEmpty()) {
            throw new AssertionError("left: " + left);
        }
    }

    @Override
    public void close() {
        vms.forEach(vm -> vm.leave(true));
        lab.close();
    }
}
