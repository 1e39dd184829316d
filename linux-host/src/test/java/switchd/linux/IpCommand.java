package switchd.linux;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// iproute2 as somebody else who works on the interfaces, and as a judge of ours. It works in the
/// namespace of the thread that starts it.
final class IpCommand {
    private static final List<Path> PLACES = List.of(Path.of("/usr/sbin/ip"), Path.of("/sbin/ip"));

    private IpCommand() {}

    static String run(String arguments) throws Exception {
        Optional<Path> ip = PLACES.stream().filter(Files::isExecutable).findFirst();
        assumeTrue(ip.isPresent(), "no iproute2");
        List<String> command = new ArrayList<>(List.of(ip.get().toString()));
        command.addAll(List.of(arguments.split(" ", -1)));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
