package switchd.soak;

import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.VmClient;

/// What a run does to the daemon, its host and its neighbours. Each leaves the host whole.
enum FaultKind {
    TAP_OUT(
            "TAP taken out of the bridge",
            5,
            (site, _) -> site.ip("link set " + site.uplink("lan") + " nomaster")),
    TAP_DELETED("TAP deleted", 5, (site, _) -> site.ip("link del " + site.uplink("lan"))),
    BRIDGE_DOWN(
            "bridge down and up",
            5,
            (site, _) -> {
                site.ip("link set " + Lab.BRIDGE + " down");
                pause(1000);
                site.ip("link set " + Lab.BRIDGE + " up");
            }),
    BRIDGE_REMADE(
            "bridge deleted and made anew",
            10,
            (site, _) -> {
                site.ip("link del " + Lab.BRIDGE);
                pause(500);
                site.ip(
                        "link add "
                                + Lab.BRIDGE
                                + " type bridge stp_state 0 forward_delay 0 mcast_snooping 0",
                        "link set " + Lab.BRIDGE + " up",
                        "link set lan0 master " + Lab.BRIDGE,
                        "link set " + Site.PLUG + " master " + Lab.BRIDGE);
            }),
    MEMBER_OUT("the bridge loses its NIC", 5, (site, _) -> site.ip("link set lan0 nomaster")),
    NIC_UNPLUGGED(
            "NIC unplugged and plugged in",
            5,
            (site, _) -> {
                site.ip("link del " + Site.NIC);
                pause(500);
                site.plugIn();
            }),
    STOPPED(
            "SIGSTOP for 3 s",
            5,
            (site, _) -> {
                site.daemon().signal("STOP");
                pause(3000);
                site.daemon().signal("CONT");
            }),
    FLOOD("a VM floods with rubbish for 2 s", 5, FaultKind::flood),
    KILLED(
            "kill -9, started at once",
            60, // the start of a JVM on a machine that has much else to do
            (site, _) -> {
                site.daemon().kill();
                site.daemon().start();
            });

    private final String label;
    private final double bound;

    @SuppressWarnings("ImmutableEnumChecker") // it holds nothing
    private final Action action;

    @FunctionalInterface
    private interface Action {
        void happen(Site site, Random random) throws Exception;
    }

    FaultKind(String label, double bound, Action action) {
        this.label = label;
        this.bound = bound;
        this.action = action;
    }

    String label() {
        return label;
    }

    /// The most seconds from its end until all talk again.
    double bound() {
        return bound;
    }

    /// Has it happen; returns when the host is whole again, as far as that is others' to do.
    void happen(Site site, Random random) throws Exception {
        action.happen(site, random);
    }

    private static void flood(Site site, Random random) {
        try (VmClient bad = VmClient.vfkit(site.socket("bad"))) {
            long end = System.nanoTime() + 2_000_000_000L;
            while (System.nanoTime() < end) {
                byte[] rubbish = new byte[1 + random.nextInt(1600)];
                random.nextBytes(rubbish);
                for (int i = 0; i < 100; i++) {
                    bad.trySend(rubbish);
                }
            }
        }
    }

    private static void pause(long millis) {
        long end = System.nanoTime() + millis * 1_000_000;
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
