package switchd.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A plot as a file that a viewer reads.
final class PlotTest {
    @TempDir private Path folder;

    @Test
    void panelsAreBelowEachOther() throws IOException {
        BufferedImage one = written("one", false);
        BufferedImage two = written("two", true);

        assertThat(two.getWidth()).isEqualTo(one.getWidth()).isGreaterThan(800);
        assertThat(two.getHeight()).isEqualTo(2 * one.getHeight());
        assertThat(coloured(one)).isGreaterThan(500);
        assertThat(coloured(two)).isGreaterThan(coloured(one));
    }

    @Test
    void itIsSmall() throws IOException {
        written("one", true);
        assertThat(Files.size(folder.resolve("one.png"))).isLessThan(50_000);
    }

    private BufferedImage written(String name, boolean withSpans) throws IOException {
        List<Double> x = IntStream.range(0, 600).mapToObj(i -> i / 10.0).toList();
        List<Double> y = x.stream().map(value -> value < 1 ? Double.NaN : value % 7).toList();
        Plot plot = new Plot("time (s)", 60, 10, 30);
        if (withSpans) {
            plot.spans(
                    "faults",
                    List.of(
                            new Plot.Span("bridge down", 10, 12),
                            new Plot.Span("NIC unplugged", 30, 35),
                            new Plot.Span("bridge down", 50, 50.1)));
        }
        Path file = folder.resolve(name + ".png");
        plot.lines("round trips", "ms", true, new Plot.Line("p99", x, y)).write(file);
        return ImageIO.read(file.toFile());
    }

    /// Pixels that are more blue than red, as the first line is.
    private static long coloured(BufferedImage image) {
        return IntStream.range(0, image.getWidth() * image.getHeight())
                .map(i -> image.getRGB(i % image.getWidth(), i / image.getWidth()))
                .filter(pixel -> (pixel & 0xff) > (pixel >> 16 & 0xff) + 100)
                .count();
    }
}
