package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Frames;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;
import switchd.daemon.lab.VmClient;
import tools.jackson.databind.json.JsonMapper;

/// Real output has the fields and types that `docs/json.md` lists, and no others.
@NeedsLab
@Timeout(120)
final class JsonIT {
    private static final String MAC = "02:00:00:00:1c:01";
    private static final String OTHER = "02:00:00:00:1c:02";

    @Test
    void theDocumentationIsTrue() throws Exception {
        JsonDocs docs = JsonDocs.read();
        try (Lab lab = Lab.bridged()) {
            String control = lab.workspace().file("control.sock").toString();
            String socket = lab.workspace().file("web/net.sock").toString();
            Path config = lab.workspace().file("switchd.json");
            Files.writeString(
                    config,
                    """
                    {"networks": [{"name": "lan", "kind": "bridge", "bridge": "%s"}],
                     "ports": [{"name": "web", "mac": "%s", "socket": "%s", "ipGuard": ["10.77.0.64"],
                                "talkGroups": ["front"], "vlan": [0, 20], "guards": {"groupFrames": 1000}}]}
                    """
                            .formatted(Lab.BRIDGE, MAC, socket));
            DaemonProcess daemon =
                    DaemonProcess.start(lab, "--config", config.toString(), "--control", control);
            Client client = new Client(lab, control);
            DaemonProcess events = client.start("events", "--json");
            Await.until("events", Await.SHORT, () -> events.out().contains("started"));

            // Counts and drops in each direction: nobody is there yet for the first.
            lab.lan().tried(Await.SHORT, "ping", "-c", "1", "-W", "1", "10.77.0.77");
            try (VmClient vm = VmClient.vfkit(Path.of(socket))) {
                vm.send(Frames.sized(Frames.BROADCAST, OTHER, 60));
                vm.send(Frames.arpRequest(MAC, "10.77.0.64", Lab.LAN_ADDRESS));
                vm.await("an ARP reply", frame -> Frames.isArpReply(frame, Lab.LAN_ADDRESS));
                docs.check(client.json("switchd.status/1", "status"));
                docs.check(client.json("switchd.port/1", "port", "show", "web"));
                docs.check(client.json("switchd.ports/1", "port", "ls"));
                docs.check(client.json("switchd.networks/1", "network", "ls"));
                docs.check(client.json("switchd.network/1", "network", "show", "lan"));
                docs.check(client.json("switchd.reload/1", "reload"));
                docs.check(client.json("switchd.port/1", "port", "detach", "web"));
            }
            Await.until("the last event", Await.SHORT, () -> events.out().contains("detached"));
            List<String> lines = events.out().lines().toList();
            assertThat(lines).hasSizeGreaterThan(3);
            lines.forEach(line -> docs.check(JsonMapper.shared().readTree(line)));
            docs.check(client.json("switchd.stop/1", "stop"));
            assertThat(daemon.awaitEnd(Await.SHORT).status()).isZero();
        }
        docs.checkAllWasSeen();
    }
}
