package switchd.darwin.testkit;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// What numbers are called, for whoever reads a log.
final class Names {
    private static final Pattern REQUEST = Pattern.compile("(SIOC|BIOC|FIO).*");
    private static final Pattern ERRNO = Pattern.compile("E[A-Z0-9]+");
    private static final int LARGEST_ERRNO = 106;
    private static final Map<Long, String> REQUESTS = new HashMap<>();
    private static final Map<Long, String> ERRNOS = new HashMap<>();

    static {
        Abi.table().required("constants").properties().forEach(e -> add(e.getKey()));
        ERRNOS.put(Abi.constant("EAGAIN"), "EAGAIN");
        ERRNOS.put(Abi.constant("EQFULL"), "EQFULL");
    }

    private Names() {}

    private static void add(String name) {
        long value = Abi.constant(name);
        if (REQUEST.matcher(name).matches()) {
            REQUESTS.put(value, name);
        } else if (ERRNO.matcher(name).matches() && value > 0 && value <= LARGEST_ERRNO) {
            ERRNOS.put(value, name);
        }
    }

    /// An `ioctl` request.
    static String request(long request) {
        return REQUESTS.getOrDefault(request, "0x" + Long.toHexString(request));
    }

    /// An error, given its positive number.
    static String errno(long number) {
        return ERRNOS.getOrDefault(number, Long.toString(number));
    }

    /// A result as `strace` writes it.
    static String result(long result) {
        return result >= 0 ? Long.toString(result) : "-1 " + errno(-result);
    }
}
