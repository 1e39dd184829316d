package switchd.daemon.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;
import switchd.core.Direction;
import switchd.core.DropCause;

/// Writes a capture as Wireshark and tcpdump read it: pcapng (draft-ietf-opsawg-pcapng), one
/// interface that is named after the port, times in nanoseconds.
///
/// The direction is told as the port sees it: `inbound` has come from its VM, `outbound` goes
/// there. A comment on each frame says so in this program's words, and why it was dropped.
public final class PcapngWriter implements CaptureOutput.Format {
    private static final int SECTION_HEADER = 0x0a0d0d0a;
    private static final int BYTE_ORDER = 0x1a2b3c4d;
    private static final int INTERFACE = 1;
    private static final int STATISTICS = 5;
    private static final int PACKET = 6;
    private static final int ETHERNET = 1; // LINKTYPE_ETHERNET
    private static final byte NANOSECONDS = 9;

    private static final int COMMENT = 1;
    private static final int INBOUND = 1;
    private static final int OUTBOUND = 2;
    private static final int MOST_OPTIONS = 8192;

    private final OutputStream out;
    private final ByteBuffer block =
            ByteBuffer.allocate(CaptureRecord.LONGEST_FRAME + MOST_OPTIONS)
                    .order(ByteOrder.LITTLE_ENDIAN);
    private long frames;
    private long lost;
    private long unseen;
    private long first;
    private long last;

    /// @param out is not closed here; a buffered one
    public PcapngWriter(OutputStream out) {
        this.out = out;
    }

    /// What a file says of itself.
    ///
    /// @param hardware the machine, as `aarch64`
    /// @param system the kernel and its version
    /// @param application and its version
    /// @param port the port's name
    /// @param description of the port, in a few words
    /// @param filter in libpcap's language, or null
    /// @param snaplen the most bytes of a frame
    public record Origin(
            String hardware,
            String system,
            String application,
            String port,
            String description,
            @Nullable String filter,
            int snaplen) {}

    /// Begins the file.
    ///
    /// @throws IOException where it cannot be written
    public void begin(Origin origin) throws IOException {
        start(SECTION_HEADER);
        block.putInt(BYTE_ORDER).putShort((short) 1).putShort((short) 0).putLong(-1);
        text(2, origin.hardware());
        text(3, origin.system());
        text(4, origin.application());
        endBlock();
        start(INTERFACE);
        block.putShort((short) ETHERNET).putShort((short) 0).putInt(origin.snaplen());
        text(2, origin.port());
        text(3, origin.description());
        option(9, NANOSECONDS);
        if (origin.filter() != null) {
            text(11, "\0" + origin.filter()); // 0: a string for libpcap
        }
        text(12, origin.system());
        endBlock();
    }

    @Override
    public void add(CaptureRecord captured) throws IOException {
        first = first == 0 ? captured.time() : first;
        last = captured.time();
        switch (captured.kind()) {
            case LOST -> lost += captured.count();
            case UNSEEN -> unseen += captured.count();
            case FRAME -> {
                frames++;
                lost += captured.count();
                packet(captured);
            }
        }
    }

    private void packet(CaptureRecord captured) throws IOException {
        start(PACKET);
        block.putInt(0).putInt((int) (captured.time() >>> 32)).putInt((int) captured.time());
        block.putInt(captured.frame().length).putInt(captured.length());
        block.put(captured.frame());
        pad();
        text(COMMENT, comment(captured.direction(), captured.cause()));
        boolean fromVm = captured.direction() == Direction.TO_LAN;
        block.putShort((short) 2).putShort((short) 4).putInt(fromVm ? INBOUND : OUTBOUND);
        if (captured.count() > 0) {
            block.putShort((short) 4).putShort((short) 8).putLong(captured.count());
        }
        endBlock();
    }

    /// `toLan`, `toVm: dropped: vmFull`.
    static String comment(Direction direction, @Nullable DropCause cause) {
        return cause == null
                ? direction.label()
                : direction.label() + ": dropped: " + cause.label();
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    /// Ends the file with the sums.
    @Override
    public void end() throws IOException {
        long now = last == 0 ? System.currentTimeMillis() * 1_000_000 : last;
        start(STATISTICS);
        block.putInt(0);
        time(now);
        block.putShort((short) 2).putShort((short) 8);
        time(first == 0 ? now : first);
        block.putShort((short) 3).putShort((short) 8);
        time(now);
        number(4, frames + lost + unseen);
        number(5, lost);
        number(6, frames + lost);
        number(7, unseen);
        number(8, frames);
        endBlock();
        out.flush();
    }

    private void time(long nanos) {
        block.putInt((int) (nanos >>> 32)).putInt((int) nanos);
    }

    private void number(int code, long value) {
        block.putShort((short) code).putShort((short) 8).putLong(value);
    }

    private void text(int code, String value) {
        byte[] bytes = value.getBytes(UTF_8);
        if (bytes.length <= MOST_OPTIONS / 2) {
            option(code, bytes);
        }
    }

    private void option(int code, byte... value) {
        block.putShort((short) code).putShort((short) value.length).put(value);
        pad();
    }

    private void pad() {
        while (block.position() % 4 != 0) {
            block.put((byte) 0);
        }
    }

    private void start(int type) {
        block.clear().putInt(type).putInt(0);
    }

    private void endBlock() throws IOException {
        block.putInt(0); // opt_endofopt
        int length = block.position() + 4;
        block.putInt(length).putInt(4, length);
        out.write(block.array(), 0, length);
    }
}
