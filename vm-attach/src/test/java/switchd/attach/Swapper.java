package switchd.attach;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A process of another user that puts symbolic links in the place of files or directories, and
/// those back, as fast as it can: in Perl, which every Debian has.
final class Swapper implements AutoCloseable {
    private static final String SCRIPT =
            """
            $| = 1;
            my ($uid, $gid, @pairs) = @ARGV;
            $( = $gid; $) = "$gid $gid"; $< = $uid; $> = $uid;
            my $swaps = 0;
            $SIG{TERM} = sub { print "$swaps\n"; exit };
            print "up\n";
            while (1) {
              for (my $i = 0; $i < @pairs; $i += 2) {
                my ($path, $target) = ($pairs[$i], $pairs[$i + 1]);
                rename($path, "$path.away");
                symlink($target, $path) && $swaps++;
                unlink($path);
                rename("$path.away", $path);
              }
            }
            """;

    private final Process process;
    private final BufferedReader said;

    private Swapper(Process process) {
        this.process = process;
        said = process.inputReader(StandardCharsets.UTF_8);
    }

    /// Starts it.
    ///
    /// @param pairs a path, and where its link leads, and so on
    static Swapper start(int uid, int gid, Path... pairs) throws IOException {
        List<String> words = new ArrayList<>(List.of("perl", "-e", SCRIPT));
        words.addAll(List.of(Integer.toString(uid), Integer.toString(gid)));
        for (Path path : pairs) {
            words.add(path.toString());
        }
        Swapper swapper =
                new Swapper(
                        new ProcessBuilder(words)
                                .redirectError(ProcessBuilder.Redirect.INHERIT)
                                .start());
        String first = swapper.said.readLine();
        if (!"up".equals(first)) {
            swapper.close();
            throw new IOException("perl said " + first);
        }
        return swapper;
    }

    /// Ends it.
    ///
    /// @return how often a link was in the place of something
    int stop() throws IOException {
        process.toHandle().destroy(); // which leaves the streams open
        return Integer.parseInt(said.readLine());
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
