package switchd.launchd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.dd.plist.NSDictionary;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.xml.sax.SAXParseException;

class LaunchdJobTest {
    private static final ControlSocket CONTROL =
            new ControlSocket("/var/run/switchd.sock", "admin", 80, 0660);

    private static final List<String> COMMAND =
            List.of("/Library/A & B/bin/java", "-XX:+UseSerialGC", "--config", "/etc/<odd>.json");

    @Test
    void everyKeyIsWhatLaunchdPlistSays() throws Exception {
        NSDictionary job =
                PlistFile.parse(new LaunchdJob(COMMAND, CONTROL, "/Library/Logs/s.log").plist());

        assertThat(PlistFile.value(job))
                .isEqualTo(
                        Map.ofEntries(
                                Map.entry("Label", "switchd.daemon"),
                                Map.entry("ProgramArguments", COMMAND),
                                Map.entry("RunAtLoad", true),
                                Map.entry("KeepAlive", Map.of("SuccessfulExit", false)),
                                Map.entry("ThrottleInterval", 5),
                                Map.entry("ExitTimeOut", 10),
                                Map.entry("ProcessType", "Interactive"),
                                Map.entry("StandardErrorPath", "/Library/Logs/s.log"),
                                Map.entry("AbandonProcessGroup", true),
                                Map.entry("SoftResourceLimits", Map.of("NumberOfFiles", 16384)),
                                Map.entry(
                                        "Sockets",
                                        Map.of(
                                                "control",
                                                Map.of(
                                                        "SockType", "stream",
                                                        "SockPathName", "/var/run/switchd.sock",
                                                        "SockPathOwner", 0,
                                                        "SockPathGroup", 80,
                                                        "SockPathMode", 432)))));
    }

    @Test
    void theDtdFindsWhatIsWrong() {
        String plist = new LaunchdJob(COMMAND, CONTROL, "/log").plist();
        assertThatThrownBy(() -> PlistFile.validate(plist.replace("<key>Label</key>", "")))
                .isInstanceOf(SAXParseException.class);
        assertThatThrownBy(() -> PlistFile.validate(plist.replace("<true/>", "<yes/>")))
                .isInstanceOf(SAXParseException.class);
    }
}
