package switchd.daemon.selftest;

import java.util.List;
import org.jspecify.annotations.Nullable;
import switchd.core.InterfaceName;
import switchd.core.SyscallException;
import switchd.daemon.Daemon;
import switchd.daemon.PortSpec;
import switchd.daemon.Status;
import switchd.posix.Posix;

/// What is lost and comes back: VMs, places in the bridge, what dead daemons left behind.
final class LifeChecks {
    private static final long SILENCE_MILLIS = 300;
    private static final long RETRY_MILLIS = 50;
    private static final long PATIENCE_NANOS = 5_000_000_000L;
    private static final int PRIVATE = 0700;

    private LifeChecks() {}

    static List<Check> all() {
        return List.of(
                new Check(
                        "VM killed and attached again",
                        "a VM that ends or restarts loses its port until switchd is restarted;"
                                + " report it",
                        LifeChecks::attachAgain),
                new Check(
                        "bridge left and joined again",
                        "a port does not survive that somebody takes it out of the bridge and puts"
                                + " it back; report it",
                        LifeChecks::leaveAndJoin),
                new Check(
                        "stale socket taken over",
                        "after a crash a port's socket must be removed by hand; report it",
                        LifeChecks::staleSocket),
                new Check(
                        "leftover interfaces swept",
                        "after a crash interfaces stay behind and must be removed by hand; report"
                                + " it",
                        LifeChecks::leftovers));
    }

    private static String attachAgain(Stage stage) throws Exception {
        long start = System.nanoTime();
        stage.one().kill();
        while (stage.firstPort().state() == Status.State.ATTACHED) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw CheckException.failed("the end of the VM was not noticed within 5 s");
            }
            Thread.sleep(RETRY_MILLIS / 5);
        }
        long noticed = millisSince(start);
        stage.attachAgain();
        Vm one = stage.one();
        Vm lan = stage.lan();
        FrameChecks.pass(one, lan, FrameChecks.unicast(one, lan, 200));
        FrameChecks.pass(lan, one, FrameChecks.unicast(lan, one, 200));
        return "its end was noticed after " + noticed + " ms";
    }

    private static String leaveAndJoin(Stage stage) throws Exception {
        InterfaceName uplink = stage.uplink();
        Vm one = stage.one();
        Vm lan = stage.lan();
        stage.bed().leave(uplink);
        byte[] lost = FrameChecks.unicast(one, lan, 200);
        lan.forget();
        one.send(lost);
        if (lan.find(SILENCE_MILLIS, frame -> TestFrame.is(frame, lost) ? true : null) != null) {
            stage.bed().join(uplink);
            throw CheckException.failed(uplink + " is out of the bridge, but frames still flow");
        }
        if (stage.firstPort().state() == Status.State.UPLINK_LOST) {
            // Where the kernel tells of it, a lost uplink is given up and does not come back.
            stage.reopenFirstPort();
            Vm again = stage.one();
            FrameChecks.pass(again, lan, FrameChecks.unicast(again, lan, 200));
            FrameChecks.pass(lan, again, FrameChecks.unicast(lan, again, 200));
            return uplink + ", told as lost; frames again from the port opened anew";
        }
        stage.bed().join(uplink);
        long start = System.nanoTime();
        while (!flows(one, lan) || !flows(lan, one)) {
            if (System.nanoTime() - start > PATIENCE_NANOS) {
                throw CheckException.failed(
                        uplink
                                + " is in the bridge again, but no frames flow after 5 s; the"
                                + " port's state is "
                                + stage.firstPort().state().label());
            }
        }
        return uplink + ", frames after " + millisSince(start) + " ms";
    }

    private static boolean flows(Vm from, Vm to) throws Exception {
        byte[] frame = FrameChecks.unicast(from, to, 200);
        to.forget();
        from.send(frame);
        return to.find(RETRY_MILLIS, seen -> TestFrame.is(seen, frame) ? true : null) != null;
    }

    private static String staleSocket(Stage stage) throws Exception {
        String name = stage.prefix() + "-4";
        String base = Stage.directoryOf(Stage.directoryOf(Stage.socketOf(stage.firstPort())));
        String directory = base + "/" + name;
        String socket = directory + "/net.sock";
        SyscallException.check(
                "mkdir(" + directory + ")",
                stage.onPath(directory, (posix, path) -> posix.mkdir(path, PRIVATE)));
        stage.atEnd(() -> stage.onPath(directory, Posix::rmdir));
        stage.openVm("dead", Stage.address(4), socket).kill();

        Daemon near = stage.near();
        near.addPort(stage.autoPort(4));
        Vm vm = stage.openVm("four", Stage.address(4), directory + "/vm.sock");
        vm.attach(socket);
        FrameChecks.pass(vm, stage.lan(), FrameChecks.unicast(vm, stage.lan(), 200));
        vm.close();
        near.removePort(name);
        return socket;
    }

    private static String leftovers(Stage stage) throws Exception {
        TestBed.@Nullable Leftover leftover = stage.bed().leaveInterfaces();
        if (leftover == null) {
            throw CheckException.notRun("interfaces do not outlive their daemon on this system");
        }
        PortSpec port = stage.autoPort(5);
        try (Daemon _ = stage.startDaemon(List.of(port))) {
            long start = System.nanoTime();
            while (!leftover.isGone()) {
                if (System.nanoTime() - start > PATIENCE_NANOS) {
                    throw CheckException.failed(
                            leftover.name() + " is still there 5 s after the next daemon's start");
                }
                Thread.sleep(RETRY_MILLIS);
            }
        }
        return leftover.name();
    }

    private static long millisSince(long start) {
        return (System.nanoTime() - start) / 1_000_000;
    }
}
