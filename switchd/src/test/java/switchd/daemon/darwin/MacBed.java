package switchd.daemon.darwin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import switchd.core.InterfaceName;
import switchd.core.PortEvent;
import switchd.daemon.Daemon;
import switchd.daemon.DaemonSpec;
import switchd.daemon.NetworkSpec;
import switchd.daemon.PortSpec;
import switchd.daemon.host.Writer;
import switchd.daemon.model.Bed;
import switchd.daemon.model.Step;
import switchd.darwin.testkit.FakeVm;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.Profile;
import switchd.feth.Bridge;
import switchd.posix.Fd;

/// A Mac in memory to try a daemon on.
final class MacBed implements Bed {
    private static final InterfaceName MEMBER = new InterfaceName("en0");
    private static final NetworkSpec LAN =
            new NetworkSpec("lan", new NetworkSpec.Bridge(Mac.BRIDGE, false), null);
    private static final NetworkSpec LAB = new NetworkSpec("lab", new NetworkSpec.Isolated(), null);

    private final Mac mac;
    private Bridge bridge;
    private @Nullable Daemon daemon;
    private int vms;

    MacBed(Profile profile) {
        mac = new Mac(profile);
        bridge = mac.bridge;
    }

    @Override
    public DaemonSpec spec(List<PortSpec> ports) {
        return new DaemonSpec(List.of(LAN, LAB), ports, Writer.AUTO);
    }

    @Override
    public PortSpec place(PortSpec port) {
        return port.forUser(PortSpec.Access.of("501:20"));
    }

    @Override
    public Daemon start(DaemonSpec spec) throws Exception {
        Daemon started = mac.start(spec);
        daemon = started;
        return started;
    }

    private Daemon daemon() {
        return Objects.requireNonNull(daemon);
    }

    @Override
    public void end(boolean killed) throws Exception {
        if (killed) {
            mac.crash();
        } else {
            daemon().close();
        }
    }

    @Override
    public boolean kills() {
        return true;
    }

    @Override
    public Vm attach(String port, Step.How how) throws Exception {
        FakeXnu process = mac.kernel.spawn(Mac.VM_UID);
        if (how == Step.How.DESCRIPTOR) {
            Fd fd = daemon().ask(o -> o.descriptor(port, 1, mac.process)).get();
            int own = mac.process.hand(fd.number(), process);
            fd.close();
            return new MacGuest(process, FakeVm.with(process, own));
        }
        String directory = "/var/run/switchd/" + port + "/";
        FakeVm socket =
                FakeVm.bound(process, directory + "model" + vms++)
                        .connect(directory + "net.sock")
                        .buffers(1 << 20, how == Step.How.SMALL ? 2048 : 4 << 20)
                        .hello();
        return new MacGuest(process, socket);
    }

    private record MacGuest(FakeXnu process, FakeVm socket) implements Vm {
        @Override
        public boolean send(byte[] frame) {
            return socket.send(frame);
        }

        @Override
        public List<byte[]> receive() {
            List<byte[]> frames = new ArrayList<>();
            for (byte[] f = socket.receive(); f != null; f = socket.receive()) {
                frames.add(f);
            }
            return frames;
        }

        @Override
        public void leave(boolean killed) {
            if (killed) {
                process.kill9();
            } else {
                socket.close();
            }
        }
    }

    @Override
    public void change(Step.Change change) throws Exception {
        switch (change) {
            case DOWN -> mac.switchOff(Mac.BRIDGE);
            case UP -> mac.ifconfig().setUp(Mac.BRIDGE);
            case GONE -> bridge.close();
            case BACK -> {
                bridge = mac.makeBridge();
                bridge.add(MEMBER);
            }
            case MEMBER_OUT -> bridge.remove(MEMBER);
            case MEMBER_IN -> bridge.add(MEMBER);
        }
    }

    @Override
    public void lose(String uplink, Step.Loss loss) throws Exception {
        InterfaceName name = new InterfaceName(uplink);
        switch (loss) {
            case OUT_OF_BRIDGE -> bridge.remove(name);
            case OFF -> mac.switchOff(name);
            case GONE -> mac.ifconfig().destroy(name);
        }
    }

    @Override
    public long losses(String port) {
        return mac.events(PortEvent.UplinkLost.class).stream()
                .filter(event -> event.port().equals(port))
                .count();
    }

    @Override
    public void sendFromLan(byte[] frame) {
        mac.en0.deliver(frame);
    }

    @Override
    public List<byte[]> receiveOnLan() {
        return mac.en0.sent();
    }

    @Override
    public void checkNothingIsLeft() throws Exception {
        assertThat(mac.added()).as("interfaces that are left").isEmpty();
        assertThat(mac.process.descriptors()).as("descriptors that are left").isZero();
    }

    @Override
    public void close() {
        mac.close();
    }
}
