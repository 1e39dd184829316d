package switchd.daemon.metrics;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import switchd.core.UsageException;

/// Where metrics are served.
///
/// @param address with a port; 0 lets the kernel choose
public record MetricsAddress(InetSocketAddress address) {
    private static final Pattern FORM =
            Pattern.compile("(?:\\[([0-9a-fA-F:.]+)]|([^\\s:/\\[\\]]+)):([0-9]{1,5})");
    private static final int LARGEST_PORT = 65_535;

    /// Reads `127.0.0.1:9130` or `[::1]:9130`. Of names, only `localhost` is one: whom another
    /// leads to is not for this machine to decide.
    ///
    /// @throws UsageException where it has another form
    public static MetricsAddress parse(String text) throws UsageException {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw wrong(text);
        }
        int port = Integer.parseInt(parts.group(3));
        String host = parts.group(1) != null ? parts.group(1) : parts.group(2);
        if (port > LARGEST_PORT || host == null) {
            throw wrong(text);
        }
        try {
            InetAddress address =
                    host.equals("localhost")
                            ? InetAddress.ofLiteral("127.0.0.1")
                            : InetAddress.ofLiteral(host);
            return new MetricsAddress(new InetSocketAddress(address, port));
        } catch (IllegalArgumentException _) {
            throw wrong(text);
        }
    }

    private static UsageException wrong(String text) {
        return new UsageException(
                "metrics: an address with a port, such as 127.0.0.1:9130 or [::1]:9130, not '"
                        + text
                        + "'");
    }

    /// What an operator should know of it.
    public Optional<String> notice() {
        return address.getAddress().isLoopbackAddress()
                ? Optional.empty()
                : Optional.of(
                        "metrics are served to everybody who reaches %s: they name networks and ports, and nothing keeps others from reading them; 127.0.0.1 is for this host alone"
                                .formatted(this));
    }

    @Override
    public String toString() {
        String host = address.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + address.getPort();
    }
}
