package switchd.daemon.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import switchd.bpf.BpfInstruction;
import switchd.bpf.Libpcap;
import switchd.core.HostException;
import switchd.core.SwitchdException;
import switchd.core.UsageException;
import switchd.daemon.Version;
import switchd.daemon.capture.CaptureFile;
import switchd.daemon.capture.CaptureJson;
import switchd.daemon.capture.CaptureLines;
import switchd.daemon.capture.CaptureOutput;
import switchd.daemon.capture.CaptureParams;
import switchd.daemon.capture.CaptureReader;
import switchd.daemon.capture.CaptureRequest;
import switchd.daemon.capture.CaptureText;
import switchd.daemon.capture.PcapngWriter;
import switchd.daemon.control.ControlClient;

/// `switchd capture`: the frames of a port, as they pass.
@Command(
        name = "capture",
        header = "Show or record the frames of a port, dropped ones included.",
        description = {
            "",
            "Shows every frame that a port passes on or drops, one a line, or writes them to a file for"
                    + " Wireshark, with the direction and the cause of a drop as a comment on each.",
            ""
        },
        footer = {
            "",
            "toLan is what the VM has sent, toVm what it is sent. Ctrl-C ends it.",
            "",
            "Exit status: 0 ended by a signal or --count, 64 wrong usage, 69 no daemon runs, or the port"
                    + " is gone or was switched off, 77 not permitted.",
            "",
            "Examples:",
            "  switchd capture vm0",
            "  switchd capture vm0 --filter 'arp or port 67 or port 68'",
            "  switchd capture vm0 -w vm0.pcapng --count 1000",
            "  switchd capture vm0 -w - | wireshark -k -i -"
        })
public final class CaptureCommand implements Callable<Integer> {
    private static final String STDOUT = "-";
    private static final int BUFFER_BYTES = 1 << 16;

    @Spec private @Nullable CommandSpec spec;
    @Mixin private ControlOption control = new ControlOption();

    @Parameters(paramLabel = "PORT", description = "The port's name.")
    private String port = "";

    @Option(
            names = {"-w", "--write"},
            paramLabel = "FILE",
            description = "Write pcapng to this file, in place of one that is there; - for stdout.")
    private @Nullable String file;

    @Option(
            names = "--filter",
            paramLabel = "EXPRESSION",
            description = "Only such frames, in the language of pcap-filter(7).")
    private @Nullable String filter;

    @Option(
            names = {"-c", "--count"},
            paramLabel = "COUNT",
            description = "End after so many frames.")
    private long count = Long.MAX_VALUE;

    @Option(names = "--drops", description = "Only frames that are dropped.")
    private boolean drops;

    @Option(
            names = {"-s", "--snaplen"},
            paramLabel = "BYTES",
            description = "At most so many bytes of a frame. Default: all.")
    private int snaplen = CaptureRequest.WHOLE;

    @Option(names = "--json", description = "One JSON object a line instead of text.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        if (count < 1 || snaplen < 1 || snaplen > CaptureRequest.WHOLE) {
            throw new UsageException(
                    "--count: 1 or more; --snaplen: 1 to " + CaptureRequest.WHOLE + " bytes");
        }
        if (file != null && json) {
            throw new UsageException("--json and -w: give one of them");
        }
        List<BpfInstruction> program =
                filter == null ? List.of() : Libpcap.compile(filter, snaplen);
        CaptureRequest request = new CaptureRequest(program, snaplen, drops);
        ControlClient.HandedOver stream =
                ControlClient.callForDescriptor(
                        control.control(), "port.capture", CaptureParams.of(port, request));
        try (InputStream in = new FileInputStream(stream.descriptor());
                OutputStream out = new BufferedOutputStream(open(), BUFFER_BYTES)) {
            return copy(in, new CaptureOutput(format(out), count));
        } catch (IOException e) {
            if ("Broken pipe".equals(e.getMessage())) {
                return ExitStatus.OK; // who reads our stdout has seen enough
            }
            throw new HostException("capture of " + port + ": " + e.getMessage());
        }
    }

    private int copy(InputStream in, CaptureOutput output) throws IOException {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        PrintWriter err = spec.commandLine().getErr();
        StopSignal signal = StopSignal.arm(() -> end(output, err), ExitStatus.OK);
        err.println("capturing at " + port + "; Ctrl-C ends it");
        err.flush();
        boolean gone;
        try {
            gone = new CaptureReader(in).readAll(output);
        } catch (IOException e) {
            signal.disarm(); // it would end the process as one that was told to stop
            err.println(output.summary());
            throw e;
        }
        signal.disarm();
        end(output, err);
        if (gone) {
            String reason = PortsEnd.reason(control.control(), port);
            err.println("switchd: capture of " + port + ": " + reason);
        }
        return gone ? ExitStatus.UNAVAILABLE : ExitStatus.OK;
    }

    private static void end(CaptureOutput output, PrintWriter err) {
        try {
            output.end();
        } catch (IOException e) {
            err.println("switchd: capture: " + e.getMessage());
        }
        err.println(output.summary());
        err.flush();
    }

    private OutputStream open() throws SwitchdException {
        if (file != null && !file.equals(STDOUT)) {
            return CaptureFile.open(Path.of(file));
        }
        if (file != null && Terminal.isStdout()) {
            throw new UsageException("-w -: stdout is a terminal: add | wireshark -k -i -");
        }
        return new FileOutputStream(FileDescriptor.out);
    }

    private CaptureOutput.Format format(OutputStream out) throws IOException {
        if (json) {
            return new CaptureLines(out, CaptureJson::of);
        }
        if (file == null) {
            return new CaptureLines(out, new CaptureText(ZoneId.systemDefault())::of);
        }
        PcapngWriter pcapng = new PcapngWriter(out);
        pcapng.begin(
                new PcapngWriter.Origin(
                        System.getProperty("os.arch"),
                        System.getProperty("os.name") + " " + System.getProperty("os.version"),
                        "switchd " + Version.current(),
                        port,
                        "port of switchd: inbound is toLan, from the VM; outbound is toVm",
                        filter,
                        snaplen));
        pcapng.flush();
        return pcapng;
    }
}
