package switchd.daemon.service;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import switchd.core.Kernel;
import switchd.launchd.SystemdUnits;

/// What a package of a Linux distribution brings beside the program: the same units and the same
/// first configuration as [Installation], in the vendor's places.
public final class PackageFiles {
    /// The command as the package installs it.
    private static final String COMMAND = "/usr/bin/switchd";

    private PackageFiles() {}

    /// Their texts, by paths below the root.
    public static Map<String, String> all() {
        Layout layout = Layout.of(Kernel.LINUX);
        // All of /usr is read-only to the service.
        SystemdUnits units =
                new SystemdUnits(
                        List.of(COMMAND, "--config", layout.config()), layout.control(), null);
        Map<String, String> files = new LinkedHashMap<>();
        files.put(relative(layout.config()), Example.text(Kernel.LINUX));
        files.put(relative(Systemd.vendors(SystemdUnits.SERVICE)), units.service());
        files.put(relative(Systemd.vendors(SystemdUnits.SOCKET)), units.socket());
        files.put("usr/lib/sysusers.d/switchd.conf", units.sysusers());
        return files;
    }

    private static String relative(String path) {
        return path.substring(1);
    }
}
