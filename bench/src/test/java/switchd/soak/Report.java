package switchd.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import switchd.bench.Plot;
import tools.jackson.databind.json.JsonMapper;

/// The files that a run leaves.
record Report(Soak soak, List<Sample> samples, List<Fault> faults, Verdict verdict) {
    private static final double LONG = 300;

    /// Writes them all.
    void write() throws IOException {
        Path out = soak.out();
        Files.write(
                out.resolve("samples.csv"),
                Stream.concat(Stream.of(Sample.header()), samples.stream().map(Sample::line))
                        .toList());
        Files.write(
                out.resolve("faults.csv"),
                Stream.concat(
                                Stream.of("kind,start,mended,recovered"),
                                faults.stream().map(Report::line))
                        .toList());
        Files.writeString(out.resolve("verdict.txt"), text(verdict));
        JsonMapper.shared()
                .writerWithDefaultPrettyPrinter()
                .writeValue(out.resolve("verdict.json").toFile(), verdict);
        plot(out.resolve("soak.png"));
    }

    private static String line(Fault fault) {
        return String.format(
                Locale.ROOT,
                "%s,%.3f,%.3f,%s",
                inTable(fault.kind()),
                fault.start(),
                fault.mended(),
                Double.isNaN(fault.recovered())
                        ? ""
                        : String.format(Locale.ROOT, "%.3f", fault.recovered()));
    }

    /// A name as it is in a line of CSV.
    static String inTable(String name) {
        return name.replace(',', ';');
    }

    /// The verdict as a person reads it.
    static String text(Verdict verdict) {
        return verdict.rules().stream()
                        .map(rule ->
                                "%-10s  %-60s %s  (at most %s)%n"
                                        .formatted(
                                                rule.outcome()
                                                        .toString()
                                                        .toLowerCase(Locale.ROOT)
                                                        .replace('_', ' '),
                                                rule.name(),
                                                rule.figure(),
                                                rule.bound()))
                        .collect(Collectors.joining())
                + (verdict.passed() ? "PASSED\n" : "FAILED\n");
    }

    private void plot(Path file) throws IOException {
        double end = samples.getLast().seconds() + 1;
        double scale = end > LONG ? 60 : 1;
        String axis = scale == 1 ? "time (s)" : "time (min)";
        double[] marks = faults.stream().mapToDouble(fault -> fault.start() / scale).toArray();
        new Plot(axis, end / scale, marks)
                .spans("faults, until all talk again", spans(scale))
                .lines(
                        "round trips, VM to LAN and back",
                        "ms",
                        true,
                        line("p99", scale, s -> s.lan().p99()),
                        line("median", scale, s -> s.lan().median()),
                        line("p99 past the daemon", scale, s -> s.past().p99()))
                .lines(
                        "round trips, VM to VM and back",
                        "ms",
                        true,
                        line("p99", scale, s -> s.vm().p99()),
                        line("median", scale, s -> s.vm().median()),
                        line("p99 past the daemon", scale, s -> s.past().p99()))
                .lines(
                        "frames of the probes without an answer",
                        "frames a second",
                        false,
                        line("lost", scale, Sample::lost))
                .lines(
                        "memory of the daemon",
                        "MiB",
                        false,
                        line("resident", scale, Sample::residentMiB),
                        line("heap after a collection", scale, Sample::heapMiB))
                .lines(
                        "descriptors and threads of the daemon",
                        "number",
                        false,
                        line("descriptors", scale, Sample::descriptors),
                        line("threads", scale, Sample::threads))
                .lines(
                        "interfaces of the host, and files beside the sockets",
                        "number",
                        false,
                        line("interfaces", scale, Sample::interfaces),
                        line("members of the bridge", scale, Sample::members),
                        line("files", scale, Sample::files))
                .lines(
                        "processor time of the daemon",
                        "% of one",
                        false,
                        line("processor", scale, Sample::cpuPercent))
                .lines("log of the daemon", "lines", false, line("lines", scale, Sample::logLines))
                .write(file);
    }

    private List<Plot.Span> spans(double scale) {
        return faults.stream()
                .map(fault ->
                        new Plot.Span(
                                fault.kind(),
                                fault.start() / scale,
                                (Double.isNaN(fault.recovered())
                                                ? fault.mended() + fault.bound()
                                                : fault.recovered())
                                        / scale))
                .toList();
    }

    private Plot.Line line(String name, double scale, ToDoubleFunction<Sample> figure) {
        return new Plot.Line(
                name,
                samples.stream().map(sample -> sample.seconds() / scale).toList(),
                samples.stream().map(figure::applyAsDouble).toList());
    }
}
