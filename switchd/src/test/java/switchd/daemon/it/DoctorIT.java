package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.NeedsLab;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `switchd doctor` on hosts that are really broken. Each cure is what it names itself, typed as it
/// stands.
@NeedsLab("setpriv")
@Timeout(120)
final class DoctorIT {
    private static final String MAC = "02:00:00:00:1d:01";
    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid", "nobody", "--regid", "65534", "--clear-groups");

    private final Lab lab = Lab.bridged();
    private Path config = Path.of("");

    @BeforeEach
    void writeConfig() throws Exception {
        config = lab.workspace().file("switchd.json");
        Files.writeString(
                config,
                """
                {"networks": [{"name": "lan", "kind": "bridge", "bridge": "br0"}],
                 "ports": [{"name": "web", "network": "lan", "mac": "%s"}]}
                """
                        .formatted(MAC));
    }

    @AfterEach
    void removeLab() {
        lab.close();
    }

    /// What `doctor --json` says.
    private record Diagnosis(int status, JsonNode json) {
        /// What it finds by this check of this subject, the worst first.
        List<JsonNode> of(String check, String subject) {
            List<JsonNode> found = new ArrayList<>();
            for (JsonNode finding : json.path("findings")) {
                if (finding.path("check").asString().equals(check)
                        && finding.path("subject").asString("").equals(subject)) {
                    found.add(finding);
                }
            }
            return found;
        }

        JsonNode one(String check, String subject) {
            List<JsonNode> found = of(check, subject);
            assertThat(found).as(json.toPrettyString()).hasSize(1);
            return found.getFirst();
        }
    }

    private String[] doctor(String... more) {
        List<String> words =
                new ArrayList<>(
                        List.of(
                                "doctor",
                                "--config",
                                config.toString(),
                                "--control",
                                lab.workspace().file("control.sock").toString()));
        words.addAll(List.of(more));
        return words.toArray(String[]::new);
    }

    private Diagnosis diagnosis() {
        DaemonProcess.Ended ended = DaemonProcess.run(lab, doctor("--json"));
        assertThat(ended.err()).isEmpty();
        JsonNode json = JsonMapper.shared().readTree(ended.out());
        assertThat(json.path("schema").asString()).isEqualTo("switchd.doctor/1");
        int expected =
                switch (json.path("result").asString()) {
                    case "pass" -> 0;
                    case "warn" -> 1;
                    default -> 2;
                };
        assertThat(ended.status()).isEqualTo(expected);
        return new Diagnosis(ended.status(), json);
    }

    /// Types a cure.
    private void cure(JsonNode finding) {
        lab.host().run("sh", "-c", finding.path("cure").asString().replace("sudo ", ""));
    }

    private void ip(String words) {
        lab.host().run(("ip " + words).split(" "));
    }

    private static void assertLevel(JsonNode finding, String level) {
        assertThat(finding.path("level").asString()).as(finding.toString()).isEqualTo(level);
    }

    @Test
    void aHealthyBridgePasses() {
        Diagnosis healthy = diagnosis();
        assertLevel(healthy.one("bridge", "br0"), "pass");
        assertLevel(healthy.one("interface", "lan0"), "pass");
        assertLevel(healthy.one("stp", "br0"), "pass");
        assertLevel(healthy.one("tun", "/dev/net/tun"), "pass");
        assertLevel(healthy.one("capabilities", ""), "pass");
        assertLevel(healthy.one("java", ""), "pass");
        assertLevel(healthy.one("config", config.toString()), "pass");
        assertLevel(healthy.one("mac", ""), "pass");
        assertLevel(healthy.one("leftovers", ""), "pass");
        assertThat(healthy.json().path("source").asString()).isEqualTo(config.toString());
    }

    @Test
    void aBrokenBridgeIsToldAndCured() {
        ip("link set lan0 down");
        ip("link set br0 down");
        ip("link set lan0 mtu 1400");
        Diagnosis broken = diagnosis();
        assertThat(broken.status()).isEqualTo(2);
        List<JsonNode> findings = broken.of("bridge", "br0");
        assertThat(findings)
                .extracting(finding -> finding.path("text").asString())
                .anyMatch(text -> text.startsWith("it is down"))
                .anyMatch(text -> text.startsWith("its member lan0 is down"));
        findings.forEach(this::cure);
        Diagnosis cured = diagnosis();
        List<JsonNode> left = cured.of("bridge", "br0");
        left.forEach(this::cure); // the MTU, where the bridge did not follow its member
        assertLevel(diagnosis().one("bridge", "br0"), "pass");
    }

    @Test
    void aMissingBridgeIsMadeByItsCure() {
        ip("link delete br0");
        JsonNode missing = diagnosis().one("bridge", "br0");
        assertLevel(missing, "fail");
        assertThat(missing.path("text").asString()).contains("there is no bridge br0");
        cure(missing);
        JsonNode empty = diagnosis().one("bridge", "br0");
        assertLevel(empty, "warn");
        assertThat(empty.path("text").asString()).contains("no NIC is a member");
        lab.host()
                .run(
                        "sh",
                        "-c",
                        empty.path("cure").asString().replace("sudo ", "").replace("NIC", "lan0"));
        assertLevel(diagnosis().one("bridge", "br0"), "pass");
    }

    @Test
    void theSpanningTreeIsToldAndCured() {
        ip("link set br0 type bridge stp_state 1");
        JsonNode slow = diagnosis().one("stp", "br0");
        assertLevel(slow, "warn");
        cure(slow);
        assertLevel(diagnosis().one("stp", "br0"), "pass");
    }

    @Test
    void anAddressThatTheLanHasTooIsTold() {
        lab.lan().run("ip", "link", "set", Lab.NIC, "address", MAC);
        lab.lan().tried(Duration.ofSeconds(5), "arping", "-c", "1", "10.77.0.77");
        lab.lan().tried(Duration.ofSeconds(5), "ping", "-c", "1", "-W", "1", "10.77.0.77");
        JsonNode twice = diagnosis().one("mac", MAC);
        assertLevel(twice, "warn");
        assertThat(twice.path("text").asString()).contains("seen at lan0");
        ip("link set lan0 address " + MAC);
        assertThat(diagnosis().of("mac", MAC))
                .extracting(finding -> finding.path("text").asString())
                .anyMatch(text -> text.contains("this host's lan0"));
    }

    @Test
    void aTapThatNobodyHoldsIsALeftover() {
        ip("tuntap add dev swtap77 mode tap");
        JsonNode left = diagnosis().one("leftovers", "swtap77");
        assertLevel(left, "warn");
        cure(left);
        assertLevel(diagnosis().one("leftovers", ""), "pass");
        assertThat(lab.host().interfaces()).doesNotContain("swtap77");
    }

    @Test
    void twoDaemonsOnOneBridgeAreTold() {
        try (DaemonProcess one = bridged("one");
                DaemonProcess two = bridged("two")) {
            Diagnosis both = diagnosis();
            JsonNode found = both.one("daemon", "br0");
            assertLevel(found, "warn");
            assertThat(found.path("cure").asString())
                    .contains(Long.toString(one.pid()), Long.toString(two.pid()));
            // Their TAPs are in use.
            assertLevel(both.one("leftovers", ""), "pass");
        }
    }

    private DaemonProcess bridged(String name) {
        return DaemonProcess.start(
                lab,
                "--bridge",
                Lab.BRIDGE,
                "--socket",
                lab.workspace().file(name + "/net.sock").toString(),
                "--control",
                lab.workspace().file(name + "-control.sock").toString());
    }

    @Test
    void aBrokenConfigurationAndTheEnvironmentAreTold() throws Exception {
        Files.writeString(config, "{\"networks\": [],\n \"prots\": []}\n");
        JsonNode config1 = diagnosis().one("config", config.toString());
        assertLevel(config1, "fail");
        assertThat(config1.path("text").asString()).contains(":2", "prots", "ports");

        List<String> command = new ArrayList<>(DaemonProcess.java(DaemonProcess.image()));
        command.addAll(List.of(doctor()));
        Job job = lab.host().start(command, Map.of("JDK_JAVA_OPTIONS", "-Dx=y", "NO_COLOR", "1"));
        job.awaitExit(Duration.ofSeconds(30));
        assertThat(job.output())
                .contains("java JDK_JAVA_OPTIONS: ", "unset JDK_JAVA_OPTIONS")
                .doesNotContain("\u001b");
    }

    @Test
    void withoutRootItSaysWhatItCouldNotSee() throws Exception {
        Path image = lab.workspace().file("lib"); // a checkout may be in a private place
        lab.host().run("cp", "-r", DaemonProcess.image().toString(), image.toString());
        lab.host().run("chmod", "-R", "a+rX", lab.workspace().path().toString());
        DaemonProcess.Ended ended = DaemonProcess.runBy(lab, AS_NOBODY, image, doctor("--json"));
        Diagnosis diagnosis =
                new Diagnosis(ended.status(), JsonMapper.shared().readTree(ended.out()));
        assertThat(diagnosis.one("capabilities", "").path("text").asString())
                .isEqualTo("not checked: run with sudo");
        assertLevel(diagnosis.one("bridge", "br0"), "pass");
    }
}
