package switchd.darwin;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.List;
import switchd.darwin.testkit.Abi;
import switchd.darwin.testkit.Profile;

/// `trace-*`: calls written down as bytes, one a line.
final class TraceReplay extends Replay {
    private static final HexFormat HEX = HexFormat.of();
    private static final long OUT = 0x4000_0000;
    private static final int BUFFER = 524288;

    /// Bytes that the trace shows of what a pointer leads to.
    private static final int POINTEE_SHOWN = 96;

    private final List<String> calls;

    TraceReplay(List<String> calls) {
        super(Profile.MACOS11);
        this.calls = calls;
    }

    @Override
    void run() {
        for (String call : calls) {
            String[] words = call.split(" ", -1);
            if (words[0].equals("echo")) {
                line("%s", call.substring("echo ".length()));
            } else if (!words[0].equals("#")) {
                make(words);
            }
        }
    }

    private void make(String[] words) {
        int[] numbers = new int[words.length];
        for (int i = 1; i < words.length; i++) {
            numbers[i] = words[i].matches("[0-9]{1,7}") ? Integer.parseInt(words[i]) : -1;
        }
        int fd = numbers.length > 1 ? numbers[1] : -1;
        switch (words[0]) {
            case "socket" -> answer(xnu.socket(numbers[1], numbers[2], numbers[3]), "");
            case "bpfopen" -> answer(open("/dev/bpf" + fd, 2), " /dev/bpf" + fd);
            case "fcntl" -> answer(xnu.fcntl(fd, numbers[2], numbers[3]), "");
            case "kqueue" -> answer(xnu.kqueue(), "");
            case "ioctl" -> ioctl(fd, words);
            case "bind" -> answer(xnu.bind(fd, bytes(words[2], 18), 18), "");
            case "connect" -> answer(xnu.connect(fd, bytes(words[2], 18), 18), "");
            case "writen" -> answer(write(fd, counted(words[3], numbers[2])), "");
            case "bpfread", "read" -> received(fd);
            case "kevent64" -> kevent(fd, words[2], Integer.parseInt(words[4]));
            case "poll" -> {} // the product does not poll
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    private void answer(long result, String data) {
        if (result < 0) {
            line("-1 %d %s%s", -result, errno(result), data);
        } else {
            line("%d 0 0%s", result, data);
        }
    }

    private MemorySegment bytes(String hex, int size) {
        MemorySegment memory = memory(size);
        byte[] bytes = HEX.parseHex(hex);
        MemorySegment.copy(bytes, 0, memory, JAVA_BYTE, 0, bytes.length);
        return memory;
    }

    /// What is given, and every further byte its own number.
    private static byte[] counted(String hex, int length) {
        byte[] bytes = new byte[length];
        byte[] first = HEX.parseHex(hex);
        for (int i = 0; i < length; i++) {
            bytes[i] = i < first.length ? first[i] : (byte) i;
        }
        return bytes;
    }

    private void ioctl(int fd, String[] words) {
        long request = Abi.constant(words[2]);
        int size = (int) (request >> 16 & 0x1fff);
        MemorySegment argument = bytes(words.length > 3 ? words[3] : "", size);
        String behind = "";
        MemorySegment pointee = MemorySegment.NULL;
        if (words.length > 4) {
            int mark = words[4].indexOf('=');
            String content = words[4].substring(mark + 1);
            pointee = bytes(content, content.length() / 2);
            int at = Integer.parseInt(words[4], 0, mark, 10);
            argument.set(JAVA_LONG_UNALIGNED, at, pointee.address());
        }
        int result = xnu.ioctl(fd, request, argument);
        if (pointee.byteSize() > 0) {
            behind = " " + HEX.formatHex(pointee.toArray(JAVA_BYTE), 0, POINTEE_SHOWN);
        }
        boolean answers = (request & OUT) != 0 && result == 0;
        String given = answers ? HEX.formatHex(argument.toArray(JAVA_BYTE)) : "-";
        answer(result, " " + given + behind);
    }

    private void received(int fd) {
        MemorySegment buffer = memory(BUFFER);
        long n = xnu.read(fd, buffer, 0, BUFFER);
        String data = n > 0 ? HEX.formatHex(buffer.asSlice(0, n).toArray(JAVA_BYTE)) : "-";
        answer(n, " " + data);
    }

    private void kevent(int kqueue, String changes, int millis) {
        boolean none = changes.equals("-");
        MemorySegment change = none ? MemorySegment.NULL : bytes(changes, 48);
        MemorySegment events = memory(8 * 48);
        int n = kevent(kqueue, change, none ? 0 : 1, events, millis);
        String data = n > 0 ? HEX.formatHex(events.asSlice(0, 48L * n).toArray(JAVA_BYTE)) : "-";
        answer(n, " " + data);
    }
}
