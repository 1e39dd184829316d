package switchd.daemon.cli;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import switchd.core.HostException;
import switchd.daemon.control.ControlClient;
import switchd.daemon.log.LogFormat;
import switchd.daemon.log.Printable;
import switchd.daemon.words.JsonText;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// `switchd events`: what happens, as it happens.
@Command(
        name = "events",
        header = "Show what happens at the running daemon, as it happens.",
        description = {
            "",
            "Prints one line an event from now on, until it is interrupted: VMs that attach, detach or"
                    + " are refused, ports that are added and removed, uplinks that are lost and"
                    + " found, frames from foreign addresses.",
            ""
        },
        footer = {
            "",
            "Exit status: 0 nobody reads any more, 64 wrong usage, 69 no daemon runs or it has ended,"
                    + " 77 not permitted, 130 interrupted."
        })
public final class EventsCommand implements Callable<Integer> {
    private static final Logger LOG = System.getLogger("switchd.events");

    @Mixin private DaemonOptions daemon = new DaemonOptions();

    @Override
    public Integer call() throws Exception {
        try (ControlClient client = daemon.connect()) {
            client.call("events.subscribe");
            while (!daemon.out().checkError()) {
                Optional<JsonNode> message = client.next();
                if (message.isEmpty()) {
                    throw new HostException("the daemon has ended: see its log");
                }
                show(message.get().path("method").asString(""), message.get().path("params"));
            }
            return ExitStatus.OK;
        }
    }

    private void show(String method, JsonNode params) throws HostException {
        switch (method) {
            case "event" -> daemon.print((daemon.isJson() ? json(params) : line(params)) + "\n");
            case "lost" ->
                    LOG.log(
                            Level.WARNING,
                            "events that came too quickly are missing here: "
                                    + params.path("events").asLong(0));
            case "closing" ->
                    throw new HostException(
                            "the daemon closes: " + params.path("reason").asString("see its log"));
            default -> {
                // Of a newer daemon.
            }
        }
    }

    private static String json(JsonNode event) {
        ObjectNode line = JsonMapper.shared().createObjectNode();
        line.put("schema", "switchd.event/1");
        event.forEachEntry(line::set);
        return JsonText.line(line);
    }

    /// As in the log, with the event's name.
    static String line(JsonNode event) {
        String port = event.path("port").asString("");
        return Printable.of(
                time(event.path("time").asString(""))
                        + (event.path("warning").asBoolean(false) ? " WARNING " : " INFO ")
                        + event.path("event").asString("")
                        + ": "
                        + (port.isEmpty() ? "" : port + ": ")
                        + event.path("text").asString(""));
    }

    private static String time(String time) {
        try {
            return LogFormat.time(Instant.parse(time));
        } catch (DateTimeParseException _) {
            return time; // of a newer daemon
        }
    }
}
