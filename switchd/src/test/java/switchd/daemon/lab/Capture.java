package switchd.daemon.lab;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Records the frames that pass an interface (tcpdump), from the moment it is made.
///
/// To say what did *not* pass, end with a fence: a frame nobody else sends goes the same way last,
/// and when the capture has it, it has everything before it.
public final class Capture implements AutoCloseable {
    private static final AtomicLong FENCES = new AtomicLong(0x5177_0000_0000_0000L);

    private final Job tcpdump;
    private final Path file;

    private Capture(Job tcpdump, Path file) {
        this.tcpdump = tcpdump;
        this.file = file;
    }

    /// What arrives at the LAN's host, which hears all that reaches the LAN.
    ///
    /// @param filter a tcpdump expression, as `not tcp`, for what is worth recording; or nothing
    public static Capture onLan(Lab lab, String... filter) {
        return incoming(lab, lab.lan(), Lab.NIC, filter);
    }

    /// What an interface receives: what its own namespace sends is left out.
    public static Capture incoming(Lab lab, Namespace namespace, String nic, String... filter) {
        return start(lab, namespace, "in", nic, filter);
    }

    /// What an interface receives and sends.
    public static Capture all(Lab lab, Namespace namespace, String nic, String... filter) {
        return start(lab, namespace, "inout", nic, filter);
    }

    private static Capture start(
            Lab lab, Namespace namespace, String direction, String nic, String... filter) {
        Path file = lab.workspace().file("capture-" + FENCES.incrementAndGet() + ".pcap");
        // Written by root, packet by packet, each as soon as it is there, whole.
        String options = "-Z root -n -U --immediate-mode -s 0 -B 8192 -Q " + direction;
        String command = "tcpdump " + options + " -i " + nic + " -w " + file;
        if (filter.length > 0) {
            command +=
                    " ether proto "
                            + Frames.EXPERIMENT
                            + " or ( "
                            + String.join(" ", filter)
                            + " )";
        }
        String[] words = command.split(" ");
        return Cleanup.building(cleanup -> {
            Job job = cleanup.add(namespace.start(words));
            job.awaitOutput("listening on", Await.SHORT);
            return lab.add(new Capture(job, file));
        });
    }

    /// The frames recorded so far.
    public List<byte[]> frames() {
        return Pcap.read(file);
    }

    /// Waits for a frame that `wanted` accepts, and returns the first.
    public byte[] await(String what, Predicate<byte[]> wanted) {
        var found = new ArrayList<byte[]>();
        Await.until(
                what,
                Await.SHORT,
                () -> {
                    frames().stream().filter(wanted).findFirst().ifPresent(found::add);
                    return !found.isEmpty();
                });
        return found.getFirst();
    }

    /// Hands a broadcast from `mac` that has never been sent before to `sender`, waits until it is
    /// recorded, and returns the frames recorded before it.
    public List<byte[]> fence(String mac, Consumer<byte[]> sender) {
        byte[] payload = ByteBuffer.allocate(46).putLong(FENCES.incrementAndGet()).array();
        byte[] fence = Frames.ethernet(Frames.BROADCAST, mac, Frames.EXPERIMENT, payload);
        sender.accept(fence);
        await("the fence", frame -> Arrays.equals(frame, fence));
        return frames().stream().takeWhile(frame -> !Arrays.equals(frame, fence)).toList();
    }

    @Override
    public void close() {
        tcpdump.close();
    }
}
