package switchd.daemon.service;

import java.util.List;
import java.util.Optional;
import switchd.core.HostException;
import switchd.core.Kernel;

/// The service manager of this system: what it wants to find, and how it is told.
interface Manager {
    /// That of a kernel.
    static Manager of(Layout layout) {
        return layout.kernel() == Kernel.LINUX ? new Systemd(layout) : new Launchd(layout);
    }

    /// Fails where it does not run this system.
    void check() throws HostException;

    /// The service's file that a package has brought; empty where none did.
    Optional<String> packaged();

    /// What it reads, for a service that runs this.
    ///
    /// @param command absolute path and arguments
    /// @param payload the folder that holds the program
    List<Step> files(List<String> command, String payload);

    /// What else is made by the steps of [#start] or by the service, in the manifest's form.
    List<Manifest.Entry> made(Manifest old) throws HostException;

    /// True where the service runs.
    boolean isRunning() throws HostException;

    /// What undoes the change of files in the end, where a later step fails.
    ///
    /// @param running whether it ran before
    List<Step> undoing(boolean running) throws HostException;

    /// What makes it start the service, now and whenever the machine starts.
    ///
    /// @param running whether it runs already
    List<Step> start(boolean running) throws HostException;

    /// What makes it read changed files, and leave a running service alone.
    List<Step> reread() throws HostException;

    /// What stops the service for good.
    ///
    /// @param running whether it runs
    List<Step> stop(boolean running) throws HostException;

    /// What is to be run when the files are gone.
    List<Step> removed() throws HostException;

    /// True where there is such a group.
    boolean hasGroup(String name) throws HostException;

    /// What removes a group.
    Step removeGroup(String name) throws HostException;

    /// How the operator sees what became of the service.
    String lookAt();
}
