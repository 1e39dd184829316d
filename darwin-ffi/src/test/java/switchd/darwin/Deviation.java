package switchd.darwin;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A line of a transcript that the kernel in memory does not give, or gives otherwise.
///
/// @param file the transcript
/// @param line its number
/// @param ours what is given instead; null where nothing is
/// @param why the reason
record Deviation(String file, int line, @Nullable String ours, String why) {
    private static final List<Deviation> ALL = List.of();

    /// What the kernel in memory is to give where the transcript has `observed`.
    static List<String> at(String file, int line, String observed) {
        List<String> expected = new ArrayList<>(List.of(observed));
        for (Deviation deviation : ALL) {
            if (deviation.file.equals(file) && deviation.line == line) {
                expected.clear();
                if (deviation.ours != null) {
                    expected.add(deviation.ours);
                }
            }
        }
        return expected;
    }
}
