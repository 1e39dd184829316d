package switchd.core;

import static java.nio.charset.StandardCharsets.UTF_8;
import static switchd.fuzz.Check.isLine;
import static switchd.fuzz.Check.that;

import java.util.function.Function;
import switchd.daemon.log.Printable;
import switchd.daemon.metrics.MetricsAddress;

/// Short texts of others: hardware addresses, names of interfaces, policies, addresses of sockets.
/// What is read is written as it would be read again; what is refused is refused in words.
public final class NamesFuzz {
    private NamesFuzz() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        String text = new String(bytes, UTF_8);
        isStable(text, MacAddress::parse);
        isStable(text, InterfaceName::new);
        isStable(text, MacPolicy::parse);
        isStable(text, NamesFuzz::metricsAddress);
        String shown = Printable.of(text);
        isLine(shown);
        that(Printable.of(shown).equals(shown), "a printable text changes");
    }

    private static MetricsAddress metricsAddress(String text) {
        try {
            return MetricsAddress.parse(text);
        } catch (UsageException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static void isStable(String text, Function<String, ?> parse) {
        Object read;
        try {
            read = parse.apply(text);
        } catch (IllegalArgumentException e) {
            that(e.getMessage() != null && !e.getMessage().isEmpty(), "refused without a word");
            return;
        }
        isLine(read.toString());
        that(parse.apply(read.toString()).equals(read), text + " becomes another one: " + read);
    }
}
