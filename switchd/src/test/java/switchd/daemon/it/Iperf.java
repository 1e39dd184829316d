package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import switchd.daemon.lab.Await;
import switchd.daemon.lab.Job;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.UmlGuest;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// TCP transfers between guests and the LAN's host (iperf3).
final class Iperf {
    private Iperf() {}

    /// What a transfer came to.
    ///
    /// @param sent bytes
    /// @param received bytes; what was still under way at the end is missing
    /// @param bitsPerSecond at the receiver
    record Result(long sent, long received, double bitsPerSecond) {
        double megabitsPerSecond() {
            return bitsPerSecond / 1e6;
        }
    }

    /// Starts a server on the LAN's host, which ends with the lab.
    static Job serve(Lab lab) {
        Job server = lab.lan().start("iperf3", "-s", "--forceflush");
        server.awaitOutput("listening", Await.SHORT);
        return server;
    }

    /// Starts a server in a guest.
    static void serve(UmlGuest guest) {
        guest.run("iperf3 -s --forceflush >/tmp/iperf 2>&1 &");
        Await.until(
                "iperf3 in a guest",
                Await.SHORT,
                () -> guest.run("cat /tmp/iperf").contains("listening"));
    }

    /// Has the guest send `megabytes` to the LAN's host.
    static Result toLan(UmlGuest guest, int megabytes) {
        return send(guest, Lab.LAN_ADDRESS, megabytes);
    }

    /// Has the guest send `megabytes` to a server.
    static Result send(UmlGuest guest, String address, int megabytes) {
        return read(guest.run(command(address, megabytes)));
    }

    /// Has the guest receive `megabytes` from the LAN's host.
    static Result toVm(UmlGuest guest, int megabytes) {
        return read(guest.run(command(Lab.LAN_ADDRESS, megabytes) + " -R"));
    }

    private static String command(String address, int megabytes) {
        return "iperf3 -J -n " + megabytes + "M -c " + address;
    }

    private static Result read(String json) {
        JsonNode report = JsonMapper.shared().readTree(json);
        assertThat(report.path("error").asString("")).as(json).isEmpty();
        JsonNode end = report.path("end");
        return new Result(
                end.path("sum_sent").path("bytes").asLong(),
                end.path("sum_received").path("bytes").asLong(),
                end.path("sum_received").path("bits_per_second").asDouble());
    }
}
