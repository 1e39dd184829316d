package switchd.bench;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.knowm.xchart.AnnotationLine;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// Panels below each other over one horizontal axis, as a PNG. Needs no display.
public final class Plot {
    private static final int WIDTH = 1200;
    private static final int HEIGHT = 200;
    private static final int LABELS = 70;

    /// Room for names, at the right, as a share of the axis.
    private static final double MARGIN = 0.24;

    private static final Color[] COLOURS = {
        new Color(0x0072b2), new Color(0xd55e00), new Color(0x009e73), new Color(0xcc79a7)
    };
    private static final Color GRID = new Color(0xe6e6e6);
    private static final Color MARK = new Color(0xf0b0b0);

    static {
        System.setProperty("java.awt.headless", "true");
    }

    private final String axis;
    private final double end;
    private final double[] marks;
    private final List<XYChart> panels = new ArrayList<>();

    /// A line of a panel; where `y` is NaN it is broken.
    public record Line(String name, List<Double> x, List<Double> y) {}

    /// @param axis name and unit of the horizontal axis
    /// @param end its last value; the first is 0
    /// @param marks where each panel gets a vertical line
    public Plot(String axis, double end, double... marks) {
        this.axis = axis;
        this.end = end;
        this.marks = Arrays.copyOf(marks, marks.length);
    }

    /// Adds a panel of lines. On a logarithmic axis what is not above 0 is left out.
    ///
    /// @param title what it shows
    /// @param unit of the vertical axis
    public Plot lines(String title, String unit, boolean isLogarithmic, Line... lines) {
        XYChart panel = panel(title, unit);
        panel.getStyler().setYAxisLogarithmic(isLogarithmic);
        for (Line line : lines) {
            List<Double> y =
                    line.y().stream()
                            .map(value -> isLogarithmic && value <= 0 ? Double.NaN : value)
                            .toList();
            if (!y.stream().allMatch(value -> value.isNaN())) {
                XYSeries series = panel.addSeries(line.name(), line.x(), y);
                series.setMarker(SeriesMarkers.NONE).setLineWidth(1.2f);
            }
        }
        return this;
    }

    /// A stretch of the horizontal axis.
    public record Span(String name, double from, double to) {}

    /// Adds a panel with a row for each name, in which its spans are bars.
    public Plot spans(String title, List<Span> spans) {
        List<String> names = spans.stream().map(Span::name).distinct().sorted().toList();
        XYChart panel = panel(title, "");
        for (int row = 0; row < names.size(); row++) {
            double y = names.size() - row;
            String name = names.get(row);
            panel.addAnnotation(new AnnotationText(name, end * (1 + MARGIN / 2), y, false));
            List<Double> xs = new ArrayList<>();
            List<Double> ys = new ArrayList<>();
            for (Span span : spans) {
                if (span.name().equals(name)) {
                    xs.addAll(
                            List.of(
                                    span.from(),
                                    Math.max(span.to(), span.from() + end / 400),
                                    span.to()));
                    ys.addAll(List.of(y, y, Double.NaN));
                }
            }
            XYSeries series = panel.addSeries(name, xs, ys);
            series.setMarker(SeriesMarkers.NONE)
                    .setLineWidth(8)
                    .setLineStyle(new BasicStroke(8, BasicStroke.CAP_BUTT, BasicStroke.JOIN_BEVEL))
                    .setLineColor(COLOURS[row % COLOURS.length]);
        }
        panel.getStyler().setYAxisMin(0.0).setYAxisMax(names.size() + 1.0);
        panel.getStyler().setLegendVisible(false);
        panel.getStyler().setYAxisTicksVisible(false).setPlotGridHorizontalLinesVisible(false);
        return this;
    }

    /// Writes the file.
    ///
    /// @throws IOException as writing fails
    public void write(Path file) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        BitmapEncoder.saveBitmap(panels, panels.size(), 1, whole, BitmapEncoder.BitmapFormat.PNG);
        BufferedImage full = ImageIO.read(new ByteArrayInputStream(whole.toByteArray()));
        // A byte a pixel, and not a third of the file.
        BufferedImage small =
                new BufferedImage(
                        full.getWidth(), full.getHeight(), BufferedImage.TYPE_BYTE_INDEXED);
        for (int y = 0; y < full.getHeight(); y++) {
            for (int x = 0; x < full.getWidth(); x++) {
                small.setRGB(x, y, full.getRGB(x, y));
            }
        }
        ImageIO.write(small, "png", file.toFile());
    }

    private XYChart panel(String title, String unit) {
        XYChart panel =
                new XYChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .title(title)
                        .xAxisTitle(axis)
                        .yAxisTitle(unit)
                        .build();
        var styler = panel.getStyler();
        styler.setXAxisMin(0.0).setXAxisMax(end * (1 + MARGIN));
        styler.setAnnotationTextFont(font(Font.PLAIN));
        styler.setPlotGridLinesColor(GRID);
        styler.setYAxisTitleVisible(!unit.isEmpty());
        // The title of the axis is that of all; the last has it.
        panels.forEach(above -> above.getStyler().setXAxisTitleVisible(false));
        styler.setAxisTitleFont(font(Font.PLAIN)).setAxisTickLabelsFont(font(Font.PLAIN));
        styler.setChartTitleFont(font(Font.BOLD));
        styler.setLegendFont(font(Font.PLAIN));
        styler.setLegendPosition(Styler.LegendPosition.InsideNE);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setChartPadding(4);
        styler.setSeriesColors(COLOURS);
        styler.setYAxisLeftWidthHint(LABELS);
        styler.setAnnotationLineColor(MARK);
        styler.setAnnotationLineStroke(new BasicStroke(1));
        for (double mark : marks) {
            panel.addAnnotation(new AnnotationLine(mark, true, false));
        }
        panels.add(panel);
        return panel;
    }

    private static Font font(int style) {
        return new Font(Font.SANS_SERIF, style, 12);
    }
}
