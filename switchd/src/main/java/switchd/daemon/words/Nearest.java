package switchd.daemon.words;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Finds what somebody may have meant.
public final class Nearest {
    private Nearest() {}

    /// The word that is fewest edits away; empty where all are too far to be meant.
    public static Optional<String> to(String typed, Collection<String> words) {
        int most = Math.max(1, Math.min(typed.length(), 12) / 3);
        return words.stream()
                .filter(word -> Math.abs(word.length() - typed.length()) <= most)
                .filter(word -> edits(typed, word) <= most)
                .min(Comparator.comparingInt(word -> edits(typed, word)));
    }

    /// `: did you mean "x"?`, or nothing.
    public static String question(String typed, Collection<String> words) {
        return to(typed, words).map(word -> ": did you mean \"" + word + "\"?").orElse("");
    }

    /// How many letters have to be put in, left out, changed, or swapped with the next one.
    static int edits(String from, String to) {
        int[][] cost = new int[from.length() + 1][to.length() + 1];
        for (int i = 0; i <= from.length(); i++) {
            for (int j = 0; j <= to.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int changed = same(from, i, to, j) ? 0 : 1;
                int least = Math.min(cost[i - 1][j], cost[i][j - 1]) + 1;
                least = Math.min(least, cost[i - 1][j - 1] + changed);
                if (i > 1 && j > 1 && same(from, i, to, j - 1) && same(from, i - 1, to, j)) {
                    least = Math.min(least, cost[i - 2][j - 2] + 1);
                }
                cost[i][j] = least;
            }
        }
        return cost[from.length()][to.length()];
    }

    private static boolean same(String from, int i, String to, int j) {
        return Character.toLowerCase(from.charAt(i - 1)) == Character.toLowerCase(to.charAt(j - 1));
    }
}
