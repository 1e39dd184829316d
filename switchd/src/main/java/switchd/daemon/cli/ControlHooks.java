package switchd.daemon.cli;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import switchd.core.UsageException;
import switchd.daemon.Reload;
import switchd.daemon.config.Reloader;
import switchd.daemon.control.Control;

/// What control clients may have this process do.
///
/// @param reloader null where the daemon has no configuration file
/// @param forGood called before the end that an operator asked for
record ControlHooks(@Nullable Reloader reloader, Runnable forGood) implements Control.Hooks {
    /// What a daemon says that was not started from a file.
    static final String NO_FILE =
            "there is nothing to reload: networks and ports of this daemon were given by options:"
                    + " start it with --config";

    @Override
    public CompletableFuture<Reload.Result> reload(Runnable progress) throws UsageException {
        if (reloader == null) {
            throw new UsageException(NO_FILE);
        }
        return reloader.request(progress);
    }

    @Override
    public void stop() {
        forGood.run();
        // As a signal does. Not on this thread, which is waited for then.
        Thread.ofPlatform().name("switchd-stop").daemon().start(() -> System.exit(ExitStatus.OK));
    }
}
