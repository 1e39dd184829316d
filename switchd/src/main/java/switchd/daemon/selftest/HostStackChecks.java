package switchd.daemon.selftest;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import switchd.core.MacAddress;

/// Whether a VM and the host's own stack, which has an address on the bridge, reach each other.
final class HostStackChecks {
    private static final int SHORT = 98;
    private static final int LONG = Stage.MTU + IpFrame.HEADER;
    private static final String MEANING =
            "VMs and this host cannot talk to each other over the bridge; report it, with the"
                    + " firewall's settings";

    private final @Nullable Integer host;
    private @Nullable MacAddress hostMac;

    /// @param host the address on the bridge; null where the bed gives none
    private HostStackChecks(@Nullable Integer host) {
        this.host = host;
    }

    static List<Check> all(@Nullable Integer host) {
        HostStackChecks checks = new HostStackChecks(host);
        return List.of(
                new Check("host stack, ARP", MEANING, checks::arp),
                new Check("host stack, ping", MEANING, checks::ping));
    }

    private int address() throws CheckException {
        if (host == null) {
            throw CheckException.notRun("the host's stack has no address on this bridge");
        }
        return host;
    }

    private static int guest(int host) {
        return host + 1;
    }

    private String arp(Stage stage) throws Exception {
        int target = address();
        Vm vm = stage.one();
        vm.forget();
        vm.send(IpFrame.arpRequest(vm.mac(), guest(target), target));
        hostMac = await(vm, target, frame -> IpFrame.arpAnswer(frame, target));
        if (hostMac == null) {
            throw CheckException.failed(IpFrame.text(target) + " does not answer ARP");
        }
        return IpFrame.text(target) + " is " + hostMac;
    }

    private String ping(Stage stage) throws Exception {
        int target = address();
        MacAddress mac = hostMac;
        if (mac == null) {
            throw CheckException.notRun("without an answer to ARP");
        }
        Vm vm = stage.one();
        long start = System.nanoTime();
        ping(vm, mac, target, SHORT);
        long micros = (System.nanoTime() - start) / 1000;
        ping(vm, mac, target, LONG);
        return SHORT + " bytes in " + micros + " µs, " + LONG + " bytes";
    }

    private static void ping(Vm vm, MacAddress mac, int target, int length) throws Exception {
        byte[] request = IpFrame.echoRequest(mac, vm.mac(), target, guest(target), length, length);
        vm.forget();
        vm.send(request);
        if (await(vm, target, frame -> IpFrame.isEchoReply(frame, request) ? true : null) == null) {
            throw CheckException.failed(
                    "%s does not answer a ping of %d bytes"
                            .formatted(IpFrame.text(target), length));
        }
    }

    /// Meanwhile the host may want to know the VM's address.
    private static <T> @Nullable T await(Vm vm, int target, Function<byte[], @Nullable T> what)
            throws Exception {
        return vm.find(
                Vm.PATIENCE_MILLIS,
                frame -> {
                    byte[] reply = IpFrame.arpReply(frame, vm.mac(), guest(target));
                    if (reply != null) {
                        vm.post(reply);
                    }
                    return what.apply(frame);
                });
    }
}
