package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.core.DropCause;
import switchd.core.InterfaceName;
import switchd.core.MacPolicy;
import switchd.daemon.DaemonSpec;
import switchd.daemon.NetworkSpec;
import switchd.daemon.PortSpec;
import switchd.daemon.Reload;
import switchd.daemon.control.Control;
import switchd.daemon.control.ControlSpec;
import switchd.daemon.host.Writer;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Dnsmasq;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.Ip4;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.lab.Station;
import switchd.daemon.lab.VmClient;

/// `switchd capture` and `switchd trace`, each a process of its own, at a port on a bridge of the
/// kernel; tshark reads the files.
@NeedsLab({"tshark"})
@Timeout(120)
final class CaptureIT {
    private static final String MAC = "02:00:00:00:0b:01";
    private static final String OTHER = "02:00:00:00:0b:02";
    private static final Station VM = new Station(MAC, "10.77.0.50");
    private static final byte[] ARP = Frames.arpRequest(MAC, VM.ip(), Lab.LAN_ADDRESS);
    private static final byte[] FOREIGN = Frames.arpRequest(OTHER, VM.ip(), Lab.LAN_ADDRESS);

    private Lab lab;
    private InHost host;
    private Path control;
    private VmClient vm;

    @BeforeEach
    void start() throws Exception {
        lab = Lab.bridged();
        NetworkSpec network =
                NetworkSpec.of(new NetworkSpec.Bridge(new InterfaceName(Lab.BRIDGE), false));
        Path socket = lab.workspace().file("vm/net.sock");
        PortSpec port =
                PortSpec.of("vm0", network.name(), MacPolicy.parse(MAC)).at(socket.toString());
        host = InHost.start(lab, DaemonSpec.of(network, List.of(port), Writer.AUTO));
        control = lab.workspace().file("control.sock");
        Control server = lab.add(Control.listen(new ControlSpec(control, null, null, null)));
        server.serve(host.daemon(), new NoHooks());
        vm = lab.add(VmClient.vfkit(socket));
    }

    @AfterEach
    void stop() {
        lab.close();
    }

    /// A daemon that nobody reloads or stops.
    private static final class NoHooks implements Control.Hooks {
        @Override
        public CompletableFuture<Reload.Result> reload(Runnable progress) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void stop() {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void tsharkReadsDirectionsAndDropCauses() {
        Path file = lab.workspace().file("all.pcapng");
        DaemonProcess capture = capture("-w", file.toString());
        vm.send(ARP);
        vm.await("an ARP reply", frame -> Frames.isArpReply(frame, Lab.LAN_ADDRESS));
        vm.send(FOREIGN);
        awaitDrops(1);
        awaitSize(file, ARP.length * 3L);
        DaemonProcess.Ended ended = interrupt(capture);

        assertThat(ended.status()).as(ended.err()).isZero();
        assertThat(ended.err()).containsPattern("\\d+ frames captured, 0 lost");
        List<String> read =
                tshark(
                        file,
                        "arp",
                        "frame.interface_name",
                        "frame.packet_flags_direction",
                        "frame.comment",
                        "eth.src",
                        "frame.len");
        assertThat(read)
                .contains(
                        "vm0|0x00000001|toLan|" + MAC + "|" + ARP.length,
                        "vm0|0x00000002|toVm|" + Lab.LAN_MAC + "|42",
                        "vm0|0x00000001|toLan: dropped: foreignSource|" + OTHER + "|42");
    }

    @Test
    void onlyWhatTheFilterWantsIsInTheFile() throws Exception {
        Path file = lab.workspace().file("icmp.pcapng");
        Files.writeString(file, "an old capture");
        DaemonProcess capture =
                capture("-w", file.toString(), "--filter", "icmp and ether src " + MAC, "-c", "3");
        for (int i = 1; i <= 5; i++) {
            vm.send(ARP);
            vm.send(Ip4.echoRequest(VM, Station.LAN, 7, i, new byte[100]));
        }
        DaemonProcess.Ended ended = capture.awaitEnd(Await.SHORT);

        assertThat(ended.status()).as(ended.err()).isZero();
        assertThat(tshark(file, "", "frame.protocols", "icmp.seq", "frame.comment"))
                .containsExactly(
                        "eth:ethertype:ip:icmp:data|1|toLan",
                        "eth:ethertype:ip:icmp:data|2|toLan",
                        "eth:ethertype:ip:icmp:data|3|toLan");
        assertThat(Files.getPosixFilePermissions(file))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void framesAreSeenInAPipeAsTheyPass() {
        DaemonProcess capture = capture("--drops");
        vm.send(ARP);
        vm.send(FOREIGN);
        awaitOut(capture, ", dropped: foreignSource");
        assertThat(interrupt(capture).out())
                .hasLineCount(1)
                .containsPattern(
                        "^\\d\\d:\\d\\d:\\d\\d\\.\\d{6} toLan "
                                + OTHER
                                + " > broadcast, ARP who has 10.77.0.1\\? tell 10.77.0.50, 42 bytes,"
                                + " dropped: foreignSource\n$");
    }

    @Test
    void aCaptureThatNobodyReadsDisturbsNobody() throws Exception {
        DaemonProcess capture = capture("-w", fifo().toString());
        int frames = 20_000;
        for (int i = 0; i < frames; i++) {
            vm.send(Frames.sized(Lab.LAN_MAC, MAC, 1400));
        }
        Await.until("all frames on the LAN", Duration.ofSeconds(30), () -> toLanFrames() >= frames);
        assertThat(host.toLan("vm0").drops()).isZero();
        capture.kill();
    }

    @Test
    void whatIsWrongIsSaid() throws Exception {
        Path link = lab.workspace().file("link");
        Files.createSymbolicLink(link, lab.workspace().file("elsewhere"));
        assertEnds(64, "syntax error", "vm0", "--filter", "arp or");
        assertEnds(64, "there is no port", "vmo");
        assertEnds(64, "symbolic link", "vm0", "-w", link.toString());
        assertThat(lab.workspace().file("elsewhere")).doesNotExist();
    }

    @Test
    void aPortThatGoesEndsTheCapture() throws Exception {
        Path file = lab.workspace().file("gone.pcapng");
        DaemonProcess capture = capture("-w", file.toString());
        vm.send(ARP);
        awaitSize(file, ARP.length);
        host.daemon().removePort("vm0");
        DaemonProcess.Ended ended = capture.awaitEnd(Await.SHORT);
        assertThat(ended.status()).isEqualTo(69);
        assertThat(ended.err())
                .contains("capture of vm0: the port is gone: it was removed, or went with its VM");
        assertThat(tshark(file, "arp", "eth.src")).contains(MAC);
    }

    @Test
    void aPortThatIsSwitchedOffEndsBoth() throws Exception {
        DaemonProcess capture = capture();
        DaemonProcess trace = trace();
        host.daemon().ask(operations -> operations.setUp("vm0", false)).join();
        for (DaemonProcess command : List.of(capture, trace)) {
            DaemonProcess.Ended ended = command.awaitEnd(Await.SHORT);
            assertThat(ended.status()).isEqualTo(69);
            assertThat(ended.err())
                    .contains("vm0: the port was switched off: `switchd port up vm0`");
        }
    }

    @Test
    void tsharkReadsAPipeAsFramesPass() throws Exception {
        List<String> words =
                new ArrayList<>(List.of("sh", "-c", "\"$@\" | tshark -n -l -r - -Y arp", "sh"));
        words.addAll(DaemonProcess.java(DaemonProcess.image()));
        words.addAll(List.of("capture", "vm0", "-w", "-", "--control", control.toString()));
        try (Job pipe = lab.add(lab.host().start(words, Map.of()))) {
            Await.until(
                    "the capture",
                    Duration.ofSeconds(30),
                    () -> pipe.output().contains("capturing at vm0"));
            vm.send(ARP);
            vm.send(FOREIGN);
            // Not at its end: while it goes on.
            Await.until(
                    "both frames",
                    Duration.ofSeconds(20),
                    () ->
                            pipe.output()
                                            .lines()
                                            .filter(line -> line.contains("10.77.0.1?"))
                                            .count()
                                    == 2);
            host.daemon().removePort("vm0");
            assertThat(pipe.awaitExit(Await.SHORT)).as(pipe.output()).isZero();
        }
    }

    @Test
    void traceSaysWhatIsMissing() {
        DaemonProcess trace = trace();
        byte[] discover = dhcp(1, new byte[0]);
        vm.send(discover);
        vm.send(discover);
        byte[] question = Frames.arpRequest(MAC, VM.ip(), "10.77.0.99");
        vm.send(question);
        vm.send(question);
        vm.send(FOREIGN);
        awaitOut(trace, "DHCP DISCOVER from " + MAC);
        awaitOut(trace, "ARP who has 10.77.0.99");
        DaemonProcess.Ended ended = interrupt(trace);
        assertThat(ended.status()).isZero();
        assertThat(ended.out())
                .contains("no OFFER came back: no DHCP server answers on br0")
                .contains("no answer came from the LAN")
                .contains("toLan dropped: foreignSource: " + OTHER)
                .contains("the VM sends from " + OTHER); // the event
    }

    @Test
    void traceSaysWhatWorks() {
        Dnsmasq server = Dnsmasq.start(lab);
        DaemonProcess trace = trace("--json");
        vm.send(dhcp(3, new byte[] {50, 4, 10, 77, 0, (byte) 150}));
        server.awaitLease(MAC, Await.SHORT);
        awaitOut(trace, "has 10.77.0.150 by 10.77.0.1");
        assertThat(interrupt(trace).out())
                .contains("\"schema\":\"switchd.trace/1\"", "\"kind\":\"ok\"")
                .doesNotContain("\"kind\":\"problem\"");
    }

    /// A DHCP message of the VM.
    private static byte[] dhcp(int type, byte[] options) {
        byte[] message = new byte[300];
        message[0] = 1;
        message[1] = 1;
        message[2] = 6;
        message[4] = 42;
        message[10] = (byte) 0x80; // the answer by broadcast
        byte[] mac = java.util.HexFormat.ofDelimiter(":").parseHex(MAC);
        System.arraycopy(mac, 0, message, 28, mac.length);
        byte[] start = {0x63, (byte) 0x82, 0x53, 0x63, 53, 1, (byte) type};
        System.arraycopy(start, 0, message, 236, start.length);
        System.arraycopy(options, 0, message, 243, options.length);
        message[243 + options.length] = (byte) 255;
        return Ip4.udp(
                new Station(MAC, "0.0.0.0"),
                68,
                new Station(Frames.BROADCAST, "255.255.255.255"),
                67,
                message);
    }

    private Path fifo() {
        Path fifo = lab.workspace().file("unread");
        lab.host().run("mkfifo", fifo.toString());
        // Somebody opens it and reads nothing.
        lab.add(Job.start("sh", "-c", "exec tail -f /dev/null < " + fifo));
        return fifo;
    }

    private void assertEnds(int status, String message, String... options) {
        DaemonProcess.Ended ended = launch("capture", options).awaitEnd(Duration.ofSeconds(20));
        assertThat(ended.status()).as(ended.err()).isEqualTo(status);
        assertThat(ended.err()).contains(message);
    }

    private DaemonProcess capture(String... options) {
        DaemonProcess capture =
                launch(
                        "capture",
                        Stream.concat(Stream.of("vm0"), Stream.of(options)).toArray(String[]::new));
        awaitReady(capture, "capturing at vm0");
        return capture;
    }

    private DaemonProcess trace(String... options) {
        DaemonProcess trace =
                launch(
                        "trace",
                        Stream.concat(Stream.of("vm0"), Stream.of(options)).toArray(String[]::new));
        awaitReady(trace, "tracing vm0");
        return trace;
    }

    private DaemonProcess launch(String command, String... options) {
        List<String> all =
                Stream.of(
                                Stream.of(command),
                                Stream.of(options),
                                Stream.of("--control", control.toString()))
                        .flatMap(words -> words)
                        .toList();
        return DaemonProcess.launch(lab, all.toArray(String[]::new));
    }

    /// As long as a JVM may take to start on a busy machine; at once where it has ended.
    private static void awaitReady(DaemonProcess command, String line) {
        Await.until(
                line,
                Duration.ofSeconds(30),
                () -> command.log().contains(line) || !command.isAlive());
        assertThat(command.log()).contains(line);
    }

    private static DaemonProcess.Ended interrupt(DaemonProcess command) {
        command.signal("INT");
        return command.awaitEnd(Await.SHORT);
    }

    private static void awaitOut(DaemonProcess command, String text) {
        Await.until("'" + text + "'", Duration.ofSeconds(20), () -> command.out().contains(text));
    }

    private static void awaitSize(Path file, long bytes) {
        Await.until(bytes + " bytes in " + file, Await.SHORT, () -> file.toFile().length() > bytes);
    }

    private void awaitDrops(long count) {
        Await.until(
                "drops",
                Await.SHORT,
                () -> {
                    try {
                        return host.toLan("vm0").drops(DropCause.FOREIGN_SOURCE) >= count;
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                });
    }

    private long toLanFrames() {
        try {
            return host.toLan("vm0").frames();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /// The fields of the frames in a file, as tshark reads them.
    private List<String> tshark(Path file, String filter, String... fields) {
        Stream<String> command =
                Stream.of(
                        "tshark", "-n", "-r", file.toString(), "-T", "fields", "-E", "separator=|");
        Stream<String> which = filter.isEmpty() ? Stream.of() : Stream.of("-Y", filter);
        Stream<String> wanted = Stream.of(fields).flatMap(field -> Stream.of("-e", field));
        String[] words =
                Stream.of(command, which, wanted).flatMap(part -> part).toArray(String[]::new);
        return lab.host()
                .run(words)
                .lines()
                .filter(line -> !line.startsWith("Running as user"))
                .toList();
    }
}
