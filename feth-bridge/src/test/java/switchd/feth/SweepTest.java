package switchd.feth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import switchd.core.InterfaceName;
import switchd.core.Undo;
import switchd.darwin.testkit.FakeXnu;
import switchd.posix.FileStatus;

final class SweepTest {
    private static final String ENTRY = Mac.JOURNAL + "/";

    /// What a killed switchd leaves: a bridge and a pair in it.
    private static FakeXnu crash(Mac mac) throws Exception {
        FakeXnu victim = mac.darwin.spawn(0);
        OwnInterfaces own = OwnInterfaces.open(victim, Mac.JOURNAL, mac.warnings::add);
        FethPair.open(own, Bridge.openOrCreate(own, Mac.BRIDGE), 1500);
        victim.kill9();
        return victim;
    }

    @Test
    void whatAKilledSwitchdLeftIsRemoved() throws Exception {
        try (Mac mac = Mac.boot()) {
            List<String> before = mac.interfaces();
            FakeXnu victim = crash(mac);
            assertThat(mac.journal()).hasSize(3);
            assertThat(Sweep.leftovers(mac.own)).hasSize(3);
            assertThat(mac.journal()).hasSize(3);
            assertThat(Sweep.run(mac.own))
                    .hasSize(3)
                    .allMatch(text -> text.startsWith("removed "))
                    .allMatch(text -> text.contains("process " + victim.pid()));
            assertThat(mac.interfaces()).isEqualTo(before);
            assertThat(mac.journal()).isEmpty();
            assertThat(Sweep.run(mac.own)).isEmpty();
        }
    }

    @Test
    void aRunningSwitchdKeepsItsOwn() throws Exception {
        try (Mac mac = Mac.boot();
                Mac running = mac.again()) {
            try (Bridge bridge = Bridge.openOrCreate(running.own, Mac.BRIDGE);
                    FethPair pair = FethPair.open(running.own, bridge, 1500)) {
                assertThat(Sweep.leftovers(mac.own)).isEmpty();
                assertThat(Sweep.run(mac.own)).isEmpty();
                assertThat(mac.interfaces())
                        .contains("bridge1", pair.vmSide().value(), pair.bridgeSide().value());
            }
        }
    }

    @Test
    void whatBearsOurOwnNumberWasLeftByAFormerProcess() throws Exception {
        try (Mac mac = Mac.boot()) {
            InterfaceName feth = mac.root.create("feth");
            mac.root.describe(feth, "switchd pid " + mac.darwin.pid() + ", VM side");
            journalled(mac, feth, mac.darwin.pid() + "\n");
            assertThat(Sweep.run(mac.own)).singleElement().asString().startsWith("removed ");
            assertThat(mac.interfaces()).doesNotContain(feth.value());
        }
    }

    @Test
    void whatThisProcessHasMadeElsewhereStays() throws Exception {
        try (Mac mac = Mac.boot();
                OwnInterfaces second = OwnInterfaces.open(mac.darwin, Mac.JOURNAL, _ -> {});
                Bridge bridge = Bridge.openOrCreate(mac.own, Mac.BRIDGE);
                FethPair pair = FethPair.open(mac.own, bridge, 1500)) {
            assertThat(Sweep.run(second)).isEmpty();
            assertThat(mac.interfaces()).contains("bridge1", pair.vmSide().value());
        }
    }

    @Test
    void interfacesOfOthersAreNotTouched() throws Exception {
        try (Mac mac = Mac.boot()) {
            crash(mac);
            mac.root.create("feth100");
            mac.root.create("feth9999");
            mac.root.create("bridge100");
            mac.root.describe(mac.root.create("feth200"), "ZeroTier");
            journalled(mac, new InterfaceName("feth100"), "4711\n");
            Sweep.run(mac.own);
            assertThat(mac.interfaces()).contains("feth100", "feth200", "feth9999", "bridge100");
        }
    }

    @Test
    void aMarkWithoutAnEntryIsOnlyReported() throws Exception {
        try (Mac mac = Mac.boot()) {
            InterfaceName feth = mac.root.create("feth");
            mac.root.describe(feth, "switchd pid 4711, VM side");
            assertThat(Sweep.run(mac.own))
                    .singleElement()
                    .asString()
                    .contains("process 4711", "left alone", "sudo ifconfig feth0 destroy");
            journalled(mac, feth, "4712\n");
            assertThat(Sweep.run(mac.own)).singleElement().asString().contains("left alone");
            assertThat(mac.interfaces()).contains(feth.value());
        }
    }

    @Test
    void aMarkThatIsNotOursIsNone() throws Exception {
        try (Mac mac = Mac.boot()) {
            InterfaceName feth = mac.root.create("feth");
            journalled(mac, feth, "4711\n");
            for (String text :
                    List.of("switchd", "switchd pid 0", "switchd pid -1", "xswitchd pid 4711")) {
                mac.root.describe(feth, text);
                assertThat(Sweep.run(mac.own)).as(text).isEmpty();
            }
            assertThat(mac.interfaces()).contains(feth.value());
        }
    }

    @Test
    void aJournalThatOthersMayHaveWrittenIsNotBelieved() throws Exception {
        try (Mac mac = Mac.boot()) {
            InterfaceName feth = mac.root.create("feth");
            mac.root.describe(feth, "switchd pid 4711, VM side");
            journalled(mac, feth, "4711\n");
            mac.darwin.files().change(ENTRY + feth, 501, 0600);
            assertLeft(mac, feth);
            mac.darwin.files().change(ENTRY + feth, 0, 0666);
            assertLeft(mac, feth);
            mac.darwin.files().change(ENTRY + feth, 0, 0600);
            mac.darwin.files().change(Mac.JOURNAL, 0, 0777);
            assertLeft(mac, feth);
            mac.darwin.files().change(Mac.JOURNAL, 501, 0700);
            assertLeft(mac, feth);
            mac.darwin.files().change(Mac.JOURNAL, 0, 0700);
            mac.darwin.files().change("/var/run/switchd", 0, 0775);
            assertLeft(mac, feth);
            mac.darwin.files().change("/var/run/switchd", 501, 0755);
            assertLeft(mac, feth);
            mac.darwin.files().change("/var/run/switchd", 0, 0755);
            for (String text : List.of("", "4711", "0\n", "-1\n", "4711 \n", "99999999999\n")) {
                mac.darwin.files().write(ENTRY + feth, text);
                assertLeft(mac, feth);
            }
            mac.darwin.files().remove(ENTRY + feth);
            mac.darwin.files().write("/tmp/entry", "4711\n");
            mac.darwin.files().link(ENTRY + feth, "/tmp/entry");
            assertLeft(mac, feth);
        }
    }

    private static void assertLeft(Mac mac, InterfaceName name) throws Exception {
        assertThat(Sweep.run(mac.own)).singleElement().asString().contains("left alone");
        assertThat(mac.interfaces()).contains(name.value());
    }

    @Test
    void whatCannotBeRemovedIsToldAndTriedAgain() throws Exception {
        try (Mac mac = Mac.boot()) {
            crash(mac);
            mac.darwin.faults().failNext("SIOCIFDESTROY", "EBUSY");
            assertThat(Sweep.run(mac.own))
                    .hasSize(3)
                    .filteredOn(text -> text.contains("SIOCIFDESTROY"))
                    .singleElement()
                    .asString()
                    .contains("was left alone", "EBUSY (16)");
            assertThat(Sweep.run(mac.own)).hasSize(1);
            assertThat(mac.journal()).isEmpty();
        }
    }

    @Test
    void aJournalThatCannotBeWrittenIsAWarning() throws Exception {
        try (Mac mac = Mac.boot();
                Undo undo = new Undo()) {
            mac.darwin.files().makeDirectory("/var/run/switchd", 0, 0, 0755);
            mac.darwin.files().makeDirectory(Mac.JOURNAL, 501, 20, 0777);
            mac.own.create(undo, "feth", "test");
            assertThat(mac.warnings)
                    .singleElement()
                    .asString()
                    .contains("after a crash", Mac.JOURNAL + " is not private to user 0");
            assertThat(mac.journal()).isEmpty();
        }
    }

    /// A user's mask that takes all from others is no reason to shut them out of their sockets'
    /// directories.
    @Test
    void theUpperDirectoryIsOpenToAll() throws Exception {
        try (Mac mac = Mac.boot();
                Undo undo = new Undo()) {
            mac.darwin.umask(077);
            mac.own.create(undo, "feth", "test");
            FileStatus upper = FileStatus.of(mac.darwin, "/var/run/switchd");
            assertThat(upper).isNotNull();
            assertThat(upper.mode() & 0777).isEqualTo(0755);
            assertThat(mac.darwin.umask(0)).isEqualTo(077);
        }
    }

    private static void journalled(Mac mac, InterfaceName name, String text) {
        if (!mac.darwin.files().exists(Mac.JOURNAL)) {
            mac.darwin.files().makeDirectory("/var/run/switchd", 0, 0, 0755);
            mac.darwin.files().makeDirectory(Mac.JOURNAL, 0, 0, 0700);
        }
        mac.darwin.files().write(ENTRY + name, text);
        mac.darwin.files().change(ENTRY + name, 0, 0600);
    }
}
