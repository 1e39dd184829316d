package switchd.daemon.doctor;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether the configuration can be read and makes sense.
record ConfigCheck(Setup setup) implements Check {
    @Override
    public String name() {
        return "config";
    }

    @Override
    public List<Finding> run() {
        return judge(setup.config(), setup.configError());
    }

    /// @param path of the file; null where there is none
    /// @param error what is wrong with it, with line and key; null where nothing is
    static List<Finding> judge(@Nullable String path, @Nullable String error) {
        Findings findings = new Findings("config");
        if (path == null) {
            findings.info(
                    null,
                    "there is no file in the usual place: a daemon's own is looked at where --config names it",
                    null);
        } else if (error != null) {
            findings.fail(
                    path,
                    error + ": a daemon that starts or reloads refuses it",
                    "switchd config check " + PathsCheck.quoted(path));
        } else {
            findings.pass(path, "it makes sense");
        }
        return findings.list();
    }
}
