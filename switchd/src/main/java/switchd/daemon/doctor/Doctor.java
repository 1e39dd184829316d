package switchd.daemon.doctor;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import switchd.core.Kernel;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import switchd.daemon.Version;
import switchd.darwin.NativeDarwin;
import switchd.linux.NativeLinux;

/// Runs the checks, one after the other.
public final class Doctor {
    private Doctor() {}

    /// Looks at this host.
    ///
    /// @param control a daemon's control socket; null for that of the configuration, else the usual
    ///   one
    /// @param config the configuration's file; null for the usual one
    /// @throws SwitchdException where the kernel gives no socket to ask by
    public static Report examine(@Nullable Path control, @Nullable Path config)
            throws SwitchdException {
        try (Arena arena = Arena.ofConfined();
                Facts facts = facts(arena)) {
            return examine(facts, SetupReader.read(control, config));
        }
    }

    private static Facts facts(Arena arena) throws SwitchdException {
        return switch (Kernel.current()) {
            case LINUX -> new LinuxFacts(new NativeLinux(arena), LinuxFiles.ofHost());
            case DARWIN -> DarwinFacts.open(new NativeDarwin(arena));
        };
    }

    static Report examine(Facts facts, Setup given) {
        Setup setup = withBridgesInUse(facts, given);
        List<Finding> findings = new ArrayList<>();
        for (Check check : checks(facts, setup)) {
            findings.addAll(run(check));
        }
        return new Report(Version.current(), setup.source(), List.copyOf(findings));
    }

    /// Where nobody tells of networks, those are looked at that ports of some switchd are on.
    private static Setup withBridgesInUse(Facts facts, Setup setup) {
        if (!setup.networks().isEmpty()) {
            return setup;
        }
        try {
            return setup.on(
                    facts.users().values().stream()
                            .flatMap(Set::stream)
                            .distinct()
                            .sorted()
                            .toList());
        } catch (SwitchdException _) {
            return setup; // the checks tell
        }
    }

    private static List<Check> checks(Facts facts, Setup setup) {
        List<Check> checks = new ArrayList<>();
        checks.add(new JavaCheck());
        checks.add(new DaemonCheck(facts, setup));
        checks.add(new ConfigCheck(setup));
        checks.add(new PathsCheck(facts, setup));
        checks.add(new BridgeCheck(facts, setup));
        checks.add(new InterfaceCheck(facts, setup));
        checks.addAll(facts.checks(setup));
        checks.add(new SocketsCheck(facts, setup));
        checks.add(new LeftoverCheck(facts));
        checks.add(new MacCheck(facts, setup));
        checks.add(new PortsCheck(setup));
        return checks;
    }

    /// What cannot be looked at keeps no other check from running.
    private static List<Finding> run(Check check) {
        try {
            return check.run();
        } catch (SwitchdException e) {
            Findings findings = new Findings(check.name());
            if (e instanceof PermissionException) {
                findings.needsRoot(null);
            } else {
                findings.unchecked(null, "not checked: " + e.getMessage(), null);
            }
            return findings.list();
        }
    }
}
