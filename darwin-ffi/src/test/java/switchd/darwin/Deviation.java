package switchd.darwin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Lines of a transcript that the kernel in memory does not give, or gives otherwise.
///
/// @param file how the transcript's name begins
/// @param first how the first of the lines begins
/// @param lines how many they are
/// @param ours what is given instead; null where nothing is
/// @param why the reason
record Deviation(String file, String first, int lines, @Nullable String ours, String why) {
    private static final String UNIX = "a unix socket: UnixDatagramReplayTest has it";
    private static final String POLL = "the product makes no such call";

    static final List<Deviation> ALL =
            List.of(
                    new Deviation(
                            "probe-",
                            "bad pointer",
                            1,
                            null,
                            "a pointer that leads nowhere cannot be followed in a JVM"),
                    new Deviation("probe-", "poll", 2, null, POLL),
                    new Deviation("probe-", "== AF_UNIX dgram", 37, null, UNIX),
                    new Deviation("probe2-", "poll (no data)", 2, null, POLL),
                    new Deviation("probe2-", "poll (data)", 3, null, POLL),
                    new Deviation("probe2-", "sendmsg_x AF_UNIX dgram", 3, null, UNIX),
                    new Deviation("probe2-", "devfs:", 1, null, "a listing, not a call"),
                    new Deviation("trace-", "1 0 0 4:0x20", 1, null, POLL),
                    new Deviation(
                            "host-stack-",
                            "   pkt tstamp T caplen 74",
                            1,
                            "   pkt tstamp T caplen 74 datalen 74 hdrlen 18: 02 00 00 00 00 01"
                                    + " 66 65 74 86 00 01 08 00 45 00 00 3c 00 01 00 00 40 01 66"
                                    + " be 0a 00 00 01 0a 00",
                            "the identification of an IP packet is the kernel's choice"));

    /// What the kernel in memory is to give where a transcript has `observed`. Fails where a
    /// deviation is not there any more.
    static List<String> apply(String file, List<String> observed) {
        List<String> expected = new ArrayList<>(observed);
        for (Deviation deviation : ALL) {
            if (file.startsWith(deviation.file)) {
                deviation.replaceIn(expected);
            }
        }
        return expected;
    }

    private void replaceIn(List<String> transcript) {
        List<String> starts = transcript.stream().filter(line -> line.startsWith(first)).toList();
        assertThat(starts).as("%s: %s", file, first).hasSize(1);
        int at = transcript.indexOf(starts.getFirst());
        List<String> replaced = transcript.subList(at, at + lines);
        replaced.clear();
        if (ours != null) {
            replaced.add(ours);
        }
    }
}
