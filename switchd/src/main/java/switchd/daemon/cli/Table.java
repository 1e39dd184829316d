package switchd.daemon.cli;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Text in columns, as wide as the widest of their cells, below a header in capitals.
///
/// Every cell is made printable: what a VM's user may choose reaches no terminal as a command to
/// it.
final class Table {
    private static final String GAP = "  ";

    private final List<Column> columns = new ArrayList<>();
    private final List<List<Cell>> rows = new ArrayList<>();

    private record Column(Cell header, boolean right) {}

    /// Adds a column of text.
    Table column(String header) {
        columns.add(new Column(Cell.of(header), false));
        return this;
    }

    /// Adds a column of numbers: they end below each other.
    Table number(String header) {
        columns.add(new Column(Cell.of(header), true));
        return this;
    }

    /// Adds a row, one value a column; see [Cell#of(Object)].
    ///
    /// @throws IllegalArgumentException where there are more or fewer values than columns
    Table row(@Nullable Object... values) {
        if (values.length != columns.size()) {
            throw new IllegalArgumentException(values.length + " values, " + columns.size());
        }
        List<Cell> row = new ArrayList<>();
        for (Object value : values) {
            row.add(Cell.of(value));
        }
        rows.add(row);
        return this;
    }

    /// The table, each line with its end; nothing stands behind the last cell of a line.
    String text(Terminal terminal) {
        List<Cell> header = columns.stream().map(Column::header).toList();
        int[] widths = header.stream().mapToInt(Cell::width).toArray();
        for (List<Cell> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).width());
            }
        }
        StringBuilder text = new StringBuilder();
        line(text, header, widths, terminal);
        rows.forEach(row -> line(text, row, widths, terminal));
        return text.toString();
    }

    private void line(StringBuilder text, List<Cell> row, int[] widths, Terminal terminal) {
        for (int i = 0; i < widths.length; i++) {
            Cell cell = row.get(i);
            String padding = " ".repeat(widths[i] - cell.width());
            boolean right = columns.get(i).right();
            text.append(i == 0 ? "" : GAP);
            text.append(right ? padding : "").append(cell.shownOn(terminal));
            text.append(right || i == widths.length - 1 ? "" : padding);
        }
        text.append('\n');
    }
}
