package switchd.daemon;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import switchd.core.MacPolicy;
import switchd.core.UsageException;

/// One port as the operator wants it.
///
/// @param name letters, digits and dashes; names the socket's directory
/// @param macPolicy which source addresses its VM may use
/// @param socket absolute path of its socket; null for the usual place
public record PortSpec(String name, MacPolicy macPolicy, @Nullable String socket) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9-]{0,31}");

    /// Checks what can be checked without the kernel.
    ///
    /// @throws UsageException naming what is wrong
    public PortSpec validated() throws UsageException {
        if (!NAME.matcher(name).matches()) {
            throw new UsageException(
                    "--name: 1 to 32 letters, digits and dashes, not '" + name + "'");
        }
        if (socket != null && (!socket.startsWith("/") || socket.endsWith("/"))) {
            throw new UsageException("--socket: not the path of a socket: '" + socket + "'");
        }
        return this;
    }
}
