package switchd.daemon.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import switchd.posix.Ids;

/// macOS: whether launchd would start switchd, by files alone: launchd is not asked.
///
/// @param running whether a daemon answers
record LaunchdCheck(LinuxFiles files, boolean running) implements Check {
    private static final String DIRECTORY = "/Library/LaunchDaemons";
    private static final String SUFFIX = ".plist";
    private static final int WRITABLE_BY_OTHERS = 022;

    @Override
    public String name() {
        return "service";
    }

    @Override
    public List<Finding> run() {
        Findings findings = new Findings(name());
        for (String file : files.list(DIRECTORY)) {
            if (file.contains("switchd") && file.endsWith(SUFFIX)) {
                judgeFile(file, findings);
            }
        }
        if (findings.isEmpty()) {
            findings.info(
                    null,
                    "no launchd job: switchd does not start with the machine",
                    "sudo switchd install");
        }
        return findings.list();
    }

    private void judgeFile(String file, Findings findings) {
        String path = DIRECTORY + "/" + file;
        String label = file.substring(0, file.length() - SUFFIX.length());
        try {
            Map<String, Object> about = Files.readAttributes(files.at(path), "unix:uid,mode");
            int uid = ((Number) about.getOrDefault("uid", -1)).intValue();
            int mode = ((Number) about.getOrDefault("mode", 0)).intValue();
            judge(label, path, uid, mode, running, findings);
        } catch (IOException | UnsupportedOperationException e) {
            findings.unchecked(label, path + ": " + e, null);
        }
    }

    /// @param label of the job
    /// @param uid who owns its file
    /// @param mode of its file
    static void judge(
            String label, String path, int uid, int mode, boolean running, Findings findings) {
        if (uid != 0 || (mode & WRITABLE_BY_OTHERS) != 0) {
            findings.fail(
                    label,
                    "launchd refuses %s: it must be root's, and nobody else may write to it (uid %s, mode %03o)"
                            .formatted(path, Ids.text(uid), mode & 0777),
                    "sudo chown root:wheel %1$s && sudo chmod 644 %1$s".formatted(path));
        } else if (running) {
            findings.pass(label, "the job is installed, and a daemon answers");
        } else {
            findings.warn(
                    label,
                    "the job is installed, but no daemon answers: VMs have no network",
                    "sudo launchctl print system/%s; sudo launchctl kickstart -k system/%s"
                            .formatted(label, label));
        }
    }
}
