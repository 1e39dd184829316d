package switchd.core;

import java.util.List;

/// Writes down what it hears, then does what the test wants.
final class LoggingHandler implements EventHandler {
    /// Work of a handler.
    interface Work {
        void run() throws SyscallException;
    }

    private final List<String> log;
    private final String name;
    private final Work work;

    LoggingHandler(List<String> log, String name) {
        this(log, name, () -> {});
    }

    LoggingHandler(List<String> log, String name, Work work) {
        this.log = log;
        this.name = name;
        this.work = work;
    }

    @Override
    public void ready(boolean readable, boolean writable) throws SyscallException {
        log.add(name + " " + (readable ? "r" : "") + (writable ? "w" : ""));
        work.run();
    }

    @Override
    public void failed(Exception cause) {
        log.add(name + " failed: " + cause.getMessage());
    }
}
