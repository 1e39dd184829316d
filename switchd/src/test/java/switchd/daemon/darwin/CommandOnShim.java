package switchd.daemon.darwin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import switchd.core.SyscallException;
import switchd.daemon.cli.Main;
import switchd.daemon.lab.Await;
import switchd.daemon.lab.Frames;
import switchd.darwin.testkit.LibcShim;
import switchd.darwin.testkit.Profile;

/// The command itself, as a shell runs it, with its calls going through C to a kernel in memory. It
/// is stopped as by SIGTERM; what it has left then is looked at while it flushes its log, the last
/// that it does. Run in a JVM of its own by [DaemonThroughLibcTest].
final class CommandOnShim {
    private static final String ONE = "02:00:00:00:00:01";
    private static final String TWO = "02:00:00:00:00:02";
    private static final Pattern SOCKET = Pattern.compile("\"socket\":\"([^\"]+)\"");

    private static final Pattern FAULT = Pattern.compile("(\\w+)=(\\w+)");

    private CommandOnShim() {}

    /// @param arguments the user's number, what is to fail as `call=errno` pairs joined by commas
    ///   or `-`, and the command's arguments
    public static void main(String... arguments) throws Exception {
        Mac mac = new Mac(Profile.MACOS15);
        mac.process = mac.kernel.spawn(Integer.parseInt(arguments[0]));
        LibcShim shim = LibcShim.connect(mac.process);
        Matcher faults = FAULT.matcher(arguments[1]);
        while (faults.find()) {
            mac.process.faults().failEvery(faults.group(1), faults.group(2));
        }
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        PrintStream out = System.out;
        AtomicBoolean stopping = new AtomicBoolean();
        System.setErr(
                new Watched(
                        System.err,
                        () -> {
                            if (stopping.get()) {
                                out.println(left(mac, shim));
                                out.flush();
                            }
                        }));
        String[] command = new String[arguments.length - 2];
        System.arraycopy(arguments, 2, command, 0, command.length);
        Thread.ofPlatform().name("command").start(() -> System.exit(Main.run(printed, command)));

        Await.until("ports", Await.SHORT, () -> SOCKET.matcher(printed.toString(UTF_8)).find());
        out.println(printed.toString(UTF_8));
        Matcher sockets = SOCKET.matcher(printed.toString(UTF_8));
        String first = sockets.results().map(result -> result.group(1)).findFirst().orElseThrow();
        try (MacVm one = mac.vmAt(first);
                MacVm two = mac.vmAt(first.replace("/one/", "/two/"))) {
            byte[] hello = Frames.sized(Frames.BROADCAST, TWO, 60);
            two.send(hello);
            one.await(hello);
            byte[] across = Frames.sized(TWO, ONE, 1514);
            one.send(across);
            two.await(across);
            out.println("frames pass");
        }
        stopping.set(true);
        System.exit(0);
    }

    private static String left(Mac mac, LibcShim shim) {
        try {
            mac.checkNothingIsLeft();
            shim.check();
            return "nothing is left";
        } catch (SyscallException | AssertionError e) {
            return "left: " + e.getMessage();
        }
    }

    /// Does something whenever it is flushed.
    private static final class Watched extends PrintStream {
        private final Runnable whenFlushed;

        Watched(PrintStream behind, Runnable whenFlushed) {
            super(behind);
            this.whenFlushed = whenFlushed;
        }

        @Override
        public void flush() {
            super.flush();
            whenFlushed.run();
        }
    }
}
