import org.jspecify.annotations.NullMarked;

/// The switch itself, without a kernel: ports, networks, the forwarding table, port policy, the
/// event loop, frame batches and counters, and the interfaces a host implements (poller, frame
/// source, frame sink, host).
///
/// Frames arrive in batches. The loop hears from its poller which descriptor is ready, the port's
/// source fills a batch in place, the network chooses a sink, and the sink sends the batch. Nothing
/// blocks, nothing is copied, nothing is allocated per frame.
///
/// This module makes no native call and holds no descriptor: what it needs of a kernel comes
/// through its interfaces, so that all of it runs in tests with fakes.
@NullMarked
module switchd.core {
    requires static transitive org.jspecify;

    exports switchd.core;
}
