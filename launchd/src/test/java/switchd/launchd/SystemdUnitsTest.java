package switchd.launchd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SystemdUnitsTest {
    private static final ControlSocket CONTROL =
            new ControlSocket("/run/switchd/control.sock", "switchd", 998, 0660);

    private static SystemdUnits units(String... command) {
        return new SystemdUnits(List.of(command), CONTROL, "/opt/switchd");
    }

    @Test
    void theServiceTellsWhenItIsReadyAndReloadsByASignal() {
        assertThat(units("/opt/java", "--config", "/etc/switchd.json").service().lines())
                .contains(
                        "Type=notify",
                        "NotifyAccess=main",
                        "ExecStart=/opt/java --config /etc/switchd.json",
                        "ExecReload=/bin/kill -HUP $MAINPID",
                        "Restart=on-failure",
                        "WatchdogSec=30",
                        "WatchdogSignal=SIGQUIT",
                        "Requires=switchd.socket",
                        "RuntimeDirectory=switchd",
                        "RuntimeDirectoryPreserve=yes",
                        "WantedBy=multi-user.target");
    }

    @Test
    void theServiceIsKeptFromWhatItDoesNotNeed() {
        assertThat(units("/opt/java").service().lines())
                .contains(
                        "NoNewPrivileges=yes",
                        "ProtectSystem=strict",
                        "ProtectProc=invisible",
                        "UMask=0077",
                        "ReadOnlyPaths=/opt/switchd",
                        "DevicePolicy=closed",
                        "DeviceAllow=/dev/net/tun rw",
                        "RestrictAddressFamilies=AF_UNIX AF_NETLINK AF_PACKET AF_INET AF_INET6",
                        "SystemCallFilter=@system-service landlock_create_ruleset"
                                + " landlock_add_rule landlock_restrict_self")
                .noneMatch(line -> line.startsWith("MemoryDenyWriteExecute"))
                .noneMatch(line -> line.startsWith("ProtectHome"))
                .noneMatch(line -> line.startsWith("PrivateTmp"));
    }

    @Test
    void theSocketIsTheGroups() {
        assertThat(units("/opt/java").socket().lines())
                .contains(
                        "ListenStream=/run/switchd/control.sock",
                        "FileDescriptorName=control",
                        "SocketUser=root",
                        "SocketGroup=switchd",
                        "SocketMode=0660",
                        "WantedBy=sockets.target");
        assertThat(units("/opt/java").sysusers()).isEqualTo("g switchd -\n");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "/a b, |\"/a b\"|",
                "100%, 100%%",
                "$HOME, $$HOME",
                "say \"x\", |\"say \\\"x\\\"\"|",
                "back\\slash, |\"back\\\\slash\"|",
                "it's, |\"it's\"|",
                "|;|, |\";\"|",
                "plain, plain"
            })
    void wordsAreReadBackAsTheyAre(String word, String written) {
        assertThat(units("/bin/java", word).service().lines())
                .contains("ExecStart=/bin/java " + written);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\nExecStartPre=/bin/sh", "\u007f"})
    void whatWouldForgeALineIsRefused(String word) {
        assertThatThrownBy(() -> units("/bin/java", word).service())
                .isInstanceOf(IllegalArgumentException.class);
    }
}
