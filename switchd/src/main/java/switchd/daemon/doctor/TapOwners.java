package switchd.daemon.doctor;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which process holds which TAP of Linux: a TAP goes with its last descriptor, unless somebody has
/// made it stay.
final class TapOwners {
    private static final String NETWORK = "/ns/net";
    private static final String DEVICE = "/dev/net/tun";
    private static final Pattern NAME = Pattern.compile("(?m)^iff:\\s*(\\S+)$");

    private TapOwners() {}

    /// The number of one process for each TAP that a process holds. Others' descriptors are told to
    /// root only. Those of other network namespaces may have the same names, and do not count.
    static Map<String, Integer> of(LinuxFiles files) {
        Map<String, Integer> owners = new HashMap<>();
        Optional<String> network = files.link("/proc/self" + NETWORK);
        for (String process : files.list("/proc")) {
            if (process.matches("\\d{1,9}")
                    && files.link("/proc/" + process + NETWORK).equals(network)) {
                addThoseOf(process, files, owners);
            }
        }
        return owners;
    }

    private static void addThoseOf(String process, LinuxFiles files, Map<String, Integer> owners) {
        String directory = "/proc/" + process;
        for (String fd : files.list(directory + "/fd")) {
            if (files.link(directory + "/fd/" + fd).filter(DEVICE::equals).isPresent()) {
                Matcher name = NAME.matcher(files.read(directory + "/fdinfo/" + fd).orElse(""));
                if (name.find()) {
                    owners.put(name.group(1), Integer.parseInt(process));
                }
            }
        }
    }
}
