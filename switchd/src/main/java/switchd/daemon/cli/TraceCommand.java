package switchd.daemon.cli;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import switchd.bpf.BpfInstruction;
import switchd.core.SwitchdException;
import switchd.daemon.capture.CaptureParams;
import switchd.daemon.capture.CaptureReader;
import switchd.daemon.capture.CaptureRecord;
import switchd.daemon.capture.CaptureRequest;
import switchd.daemon.control.ControlClient;
import switchd.daemon.trace.FindingText;
import switchd.daemon.trace.Trace;
import switchd.daemon.trace.TraceFilter;
import tools.jackson.databind.JsonNode;

/// `switchd trace`: what goes wrong at a port, as it happens.
@Command(
        name = "trace",
        header = "Say what goes wrong at a port, as it happens.",
        description = {
            "",
            "Reads ARP, DHCP and IPv6 neighbour discovery as they go through a port, and says what is"
                    + " missing: questions that nobody answers, addresses that two stations have, frames"
                    + " that are dropped, and what to do. Silence means that nothing of that is seen.",
            ""
        },
        footer = {
            "",
            "Ctrl-C ends it.",
            "",
            "Exit status: 0 ended by a signal, 64 wrong usage, 69 no daemon runs, or the port is gone or"
                    + " was switched off, 77 not permitted."
        })
public final class TraceCommand implements Callable<Integer> {
    private static final int DROP_SNAPLEN = 256;
    private static final int QUEUE = 4096;
    private static final long TICK_MILLIS = 200;

    @Spec private @Nullable CommandSpec spec;
    @Mixin private ControlOption control = new ControlOption();

    @Parameters(paramLabel = "PORT", description = "The port's name.")
    private String port = "";

    @Option(names = "--json", description = "One JSON object a line instead of text.")
    private boolean json;

    private final BlockingQueue<Happening> queue = new ArrayBlockingQueue<>(QUEUE);

    /// What one of the sources has to tell.
    private sealed interface Happening {
        record Frame(CaptureRecord captured) implements Happening {}

        record Event(JsonNode event) implements Happening {}

        record End() implements Happening {}
    }

    @Override
    public Integer call() throws Exception {
        if (spec == null) {
            throw new IllegalStateException("not run by picocli");
        }
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try (ControlClient events = control.connect();
                InputStream asked = capture(TraceFilter.program(), CaptureRequest.WHOLE, false);
                InputStream dropped = capture(List.of(), DROP_SNAPLEN, true)) {
            JsonNode status = events.call("port.show", Map.of("name", port)).path("port");
            Trace trace = trace(status, out);
            events.call("events.subscribe");
            read("asked", () -> frames(asked, false));
            read("dropped", () -> frames(dropped, true));
            read("events", () -> events(events));
            StopSignal signal = StopSignal.arm(out::flush, ExitStatus.OK);
            err.println("tracing " + port + "; Ctrl-C ends it");
            while (!out.checkError()) {
                Happening next = queue.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
                if (next instanceof Happening.End) {
                    signal.disarm();
                    err.println(
                            "switchd: trace of "
                                    + port
                                    + ": "
                                    + PortsEnd.reason(control.control(), port));
                    return ExitStatus.UNAVAILABLE;
                }
                happened(trace, next);
            }
            signal.disarm();
            return ExitStatus.OK; // who reads our stdout has seen enough
        }
    }

    private Trace trace(JsonNode status, PrintWriter out) {
        FindingText text = new FindingText(ZoneId.systemDefault());
        return new Trace(
                status.path("network").asString("its network"),
                status.path("kind").asString("").equals("isolated"),
                finding -> {
                    out.println(json ? FindingText.json(finding) : text.of(finding));
                    out.flush();
                });
    }

    private static void happened(Trace trace, @Nullable Happening next) {
        switch (next) {
            case Happening.Frame(CaptureRecord captured) -> trace.record(captured);
            case Happening.Event(JsonNode event) ->
                    trace.event(
                            now(),
                            event.path("text").asString(""),
                            event.path("warning").asBoolean(false));
            case null, default -> {}
        }
        trace.tick(now());
    }

    private static long now() {
        Instant now = Instant.now();
        return now.getEpochSecond() * 1_000_000_000 + now.getNano();
    }

    private InputStream capture(List<BpfInstruction> program, int snaplen, boolean dropsOnly)
            throws SwitchdException {
        CaptureRequest request = new CaptureRequest(program, snaplen, dropsOnly);
        return new FileInputStream(
                ControlClient.callForDescriptor(
                                control.control(), "port.capture", CaptureParams.of(port, request))
                        .descriptor());
    }

    /// A source that ends, ends the trace.
    private void read(String name, Callable<Boolean> source) {
        Thread.ofPlatform()
                .daemon()
                .name("switchd-" + name)
                .start(() -> {
                    try {
                        source.call();
                    } catch (Exception _) {
                        // It has gone: the same as its end.
                    }
                    try {
                        queue.put(new Happening.End());
                    } catch (InterruptedException _) {
                        Thread.currentThread().interrupt();
                    }
                });
    }

    /// What is dropped comes from one capture, the rest from the other: nothing is seen twice.
    private boolean frames(InputStream in, boolean drops) throws IOException {
        return new CaptureReader(in)
                .readAll(
                        new CaptureReader.Listener() {
                            @Override
                            public boolean record(CaptureRecord captured) {
                                if (drops == (captured.cause() != null)) {
                                    put(new Happening.Frame(captured));
                                }
                                return true;
                            }

                            @Override
                            public void pause() {}
                        });
    }

    private boolean events(ControlClient client) throws SwitchdException {
        while (true) {
            var next = client.next();
            if (next.isEmpty()) {
                return true;
            }
            JsonNode event = next.get().path("params");
            if (event.path("port").asString("").equals(port)) {
                put(new Happening.Event(event));
            }
        }
    }

    private void put(Happening happening) {
        try {
            queue.put(happening);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
