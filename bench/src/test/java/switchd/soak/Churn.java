package switchd.soak;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import switchd.core.SwitchdException;
import switchd.daemon.control.ControlClient;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.VmClient;
import switchd.posix.Fd;
import switchd.posix.NativePosix;

/// VMs, ports and clients that come and go, until it is closed. A thread of its own. What fails
/// because the daemon is away is left out: it is tried the next time.
final class Churn implements AutoCloseable {
    private static final String MORE = "more";

    private final Site site;
    private final Random random;
    private final Thread thread;
    private volatile boolean ended;
    private int ports;

    @FunctionalInterface
    private interface Step {
        void take() throws Exception;
    }

    Churn(Site site, long seed) {
        this.site = site;
        random = new Random(seed);
        thread = Thread.ofPlatform().daemon().name("churn").start(this::run);
    }

    private void run() {
        List<Step> steps =
                List.of(
                        this::vmsDie,
                        this::vmsDie,
                        this::portComesAndGoes,
                        this::reload,
                        this::portOfADescriptor,
                        this::watchers,
                        this::rubbishToControl,
                        this::vmsDie,
                        this::portComesAndGoes,
                        this::watchers,
                        this::vmsDie,
                        this::guestAgain);
        while (!ended) {
            try {
                steps.get(random.nextInt(steps.size())).take();
            } catch (Exception | AssertionError _) {
                // The daemon is away, or the host is not whole.
            }
            LockSupport.parkNanos((100 + random.nextInt(600)) * 1_000_000L);
        }
    }

    private void vmsDie() {
        for (int i = random.nextInt(4); i >= 0; i--) {
            site.vms()
                    .mortal()
                    .get(random.nextInt(site.vms().mortal().size()))
                    .die(Duration.ofMillis(random.nextInt(1500)), random.nextBoolean());
        }
    }

    private void guestAgain() {
        if (!site.guests().isEmpty() && random.nextInt(3) == 0) {
            site.guests().get(random.nextInt(site.guests().size())).again(random.nextBoolean());
        }
    }

    private void portComesAndGoes() throws SwitchdException {
        String name = "added" + ports++ % 3;
        String socket = site.socket(name).toString();
        try (ControlClient client = ControlClient.connect(site.control())) {
            client.call("port.add", Map.of("name", name, "network", "lan", "socket", socket));
            try (VmClient vm = VmClient.vfkit(site.socket(name))) {
                vm.trySend(Frames.sized(Frames.BROADCAST, "02:00:00:00:79:01", 60));
                vm.receive(Duration.ofMillis(50));
            } finally {
                remove(client, name);
            }
        }
    }

    /// While a reload goes on, the daemon asks for another try.
    private static void remove(ControlClient client, String name) throws SwitchdException {
        while (true) {
            try {
                client.call("port.remove", Map.of("name", name));
                return;
            } catch (SwitchdException e) {
                if (!String.valueOf(e.getMessage()).contains("a reload is under way")) {
                    throw e;
                }
                LockSupport.parkNanos(10_000_000);
            }
        }
    }

    private void reload() {
        if (random.nextBoolean()) {
            site.configure(MORE);
        } else {
            site.configure();
        }
        site.daemon().reload();
    }

    /// As `switchd run`: a port that goes with its VM.
    private void portOfADescriptor() throws SwitchdException {
        hold("port.descriptor", Map.of("network", "lan"));
    }

    /// Has a descriptor handed over, and closes it a little later.
    private void hold(String method, Map<String, String> params) throws SwitchdException {
        try (Arena arena = Arena.ofConfined()) {
            int number = ControlClient.callForDescriptor(site.control(), method, params).number();
            try (Fd _ = new Fd(new NativePosix(arena), number)) {
                LockSupport.parkNanos(random.nextInt(300) * 1_000_000L);
            }
        }
    }

    private void watchers() throws SwitchdException {
        try (ControlClient events = ControlClient.connect(site.control());
                ControlClient status = ControlClient.connect(site.control())) {
            events.call("events.subscribe");
            for (int i = 0; i < 10; i++) {
                status.call("daemon.status");
            }
            hold("port.capture", Map.of("name", "lan"));
        }
    }

    private void rubbishToControl() throws IOException {
        Path control = site.control();
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(control))) {
            byte[] rubbish = new byte[random.nextInt(4000)];
            random.nextBytes(rubbish);
            channel.write(ByteBuffer.wrap(rubbish));
            channel.write(ByteBuffer.wrap("{\"jsonrpc\"".getBytes(StandardCharsets.UTF_8)));
        }
    }

    /// Ends it, and has the daemon go by its usual configuration.
    @Override
    public void close() {
        ended = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        site.configure();
        site.daemon().reload();
    }
}
