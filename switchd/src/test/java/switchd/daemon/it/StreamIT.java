package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.attach.testkit.StreamSocket;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Dnsmasq;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.LanHttp;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.lab.QemuGuest;

/// VMs that attach by a stream: QEMU itself, and a client that comes again as QEMU 8 does with
/// `reconnect` (the QEMU of Debian 12 has no such option).
@NeedsLab("qemu-system-x86_64")
@Timeout(180)
final class StreamIT {
    private static final String MAC = "02:00:00:00:0d:01";
    private static final String OTHER = "02:00:00:00:0d:02";
    private static final int MEGABYTES = 16;
    private static final Duration LONG = Duration.ofSeconds(90);

    @Test
    void qemuGetsALeaseAndLosesNothingOfATcpTransfer() {
        try (Lab lab = Lab.bridged()) {
            Dnsmasq dnsmasq = Dnsmasq.start(lab, LanHttp.BOOT);
            LanHttp http = LanHttp.start(lab);
            http.publishDownload(MEGABYTES << 20);
            Path stream = lab.workspace().file("qemu/stream.sock");
            DaemonProcess daemon =
                    DaemonProcess.start(
                            lab,
                            "--bridge",
                            Lab.BRIDGE,
                            "--mac",
                            MAC,
                            "--stream-socket",
                            stream.toString());
            QemuGuest.startStream(lab, stream, MAC);
            dnsmasq.awaitLease(MAC, LONG);
            http.awaitDownloadBegun(LONG);
            long start = System.nanoTime();
            http.awaitDownload(LONG);
            System.out.printf(
                    "QEMU by a stream: %d MiB by HTTP at %.0f Mbit/s%n",
                    MEGABYTES, MEGABYTES * 8.388608e9 / (System.nanoTime() - start));
            Traffic traffic = daemon.stop().of("vm0");
            assertThat(traffic.toVm().bytes()).isGreaterThan((long) MEGABYTES << 20);
            assertThat(traffic.toVm().dropped()).doesNotContainKeys("vmFull", "uplinkFull");
        }
    }

    @Test
    void aClientThatConnectsAgainOutlivesARestart() {
        try (Lab lab = Lab.bridged()) {
            Path one = lab.workspace().file("one.sock");
            Path two = lab.workspace().file("two.sock");
            for (int round = 1; round <= 3; round++) {
                DaemonProcess daemon = isolated(lab, one, two);
                try (StreamSocket vm = connectAgain(one);
                        StreamSocket other = connectAgain(two)) {
                    exchange(vm, other);
                    if (round % 2 == 0) {
                        daemon.kill();
                    } else {
                        daemon.stop();
                    }
                    Await.until("the end of the stream", Await.SHORT, () -> isEnd(next(vm)));
                }
            }
        }
    }

    @Test
    void aHostileClientHarmsNobodyElse() throws Exception {
        try (Lab lab = Lab.bridged()) {
            Path one = lab.workspace().file("one.sock");
            Path two = lab.workspace().file("two.sock");
            Path bad = lab.workspace().file("bad.sock");
            DaemonProcess daemon = isolated(lab, one, two, bad);
            try (StreamSocket vm = connectAgain(one);
                    StreamSocket other = connectAgain(two);
                    StreamSocket flood = connectAgain(bad)) {
                // It sends as much as it can to everybody and reads nothing.
                byte[] frame = Frames.sized(Frames.BROADCAST, "02:00:00:00:0d:03", 1514);
                ByteBuffer left = ByteBuffer.wrap(StreamSocket.framed(frame));
                for (int i = 0; i < 200; i++) {
                    for (int sent = 0; sent < 100; sent++) {
                        flood.trySend(left);
                        if (!left.hasRemaining()) {
                            left.rewind();
                        }
                    }
                    drain(vm);
                    drain(other);
                }
                exchange(vm, other);
                assertThat(daemon.isAlive()).isTrue();
            }
            for (int length : new int[] {1 << 17, Integer.MAX_VALUE, -1}) {
                try (StreamSocket liar = connectAgain(bad)) {
                    liar.sendBytes(ByteBuffer.allocate(64).putInt(length).array());
                    daemon.awaitLog("a frame of " + Integer.toUnsignedString(length) + " bytes");
                    assertThat(liar.receive(Duration.ofSeconds(10))).isSameAs(StreamSocket.END);
                }
            }
            daemon.stop();
        }
    }

    private static DaemonProcess isolated(Lab lab, Path... sockets) {
        List<String> options = new ArrayList<>(List.of("--isolated"));
        for (int i = 0; i < sockets.length; i++) {
            options.addAll(
                    List.of(
                            "--name",
                            "p" + i,
                            "--mac",
                            "any",
                            "--stream-socket",
                            sockets[i].toString()));
        }
        return DaemonProcess.start(lab, options.toArray(String[]::new));
    }

    private static StreamSocket connectAgain(Path server) {
        List<StreamSocket> found = new ArrayList<>();
        Await.until(
                "an answer at " + server,
                Await.SHORT,
                () -> {
                    try {
                        found.add(StreamSocket.connect(server));
                    } catch (UncheckedIOException _) {
                        return false;
                    }
                    return true;
                });
        return found.getFirst();
    }

    private static void exchange(StreamSocket vm, StreamSocket other) {
        byte[] question = Frames.arpRequest(MAC, "10.1.1.1", "10.1.1.2");
        byte[] answer = Frames.arpReply(OTHER, "10.1.1.2", MAC, "10.1.1.1");
        // Until both are attached, frames are for nobody.
        Await.until(
                "the question",
                Await.SHORT,
                () -> {
                    vm.send(question);
                    return isNext(other, question);
                });
        Await.until(
                "the answer",
                Await.SHORT,
                () -> {
                    other.send(answer);
                    return isNext(vm, answer);
                });
    }

    private static boolean isNext(StreamSocket vm, byte[] frame) {
        for (byte[] got = next(vm); got.length > 0; got = next(vm)) {
            if (Arrays.equals(got, frame)) {
                return true;
            }
        }
        return false;
    }

    private static byte[] next(StreamSocket vm) {
        return vm.receive(Duration.ofMillis(50));
    }

    private static void drain(StreamSocket vm) {
        while (vm.receive(Duration.ofMillis(1)).length > 1) {
            // only so that it is not the one that is full
        }
    }

    @SuppressWarnings("ReferenceEquality") // a mark that is known by its identity
    private static boolean isEnd(byte[] received) {
        return received == StreamSocket.END;
    }
}
