package switchd.daemon.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import switchd.core.HostException;
import switchd.core.InterfaceName;
import switchd.core.MacAddress;
import switchd.daemon.doctor.Finding.Level;
import switchd.daemon.host.DarwinHost;
import switchd.darwin.InterfaceControl;
import switchd.darwin.testkit.FakeXnu;
import switchd.darwin.testkit.Profile;
import switchd.feth.Bridge;
import switchd.feth.FethPair;
import switchd.feth.OwnInterfaces;
import tools.jackson.databind.json.JsonMapper;

/// The checks on a macOS kernel in memory.
final class DoctorOnMacTest {
    private static final InterfaceName BRIDGE = new InterfaceName("bridge1");

    private static Setup setup(String mac) {
        return new Setup(
                "test",
                "/var/run/switchd",
                "/var/run/switchd/control.sock",
                null,
                null,
                null,
                new HostException("nobody listens"),
                List.of(new Setup.Net("lan", BRIDGE, true, false)),
                List.of(new Setup.Place("web", MacAddress.parse(mac), List.of())));
    }

    private static List<Finding> examine(FakeXnu process, String mac) throws Exception {
        try (DarwinFacts facts = DarwinFacts.open(process)) {
            Report report = Doctor.examine(facts, setup(mac));
            assertThat(JsonMapper.shared().writeValueAsString(report)).contains("switchd.doctor/1");
            return report.findings();
        }
    }

    private static List<Finding> examine(FakeXnu process) throws Exception {
        return examine(process, "02:00:00:00:00:77");
    }

    private static Finding one(List<Finding> findings, String check, String subject) {
        List<Finding> found =
                findings.stream()
                        .filter(finding -> finding.check().equals(check))
                        .filter(finding -> subject.equals(finding.subject()))
                        .toList();
        assertThat(found).as(findings.toString()).hasSize(1);
        return found.getFirst();
    }

    private static Finding only(List<Finding> findings, String check) {
        List<Finding> found =
                findings.stream().filter(finding -> finding.check().equals(check)).toList();
        assertThat(found).as(findings.toString()).hasSize(1);
        return found.getFirst();
    }

    private static void sysctl(FakeXnu process, String name, int value) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocateFrom(ValueLayout.JAVA_INT, value);
            assertThat(
                            process.sysctlbyname(
                                    arena.allocateFrom(name),
                                    MemorySegment.NULL,
                                    MemorySegment.NULL,
                                    number,
                                    Integer.BYTES))
                    .isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void bridgesAreLookedAt(Profile profile) throws Exception {
        FakeXnu kernel = FakeXnu.boot(profile);
        FakeXnu process = kernel.spawn(0);
        assertThat(one(examine(process), "bridge", "bridge1").cure())
                .isEqualTo("sudo ifconfig bridge1 create && sudo ifconfig bridge1 up");
        OwnInterfaces owner = OwnInterfaces.open(kernel.spawn(0), "/var/run/o/i", _ -> {});
        InterfaceControl control = owner.control();
        control.create("bridge1");
        assertThat(examine(process))
                .filteredOn(found -> found.check().equals("bridge"))
                .extracting(Finding::level)
                .containsExactly(Level.FAIL, Level.WARN); // down, and nobody in it
        control.setUp(BRIDGE);
        Bridge bridge = Bridge.open(owner, BRIDGE);
        bridge.add(new InterfaceName("en0"));
        bridge.add(new InterfaceName("en1"));
        List<Finding> findings = examine(process);
        assertThat(one(findings, "bridge", "bridge1").level()).isEqualTo(Level.PASS);
        assertThat(one(findings, "interface", "en0").level()).isEqualTo(Level.PASS);
        assertThat(one(findings, "interface", "en1").text()).contains("MAC-NAT is on");
        String mac = address(process, new InterfaceName("en0"));
        assertThat(one(examine(process, mac), "mac", mac).text()).contains("this host's en0");
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void settingsAndDevicesAreLookedAt(Profile profile) throws Exception {
        FakeXnu kernel = FakeXnu.boot(profile);
        FakeXnu process = kernel.spawn(0);
        assertThat(only(examine(process), "feth").level()).isEqualTo(Level.PASS);
        assertThat(only(examine(process), "bpf").text()).startsWith("/dev/bpf0 is free");
        sysctl(process, "net.link.fake.hwcsum", 1);
        assertThat(only(examine(process), "feth").cure())
                .isEqualTo("sudo sysctl net.link.fake.hwcsum=0");
        List<Integer> taken = new ArrayList<>();
        try (Arena arena = Arena.ofConfined()) {
            for (int i = 0; i < 3; i++) {
                int fd = process.open(arena.allocateFrom("/dev/bpf" + i), 2);
                assertThat(fd).isNotNegative();
                taken.add(fd);
            }
            assertThat(only(examine(process), "bpf").text()).startsWith("/dev/bpf3 is free");
        }
        taken.forEach(process::close);
        FakeXnu user = kernel.spawn(501);
        assertThat(only(examine(user), "bpf").level()).isEqualTo(Level.UNCHECKED);
        assertThat(user.descriptors()).isZero();
        assertThat(process.descriptors()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Profile.class)
    void leftoversAndOtherDaemonsAreTold(Profile profile) throws Exception {
        FakeXnu kernel = FakeXnu.boot(profile);
        FakeXnu process = kernel.spawn(0);
        FakeXnu victim = kernel.spawn(0);
        FakeXnu living = kernel.spawn(0);
        OwnInterfaces own = OwnInterfaces.open(victim, DarwinHost.JOURNAL, _ -> {});
        Bridge bridge = Bridge.openOrCreate(own, BRIDGE);
        FethPair left = FethPair.open(own, bridge, 1500);
        OwnInterfaces others = OwnInterfaces.open(living, DarwinHost.JOURNAL, _ -> {});
        FethPair used = FethPair.open(others, Bridge.open(others, BRIDGE), 1500);
        List<Finding> both = examine(process);
        assertThat(only(both, "leftovers").level()).isEqualTo(Level.PASS);
        assertThat(one(both, "daemon", "bridge1").cure())
                .isEqualTo("ps -o pid,user,args -p " + victim.pid() + "," + living.pid());
        victim.kill9();
        List<Finding> after = examine(process);
        assertThat(after)
                .filteredOn(found -> found.check().equals("leftovers"))
                .extracting(Finding::subject)
                .containsExactlyInAnyOrder(
                        "bridge1", left.vmSide().value(), left.bridgeSide().value())
                .doesNotContain(used.vmSide().value());
        assertThat(after)
                .noneMatch(found ->
                        "bridge1".equals(found.subject()) && found.check().equals("daemon"));
    }

    private static String address(FakeXnu process, InterfaceName name) throws Exception {
        try (DarwinFacts facts = DarwinFacts.open(process)) {
            return facts.interfaces().stream()
                    .filter(found -> found.name().equals(name))
                    .findFirst()
                    .flatMap(HostInterface::address)
                    .orElseThrow()
                    .toString();
        }
    }
}
