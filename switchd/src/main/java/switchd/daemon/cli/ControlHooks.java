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
record ControlHooks(@Nullable Reloader reloader) implements Control.Hooks {
    @Override
    public CompletableFuture<Reload.Result> reload() throws UsageException {
        if (reloader == null) {
            throw new UsageException(
                    "there is nothing to reload: networks and ports of this daemon were given by"
                            + " options: start it with --config");
        }
        return reloader.request();
    }

    @Override
    public void stop() {
        // As a signal does. Not on this thread, which is waited for then.
        Thread.ofPlatform().name("switchd-stop").daemon().start(() -> System.exit(ExitStatus.OK));
    }
}
