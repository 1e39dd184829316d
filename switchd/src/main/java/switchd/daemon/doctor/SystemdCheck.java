package switchd.daemon.doctor;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Linux: whether switchd starts with the machine, by files alone: systemd is not asked.
record SystemdCheck(LinuxFiles files) implements Check {
    private static final String UNIT = "switchd.service";
    private static final List<String> PLACES =
            List.of("/etc/systemd/system/", "/usr/lib/systemd/system/", "/lib/systemd/system/");

    @Override
    public String name() {
        return "service";
    }

    @Override
    public List<Finding> run() {
        if (!files.exists("/run/systemd/system")) {
            return List.of(); // another init
        }
        Optional<String> unit =
                PLACES.stream().map(place -> place + UNIT).filter(files::exists).findFirst();
        Optional<String> pid =
                files.read("/sys/fs/cgroup/system.slice/" + UNIT + "/cgroup.procs")
                        .flatMap(text -> text.lines().findFirst());
        return judge(
                unit.orElse(null),
                files.exists("/etc/systemd/system/multi-user.target.wants/" + UNIT),
                pid.orElse(null));
    }

    /// @param unit the path of the unit's file, where there is one
    /// @param enabled whether it starts with the machine
    /// @param pid of its process, where it runs
    static List<Finding> judge(@Nullable String unit, boolean enabled, @Nullable String pid) {
        Findings findings = new Findings("service");
        if (unit == null) {
            findings.info(
                    UNIT,
                    "not installed: switchd does not start with the machine",
                    "sudo switchd install");
            return findings.list();
        }
        if (pid == null) {
            findings.warn(
                    UNIT,
                    unit + " is there, but it does not run: VMs have no network",
                    "systemctl status switchd; sudo systemctl start switchd");
        } else {
            findings.pass(UNIT, "it runs, pid " + pid);
        }
        if (!enabled) {
            findings.warn(
                    UNIT, "it does not start with the machine", "sudo systemctl enable switchd");
        }
        return findings.list();
    }
}
