package switchd.daemon.lab;

import static org.junit.jupiter.api.extension.ConditionEvaluationResult.enabled;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/// Decides for [NeedsLab].
final class NeedsLabCondition implements ExecutionCondition {
    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_SYS_ADMIN = 21;

    /// Every command a lab may start, and the Debian package it is in.
    private static final Map<String, String> PACKAGES =
            Map.ofEntries(
                    Map.entry("ip", "iproute2"),
                    Map.entry("ethtool", "ethtool"),
                    Map.entry("dnsmasq", "dnsmasq-base"),
                    Map.entry("tcpdump", "tcpdump"),
                    Map.entry("tshark", "tshark"),
                    Map.entry("busybox", "busybox-static"),
                    Map.entry("ping", "iputils-ping"),
                    Map.entry("perl", "perl-base"),
                    Map.entry("iperf3", "iperf3"),
                    Map.entry("setpriv", "util-linux"),
                    Map.entry("unshare", "util-linux"),
                    Map.entry("nsenter", "util-linux"),
                    Map.entry("systemd-analyze", "systemd"),
                    Map.entry("systemd-socket-activate", "systemd"),
                    Map.entry("systemd-sysusers", "systemd"),
                    Map.entry("linux.uml", "user-mode-linux"),
                    Map.entry("qemu-system-x86_64", "qemu-system-x86 ipxe-qemu"));

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String[] more =
                AnnotationSupport.findAnnotation(context.getElement(), NeedsLab.class)
                        .map(NeedsLab::value)
                        .orElse(new String[0]);
        Optional<String> obstacle = obstacle(more);
        if (obstacle.isPresent() && Boolean.getBoolean("switchd.lab.required")) {
            throw new IllegalStateException(obstacle.get());
        }
        return obstacle.map(ConditionEvaluationResult::disabled).orElse(enabled("a lab"));
    }

    private static Optional<String> obstacle(String... more) {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.of("needs Linux");
        }
        if (!mayMakeNetworks()) {
            return Optional.of("needs root with CAP_NET_ADMIN and CAP_SYS_ADMIN");
        }
        if (!Files.exists(Path.of("/dev/net/tun"))) {
            return Optional.of("needs /dev/net/tun");
        }
        return Stream.concat(
                        Stream.of("ip", "ethtool", "dnsmasq", "tcpdump", "busybox"),
                        Stream.of(more))
                .filter(command -> !isInstalled(command))
                .map(command ->
                        command
                                + " (apt-get install "
                                + PACKAGES.getOrDefault(command, command)
                                + ")")
                .reduce((one, other) -> one + ", " + other)
                .map(missing -> "needs " + missing);
    }

    private static boolean mayMakeNetworks() {
        try (Stream<String> status = Files.lines(Path.of("/proc/self/status"))) {
            long capabilities =
                    status.filter(line -> line.startsWith("CapEff:"))
                            .mapToLong(
                                    line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                            .sum();
            return (capabilities >> CAP_NET_ADMIN & capabilities >> CAP_SYS_ADMIN & 1) == 1;
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isInstalled(String command) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }
}
