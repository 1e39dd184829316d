package switchd.daemon.cli;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import switchd.daemon.Reload;

/// `switchd reload`: has the running daemon read its configuration again.
@Command(
        name = "reload",
        header = "Have the running daemon read its configuration again.",
        description = {
            "",
            "Applies the difference between the configuration that is in force and the one in the file."
                    + " Ports that are the same in both go on undisturbed, and those with other"
                    + " guards keep their VMs; where something is wrong,"
                    + " nothing is changed. SIGHUP does the same.",
            ""
        },
        footer = {
            "",
            "Exit status: 0 it is in force, 64 the configuration is wrong, 69 no daemon runs or the host"
                    + " refuses, 77 not permitted."
        })
public final class ReloadCommand implements Callable<Integer> {
    @Mixin private DaemonOptions daemon = new DaemonOptions();

    @Override
    public Integer call() throws Exception {
        return daemon.ask("daemon.reload", Map.of(), Reload.Result.class, (done, _) -> text(done));
    }

    private static String text(Reload.Result done) {
        StringBuilder text = new StringBuilder();
        names(text, "network", done.networks());
        names(text, "port", done.ports());
        done.notices().forEach(notice -> text.append(notice).append('\n'));
        return text.isEmpty() ? "nothing has changed\n" : text.toString();
    }

    private static void names(StringBuilder text, String kind, Reload.Names names) {
        line(text, kind, "removed", names.removed());
        line(text, kind, "opened anew", names.changed());
        line(text, kind, "other guards", names.adjusted());
        line(text, kind, "added", names.added());
    }

    private static void line(StringBuilder text, String kind, String what, List<String> names) {
        if (!names.isEmpty()) {
            text.append(kind).append(names.size() == 1 ? " " : "s ");
            text.append(String.join(", ", names)).append(": ").append(what).append('\n');
        }
    }
}
