package switchd.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Every claim of docs/security.md names tests, and these are there.
final class SecurityDocsTest {
    private static final Pattern NAMED =
            Pattern.compile("`([A-Z]\\w*(?:Test|IT|Fuzz))(?:#(\\w+))?`");

    private static String text;
    private static Map<String, String> tests;

    @BeforeAll
    static void read() throws IOException {
        Path root =
                Objects.requireNonNull(
                        Path.of(System.getProperty("basedir", "")).toAbsolutePath().getParent());
        text = Files.readString(root.resolve("docs/security.md"));
        try (Stream<Path> modules = Files.list(root)) {
            tests =
                    modules.map(module -> module.resolve("src/test/java"))
                            .filter(Files::isDirectory)
                            .flatMap(SecurityDocsTest::sources)
                            .collect(
                                    Collectors.toMap(
                                            SecurityDocsTest::className,
                                            SecurityDocsTest::content,
                                            String::concat));
        }
    }

    private static Stream<Path> sources(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String className(Path file) {
        return file.getFileName().toString().replace(".java", "");
    }

    @Test
    void theTestsThatAreNamedAreThere() {
        List<MatchResult> named = NAMED.matcher(text).results().toList();
        assertThat(named).hasSizeGreaterThan(50);
        for (MatchResult name : named) {
            assertThat(tests).as(name.group()).containsKey(name.group(1));
            if (name.group(2) != null) {
                Pattern test =
                        Pattern.compile(
                                "@(Test|ParameterizedTest)\\b[^;]*void " + name.group(2) + "\\(");
                String source = tests.get(name.group(1));
                assertThat(test.matcher(source).find()).as(name.group()).isTrue();
            }
        }
    }

    @Test
    void everyClaimNamesATest() {
        List<String> claims =
                text.lines()
                        .dropWhile(line -> !line.endsWith("cannot | test |"))
                        .takeWhile(line -> !line.equals("## Environment"))
                        .filter(line -> line.startsWith("| "))
                        .filter(line -> !line.endsWith("cannot | test |"))
                        .toList();
        assertThat(claims).hasSizeGreaterThan(30).allMatch(line -> NAMED.matcher(line).find());
    }
}
