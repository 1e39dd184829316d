package switchd.daemon.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import switchd.daemon.control.ControlClient;
import switchd.daemon.words.JsonText;
import tools.jackson.databind.JsonNode;

/// `switchd stop`: ends the running daemon.
@Command(
        name = "stop",
        header = "End the running daemon.",
        description = {
            "",
            "Its VMs lose their network; what it made is removed. Returns when it has ended. A service"
                    + " manager may start it again: stop the service instead then.",
            ""
        },
        footer = {
            "",
            "Exit status: 0 it has ended, 64 wrong usage, 69 no daemon runs, 77 not permitted."
        })
public final class StopCommand implements Callable<Integer> {
    @Mixin private DaemonOptions daemon = new DaemonOptions();

    @Override
    public Integer call() throws Exception {
        try (ControlClient client = daemon.connect()) {
            JsonNode answer = client.call("daemon.stop", Map.of());
            boolean runs = true;
            while (runs) {
                runs = client.next().isPresent();
            }
            daemon.print(daemon.isJson() ? JsonText.line(answer) + "\n" : "switchd has ended\n");
            return ExitStatus.OK;
        }
    }
}
