package switchd.launchd;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The daemon as a launchd job of the system, see launchd.plist(5).
///
/// @param command the program's absolute path and its arguments
/// @param control what launchd listens on before the daemon does. It makes no directories, and
///   `/var/run` is emptied when the machine starts: the socket's directory must outlive that
/// @param log where stderr goes
public record LaunchdJob(List<String> command, ControlSocket control, String log) {
    /// Names the job: the program's module, as no domain is the project's.
    public static final String LABEL = "switchd.daemon";

    /// Where the property list belongs.
    public static final String PATH = "/Library/LaunchDaemons/" + LABEL + ".plist";

    private static final int THROTTLE_SECONDS = 5;
    private static final int EXIT_SECONDS = 10;
    private static final int FILES = 16_384;

    /// The property list.
    public String plist() {
        Map<String, Object> job = new LinkedHashMap<>();
        job.put("Label", LABEL);
        job.put("ProgramArguments", command);
        job.put("RunAtLoad", true);
        // A stop with SIGTERM ends with 0 and is meant; all else is started again.
        job.put("KeepAlive", Map.of("SuccessfulExit", false));
        job.put("ThrottleInterval", THROTTLE_SECONDS);
        job.put("ExitTimeOut", EXIT_SECONDS);
        // The process that holds VMs' sockets while no daemon runs is to outlive it.
        job.put("AbandonProcessGroup", true);
        // Else frames wait for the CPU behind what users look at, and timers are coalesced.
        job.put("ProcessType", "Interactive");
        job.put("StandardErrorPath", log);
        job.put("SoftResourceLimits", Map.of("NumberOfFiles", FILES));
        job.put("Sockets", Map.of(ControlSocket.NAME, socket()));
        return Plist.of(job);
    }

    /// Integers are decimal in a property list: 0660 is 432.
    private Map<String, Object> socket() {
        Map<String, Object> socket = new LinkedHashMap<>();
        socket.put("SockType", "stream");
        socket.put("SockPathName", control.path());
        socket.put("SockPathOwner", 0);
        socket.put("SockPathGroup", control.gid());
        socket.put("SockPathMode", control.mode());
        return socket;
    }
}
