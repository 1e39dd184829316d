package switchd.bench.rig;

import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/// The values of a scenario as a picture: a group for each cell, in it a mark for each contestant's
/// median, on a line from its least to its most. Needs no display.
final class Panels {
    private static final int WIDTH = 1100;
    private static final int HEIGHT = 420;
    private static final double ROOM = 0.1; // above the marks, for the cells' names
    private static final double APART = 0.8; // of the room of a cell
    private static final Color[] COLOURS = {
        new Color(0x222222),
        new Color(0x999999),
        new Color(0xd55e00),
        new Color(0x0072b2),
        new Color(0x009e73),
        new Color(0xcc79a7)
    };
    private static final Marker[] MARKERS = {
        SeriesMarkers.CIRCLE,
        SeriesMarkers.CIRCLE,
        SeriesMarkers.DIAMOND,
        SeriesMarkers.SQUARE,
        SeriesMarkers.TRIANGLE_UP,
        SeriesMarkers.TRIANGLE_DOWN
    };

    static {
        System.setProperty("java.awt.headless", "true");
    }

    private Panels() {}

    /// Writes a panel for each metric below the other, to `NAME.png`.
    ///
    /// @return the file
    static Path write(Result result, Path folder) throws IOException {
        List<XYChart> panels = new ArrayList<>();
        for (Metric metric : Metric.values()) {
            if (result.rows().stream().anyMatch(row -> row.values().containsKey(metric))) {
                panels.add(panel(result, metric));
            }
        }
        Path file = folder.resolve(result.scenario() + ".png");
        BitmapEncoder.saveBitmap(
                panels, panels.size(), 1, file.toString(), BitmapEncoder.BitmapFormat.PNG);
        return file;
    }

    private static XYChart panel(Result result, Metric metric) {
        String better = metric.isBetterMore() ? "more is better" : "less is better";
        XYChart panel =
                new XYChartBuilder()
                        .width(WIDTH)
                        .height(HEIGHT)
                        .title("%s: %s (%s)".formatted(result.scenario(), metric.label(), better))
                        .yAxisTitle(metric.label())
                        .build();
        List<String> cells = result.rows().stream().map(Result.Row::cell).distinct().toList();
        List<String> names = result.rows().stream().map(Result.Row::contestant).distinct().toList();
        for (int i = 0; i < names.size(); i++) {
            add(panel, result, metric, names.get(i), cells, APART * (i + 0.5) / names.size());
        }
        style(panel, cells, most(result, metric));
        return panel;
    }

    private static void add(
            XYChart panel,
            Result result,
            Metric metric,
            String name,
            List<String> cells,
            double shift) {
        List<Double> xs = new ArrayList<>();
        List<Double> ys = new ArrayList<>();
        List<Double> medianXs = new ArrayList<>();
        List<Double> medians = new ArrayList<>();
        for (Result.Row row : result.rows()) {
            Spread spread = row.values().get(metric);
            if (row.contestant().equals(name) && spread != null) {
                double x = cells.indexOf(row.cell()) + shift - APART / 2;
                xs.addAll(List.of(x, x, x));
                ys.addAll(List.of(spread.least(), spread.most(), Double.NaN));
                medianXs.add(x);
                medians.add(spread.median());
            }
        }
        if (!xs.isEmpty()) {
            int kind = panel.getSeriesMap().size() / 2;
            Color colour = COLOURS[kind % COLOURS.length];
            XYSeries line = panel.addSeries(name + ", least to most", xs, ys);
            line.setMarker(SeriesMarkers.NONE).setLineColor(colour).setLineWidth(1.5f);
            line.setShowInLegend(false);
            XYSeries median = panel.addSeries(name, medianXs, medians);
            median.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
            median.setMarker(MARKERS[kind % MARKERS.length]).setMarkerColor(colour);
        }
    }

    private static void style(XYChart panel, List<String> cells, double most) {
        var styler = panel.getStyler();
        styler.setXAxisMin(-0.5).setXAxisMax(cells.size() - 0.5);
        styler.setYAxisMin(0.0).setYAxisMax(most * (1 + ROOM));
        styler.setXAxisTicksVisible(false);
        styler.setAnnotationTextFont(font(Font.BOLD));
        for (int i = 0; i < cells.size(); i++) {
            double y = most * (1 + ROOM / 2);
            panel.addAnnotation(new AnnotationText(cells.get(i), i, y, false));
        }
        styler.setLegendPosition(Styler.LegendPosition.OutsideE);
        styler.setChartBackgroundColor(Color.WHITE).setLegendBorderColor(Color.WHITE);
        styler.setMarkerSize(7);
        styler.setPlotGridVerticalLinesVisible(false);
        styler.setChartTitleFont(font(Font.BOLD)).setLegendFont(font(Font.PLAIN));
        styler.setAxisTickLabelsFont(font(Font.PLAIN)).setAxisTitleFont(font(Font.PLAIN));
    }

    private static double most(Result result, Metric metric) {
        return result.rows().stream()
                .map(row -> row.values().get(metric))
                .filter(Objects::nonNull)
                .mapToDouble(Spread::most)
                .max()
                .orElse(1);
    }

    private static Font font(int style) {
        return new Font(Font.SANS_SERIF, style, 12);
    }
}
