package switchd.attach;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Path;

/// A VM's datagram socket in a process of another user, which does one thing for every line it
/// reads: in Perl, which every Debian has.
final class UserVm implements AutoCloseable {
    private static final String SCRIPT =
            """
            use Socket; $| = 1;
            my ($uid, $gid, $local, $server) = @ARGV;
            $( = $gid; $) = "$gid $gid"; $< = $uid; $> = $uid;
            sub done { print $_[0] ? "ok\n" : "$!\n" }
            while (<STDIN>) {
              chomp;
              if ($_ eq 'bind') {
                done(socket(S, AF_UNIX, SOCK_DGRAM, 0) && bind(S, pack_sockaddr_un($local))
                  && connect(S, pack_sockaddr_un($server)));
              } elsif ($_ eq 'send') {
                done(send(S, chr(255) x 6 . chr(2) . chr(0) x 53, 0));
              } elsif (/^move (.*)/) {
                # Its own file is gone, and somebody else's is in its place.
                done(rename($1, $local));
              } elsif ($_ eq 'receive') {
                my $in; recv(S, $in, 9000, 0); print length($in), "\n";
              }
            }
            """;

    private final Process process;
    private final Writer commands;
    private final BufferedReader answers;

    private UserVm(Process process) {
        this.process = process;
        this.commands = process.outputWriter(UTF_8);
        this.answers = process.inputReader(UTF_8);
    }

    static UserVm start(int uid, int gid, Path local, Path server) throws IOException {
        return new UserVm(
                new ProcessBuilder(
                                "perl",
                                "-e",
                                SCRIPT,
                                Integer.toString(uid),
                                Integer.toString(gid),
                                local.toString(),
                                server.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start());
    }

    long pid() {
        return process.pid();
    }

    void bindConnectAndWait() {
        expectOk("bind");
    }

    /// What binding and connecting fails with.
    String failure() {
        return ask("bind");
    }

    void send() {
        expectOk("send");
    }

    /// Sends, and puts another file in the place of its own.
    void sendAndMove(Path other) {
        send();
        expectOk("move " + other);
    }

    int receivedLength() {
        return Integer.parseInt(ask("receive"));
    }

    private void expectOk(String command) {
        String answer = ask(command);
        if (!answer.equals("ok")) {
            throw new AssertionError(command + ": " + answer);
        }
    }

    private String ask(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
            return String.valueOf(answers.readLine());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
