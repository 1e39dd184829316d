package switchd.daemon.doctor;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Linux: whether a switchd that is started from here may change the network.
record CapabilityCheck(LinuxFiles files) implements Check {
    private static final Pattern EFFECTIVE = Pattern.compile("(?m)^CapEff:\\s*([0-9a-f]{1,16})$");
    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_NET_RAW = 13;

    @Override
    public String name() {
        return "capabilities";
    }

    @Override
    public List<Finding> run() {
        return judge(files.read("/proc/self/status").orElse(""));
    }

    /// @param status of the process, as `/proc` has it
    static List<Finding> judge(String status) {
        Findings findings = new Findings("capabilities");
        Matcher effective = EFFECTIVE.matcher(status);
        if (!effective.find()) {
            findings.unchecked(null, "the kernel does not tell this process's capabilities", null);
            return findings.list();
        }
        long bits = Long.parseUnsignedLong(effective.group(1), 16);
        boolean admin = (bits >>> CAP_NET_ADMIN & 1) != 0;
        boolean raw = (bits >>> CAP_NET_RAW & 1) != 0;
        if (admin && raw) {
            findings.pass(null, "CAP_NET_ADMIN and CAP_NET_RAW are there");
        } else if (Long.bitCount(bits) > 0) {
            findings.fail(
                    null,
                    "%s is missing: a switchd that is started from here opens no port on a %s (in a container:"
                                    .formatted(
                                            admin ? "CAP_NET_RAW" : "CAP_NET_ADMIN",
                                            admin ? "NIC" : "bridge")
                            + " start it with --cap-add NET_ADMIN --cap-add NET_RAW)",
                    "sudo switchd …");
        } else {
            findings.needsRoot(null);
        }
        return findings.list();
    }
}
