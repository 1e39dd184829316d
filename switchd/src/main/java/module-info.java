import org.jspecify.annotations.NullMarked;

/// The daemon and its commands: command line, demo, self-test, and the one place that chooses the
/// host and puts the modules together.
///
/// `switchd-loop` owns poller, ports and networks, `main` starts and waits, `switchd-log` writes to
/// stderr. Start-up is undone in reverse order when a step fails, and at the end.
///
/// Makes no system call of its own; signals and standard streams come from the JDK.
@NullMarked
module switchd.daemon {
    requires switchd.core;
    requires switchd.posix;
    requires switchd.darwin;
    requires switchd.bpf;
    requires switchd.ndrv;
    requires switchd.feth;
    requires switchd.attach;
    requires switchd.linux;
    requires switchd.launchd;
    requires info.picocli;
    requires io.prometheus.metrics.model;
    requires io.prometheus.writer.text;
    requires org.newsclub.net.unix;
    requires jdk.unsupported;
    requires tools.jackson.databind;
    requires static transitive org.jspecify;

    opens switchd.daemon.capture to
            tools.jackson.databind;
    opens switchd.daemon.config to
            tools.jackson.databind;
    opens switchd.daemon to
            tools.jackson.databind;
    opens switchd.daemon.control to
            tools.jackson.databind;
    opens switchd.daemon.demo to
            tools.jackson.databind;
    opens switchd.daemon.doctor to
            tools.jackson.databind;
    opens switchd.daemon.selftest to
            tools.jackson.databind;
    opens switchd.daemon.service to
            tools.jackson.databind;
    opens switchd.daemon.cli to
            info.picocli,
            tools.jackson.databind;

    provides System.LoggerFinder with
            switchd.daemon.log.StderrLog;
}
