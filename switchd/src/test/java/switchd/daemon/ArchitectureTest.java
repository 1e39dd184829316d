package switchd.daemon;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameStartingWith;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.File;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// The rules of the house that a compiler does not check, for the main classes of all modules.
final class ArchitectureTest {
    private static final List<String> NATIVE =
            List.of("switchd.posix..", "switchd.linux..", "switchd.darwin..");

    private static final Set<String> WALL_CLOCK =
            Set.of(
                    "java.lang.System.currentTimeMillis",
                    "java.time.Instant.now",
                    "java.time.InstantSource.system",
                    "java.time.Clock.systemUTC",
                    "java.time.Clock.systemDefaultZone",
                    "java.time.ZonedDateTime.now",
                    "java.time.OffsetDateTime.now",
                    "java.time.LocalDateTime.now");

    private static JavaClasses classes;

    /// By the folders that the reactor has built, as the modules' jars need not be there yet.
    @BeforeAll
    static void importClasses() throws IOException {
        Path root = Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent();
        try (Stream<Path> modules = Files.list(root)) {
            List<Path> built =
                    modules.filter(module -> !module.endsWith("bench"))
                            .map(module -> module.resolve("target/classes"))
                            .filter(Files::isDirectory)
                            .toList();
            classes = new ClassFileImporter().importPaths(built);
        }
        assertThat(classes.stream().map(type -> type.getPackageName()).distinct())
                .contains(
                        "switchd.core",
                        "switchd.posix",
                        "switchd.linux",
                        "switchd.attach",
                        "switchd.daemon",
                        "switchd.daemon.cli");
    }

    @Test
    void onlyDowncallsLinksNativeFunctions() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("switchd.posix.Downcalls")
                .should()
                .accessClassesThat()
                .areAssignableTo(SymbolLookup.class)
                .orShould()
                .callMethodWhere(target(owner(name(Linker.class.getName()))))
                .check(classes);
    }

    @Test
    void theCoreKnowsNoKernelAndNoSocket() {
        noClasses()
                .that()
                .resideInAPackage("switchd.core..")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage(NATIVE.toArray(String[]::new))
                                .or(resideInAPackage("switchd.attach.."))
                                .or(resideInAPackage("switchd.daemon..")))
                .check(classes);
    }

    /// Behind `switchd.libc` is a kernel that the JDK knows nothing of. The keeper of links is a
    /// process of its own, an address is read without asking anybody, `/proc` is Linux's alone, and
    /// what is in a directory is asked of the JDK only to find dead sockets in it.
    @Test
    void noFileOrSocketOfTheJdkIsUsedOnTheWayToTheKernel() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "switchd.core..",
                        "switchd.posix..",
                        "switchd.darwin..",
                        "switchd.bpf..",
                        "switchd.ndrv..",
                        "switchd.feth..",
                        "switchd.attach..",
                        "switchd.daemon.host..")
                .and()
                .resideOutsideOfPackage("switchd.attach.keeper..")
                .and()
                .doNotHaveFullyQualifiedName("switchd.posix.Downcalls")
                .and()
                .doNotHaveFullyQualifiedName("switchd.core.IpAddress")
                .and()
                .doNotHaveFullyQualifiedName("switchd.attach.DeadSockets")
                .and()
                .doNotHaveFullyQualifiedName("switchd.attach.TrustedPath")
                .and()
                .doNotHaveFullyQualifiedName("switchd.posix.SocketProcess")
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("java.net..", "java.nio.channels..", "java.nio.file..")
                                .or(assignableTo(File.class))
                                .or(assignableTo(FileInputStream.class))
                                .or(assignableTo(FileOutputStream.class))
                                .or(assignableTo(RandomAccessFile.class))
                                .or(assignableTo(ProcessHandle.class)))
                .check(classes);
    }

    @Test
    void onlyTheCommandsPrint() {
        noClasses()
                .that()
                .resideOutsideOfPackage("switchd.daemon.cli..")
                .should()
                .accessField(System.class, "out")
                .check(classes);
    }

    /// The schema and the manifest are ours alone; what a configuration holds is shown to people,
    /// too.
    @Test
    void jsonForOthersIsWrittenInOnePlace() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("switchd.daemon.words.JsonText")
                .and()
                .resideOutsideOfPackage("switchd.daemon.config..")
                .and()
                .doNotHaveFullyQualifiedName("switchd.daemon.service.Manifest")
                .should()
                .callMethodWhere(target(nameStartingWith("writeValue")))
                .orShould()
                .callMethodWhere(
                        target(owner(assignableTo(JsonNode.class))).and(target(name("toString"))))
                .check(classes);
    }

    @Test
    void nobodyLogsByJavaUtilLogging() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAPackage("java.util.logging.."))
                .check(classes);
    }

    @Test
    void noOtherProgramIsRunButByTheInstallationAndAsTheKeeper() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("switchd.daemon.service.Program")
                .and()
                .doNotHaveFullyQualifiedName("switchd.attach.keeper.KeeperLauncher")
                .should()
                .accessClassesThat()
                .belongToAnyOf(ProcessBuilder.class, Process.class)
                .orShould()
                .callMethod(Runtime.class, "exec", String.class)
                .orShould()
                .callMethod(Runtime.class, "exec", String[].class)
                .check(classes);
    }

    /// What waits or measures goes by a clock that nobody sets; times for readers are made here.
    @Test
    void nobodyElseAsksTheWallClock() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("switchd.daemon.Operations")
                .and()
                .doNotHaveFullyQualifiedName("switchd.daemon.log.Moment")
                .and()
                .doNotHaveFullyQualifiedName("switchd.daemon.capture.Captures")
                .and()
                .doNotHaveFullyQualifiedName("switchd.daemon.capture.PcapngWriter")
                .and()
                .doNotHaveFullyQualifiedName("switchd.daemon.selftest.Selftest")
                .and()
                .doNotHaveFullyQualifiedName("switchd.daemon.cli.TraceCommand")
                .and() // what passes from one process to the next has no other clock
                .doNotHaveFullyQualifiedName("switchd.attach.LinkKeeper")
                .and()
                .doNotHaveFullyQualifiedName("switchd.attach.KeptLinks")
                .should()
                .accessTargetWhere(
                        describe(
                                "the wall clock is asked",
                                access ->
                                        WALL_CLOCK.contains(
                                                access.getTargetOwner().getName()
                                                        + "."
                                                        + access.getTarget().getName())))
                .check(classes);
    }

    @Test
    void packagesFormNoCycles() {
        slices().matching("switchd.(**)").should().beFreeOfCycles().check(classes);
    }
}
