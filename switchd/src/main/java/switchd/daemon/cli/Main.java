package switchd.daemon.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import switchd.core.HostException;
import switchd.core.PermissionException;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.UsageException;
import switchd.daemon.host.Hosts;
import switchd.daemon.log.StderrLog;

/// Where the program begins.
public final class Main {
    private static final Logger LOG = System.getLogger("switchd.daemon");
    private static final long FLUSH_MILLIS = 500;

    private Main() {}

    /// Runs one command and ends the process with its exit status.
    ///
    /// @param args as typed
    public static void main(String[] args) {
        StderrLog.direct();
        Thread.setDefaultUncaughtExceptionHandler(Main::endOf);
        // System.out would hide that the reader of a pipe is gone.
        System.exit(run(new FileOutputStream(FileDescriptor.out), Hosts::confine, args));
    }

    /// A daemon of which a thread has failed only seems to run: whoever watches it starts it anew.
    private static void endOf(Thread thread, Throwable failure) {
        LOG.log(Level.ERROR, thread.getName() + " has failed, and the process ends", failure);
        StderrLog.flush(FLUSH_MILLIS);
        Runtime.getRuntime().halt(ExitStatus.SOFTWARE);
    }

    /// Runs one command, with all rights of this process.
    ///
    /// @param output takes what the command prints; an error there ends what prints on and on
    /// @param args as typed
    /// @return the exit status
    public static int run(OutputStream output, String... args) {
        return run(output, () -> {}, args);
    }

    private static int run(
            OutputStream output, SwitchdCommand.Confinement confinement, String... args) {
        PrintWriter out = new PrintWriter(output, true, UTF_8);
        CommandLine commandLine = commandLine(confinement, args);
        commandLine.setOut(out);
        int status;
        try {
            status = commandLine.execute(args);
        } catch (Error e) {
            // The handler below sees exceptions only, and other threads would keep the process.
            status = bug(e, commandLine.getErr());
        }
        out.flush();
        StderrLog.flush(FLUSH_MILLIS);
        return status;
    }

    /// The program with all its commands, with the exit statuses of sysexits.h.
    static CommandLine commandLine() {
        return commandLine(() -> {}, Commands.NAMES);
    }

    /// The program with the commands that a command line names. It is read once more, by the
    /// program with all of them, where they are to be listed, and where it is wrong: another may
    /// have been meant.
    static CommandLine commandLine(SwitchdCommand.Confinement confinement, String... args) {
        CommandLine few = commandLine(confinement, Commands.namedIn(args));
        few.setExecutionStrategy(parsed ->
                parsed.isUsageHelpRequested()
                        ? withAll(few, confinement, args)
                        : new CommandLine.RunLast().execute(parsed));
        few.setParameterExceptionHandler((_, _) -> withAll(few, confinement, args));
        return few;
    }

    private static int withAll(
            CommandLine few, SwitchdCommand.Confinement confinement, String... args) {
        return commandLine(confinement, Commands.NAMES)
                .setOut(few.getOut())
                .setErr(few.getErr())
                .execute(args);
    }

    private static CommandLine commandLine(
            SwitchdCommand.Confinement confinement, List<String> commands) {
        CommandLine commandLine = new CommandLine(new SwitchdCommand(confinement));
        Commands.add(commandLine, commands);
        commandLine.setUsageHelpAutoWidth(true);
        // An argument that begins with @ is an argument, not the name of a file.
        commandLine.setExpandAtFiles(false);
        @Nullable CommandLine run = commandLine.getSubcommands().get("run");
        if (run != null) {
            run.setStopAtPositional(true);
        }
        commandLine.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof SwitchdException known) {
                Complaint.tell(command, known.getMessage());
                return statusOf(known);
            }
            return bug(failure, command.getErr());
        });
        commandLine.setParameterExceptionHandler((mistake, args) -> {
            Complaint.tell(mistake.getCommandLine(), Complaint.of(mistake), args);
            return ExitStatus.USAGE;
        });
        HelpForm.apply(commandLine);
        return commandLine;
    }

    private static int bug(Throwable failure, PrintWriter err) {
        err.println("switchd: this is a bug, please report it:");
        failure.printStackTrace(err);
        err.flush();
        return ExitStatus.SOFTWARE;
    }

    private static int statusOf(SwitchdException failure) {
        return switch (failure) {
            case UsageException _ -> ExitStatus.USAGE;
            case HostException _ -> ExitStatus.UNAVAILABLE;
            case PermissionException _ -> ExitStatus.NO_PERMISSION;
            case SyscallException _ -> ExitStatus.UNAVAILABLE;
        };
    }
}
