package switchd.daemon.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/// A web server on the LAN's host, port 80 (busybox).
public final class LanHttp implements AutoCloseable {
    /// The option of [Dnsmasq#start] that makes guests run `/boot.ipxe`.
    public static final String BOOT = "--dhcp-boot=http://" + Lab.LAN_ADDRESS + "/boot.ipxe";

    private final Lab lab;
    private final Job job;
    private final Path root;

    private LanHttp(Lab lab, Job job, Path root) {
        this.lab = lab;
        this.job = job;
        this.root = root;
    }

    /// Returns when it serves; closed with the lab.
    public static LanHttp start(Lab lab) {
        try {
            Path root = Files.createDirectories(lab.workspace().file("http"));
            String command = "busybox httpd -f -vv -p " + Lab.LAN_ADDRESS + ":80 -h " + root;
            var http = lab.add(new LanHttp(lab, lab.lan().start(command.split(" ")), root));
            Await.until(
                    "a web server on the LAN",
                    Await.SHORT,
                    () -> lab.lan().run("ss", "-Hltn").contains(Lab.LAN_ADDRESS + ":80"));
            return http;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Serves `text` at `/name`.
    public void publish(String name, String text) {
        try {
            Files.writeString(root.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Serves `size` random bytes at `/name`.
    public void publish(String name, int size) {
        try {
            var bytes = new byte[size];
            new Random(size).nextBytes(bytes);
            Files.write(root.resolve(name), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Serves `size` random bytes at `/big`, and at `/boot.ipxe` what makes a [QemuGuest] whose
    /// DHCP server names [#BOOT] fetch them: a TCP transfer with a VM that needs no disk.
    public void publishDownload(int size) {
        publish("big", size);
        publish("done", "done");
        publish(
                "boot.ipxe",
                """
                #!ipxe
                imgfetch http://%1$s/big || goto failed
                imgstat
                imgfetch http://%1$s/done || goto failed
                shell
                :failed
                imgfetch http://%1$s/failed ||
                """
                        .formatted(Lab.LAN_ADDRESS));
    }

    /// Waits until a guest has begun to fetch `/big`.
    public void awaitDownloadBegun(Duration timeout) {
        job.awaitOutput("url:/big$", timeout);
    }

    /// Waits until a guest says that it has fetched `/big` completely.
    public void awaitDownload(Duration timeout) {
        var end = job.awaitOutput("url:/(done|failed)$", timeout).group(1);
        if (!end.equals("done")) {
            throw new AssertionError("the guest could not fetch /big");
        }
    }

    /// How many TCP segments the LAN's host has had to send again.
    public long resentSegments() {
        String column = "/^Tcp: [0-9]/ {print $13}"; // RetransSegs
        return Long.parseLong(lab.lan().run("busybox", "awk", column, "/proc/net/snmp").strip());
    }

    public String log() {
        return job.output();
    }

    @Override
    public void close() {
        job.close();
    }
}
