package switchd.bpf;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import switchd.core.HostException;
import switchd.core.UsageException;
import switchd.posix.Downcalls;

/// Compiles the filter language of `pcap-filter(7)` to programs for Ethernet frames, by libpcap
/// itself: a library that macOS has and on Linux comes with tcpdump.
///
/// It may ask the resolver for names in a filter, so it is nothing for a loop's thread. One thread
/// at a time, as older versions ask for; with a large stack, as its optimizer goes as deep as a
/// filter has terms.
public final class Libpcap {
    private static final List<String> NAMES =
            List.of("libpcap.so.0.8", "libpcap.so.1", "libpcap.so", "/usr/lib/libpcap.A.dylib");

    private static final int LONGEST = 4096;
    private static final long STACK_BYTES = 64 << 20;
    private static final int ETHERNET = 1; // DLT_EN10MB
    private static final int OPTIMIZE = 1;
    private static final int NETMASK_UNKNOWN = -1;

    /// `struct bpf_program`, the same on both kernels: a length, a pointer to the instructions.
    private static final MemoryLayout PROGRAM =
            MemoryLayout.structLayout(JAVA_INT, MemoryLayout.paddingLayout(4), ADDRESS);

    private static final long INSTRUCTIONS = 8;
    private static final long INSTRUCTION_BYTES = 8;

    /// Far more than what is read of it.
    private static final AddressLayout POINTER_TO_PROGRAM =
            Downcalls.pointerTo(
                    MemoryLayout.sequenceLayout(
                            FrameFilter.LONGEST * INSTRUCTION_BYTES, JAVA_BYTE));

    private static final AddressLayout POINTER_TO_TEXT =
            Downcalls.pointerTo(MemoryLayout.sequenceLayout(256, JAVA_BYTE)); // PCAP_ERRBUF_SIZE

    private static @Nullable Libpcap loaded;

    private final MethodHandle openDead;
    private final MethodHandle compile;
    private final MethodHandle errorOf;
    private final MethodHandle freeCode;
    private final MethodHandle close;

    private Libpcap() throws HostException {
        openDead = link("pcap_open_dead", FunctionDescriptor.of(ADDRESS, JAVA_INT, JAVA_INT));
        compile =
                link(
                        "pcap_compile",
                        FunctionDescriptor.of(
                                JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT));
        errorOf = link("pcap_geterr", FunctionDescriptor.of(POINTER_TO_TEXT, ADDRESS));
        freeCode = link("pcap_freecode", FunctionDescriptor.ofVoid(ADDRESS));
        close = link("pcap_close", FunctionDescriptor.ofVoid(ADDRESS));
    }

    private static MethodHandle link(String name, FunctionDescriptor type) throws HostException {
        Optional<MethodHandle> function = Downcalls.linkFrom(NAMES, name, type);
        return function.orElseThrow(() ->
                new HostException(
                        "--filter needs libpcap, which is not here: install it (Debian: apt-get"
                                + " install libpcap0.8, Fedora: dnf install libpcap), or leave"
                                + " --filter out"));
    }

    /// Compiles `expression`, as `arp or port 67`.
    ///
    /// @param snaplen the bytes that the program keeps of a frame that is wanted
    /// @throws UsageException in libpcap's own words, where it is no filter
    /// @throws HostException where libpcap is not installed
    public static synchronized List<BpfInstruction> compile(String expression, int snaplen)
            throws UsageException, HostException {
        if (expression.indexOf('\0') >= 0 || expression.length() > LONGEST) {
            throw new UsageException(
                    "--filter: it has a NUL in it, or more than " + LONGEST + " characters");
        }
        Libpcap library = loaded;
        if (library == null) {
            library = new Libpcap();
            loaded = library;
        }
        Libpcap compiler = library;
        FutureTask<List<BpfInstruction>> work =
                new FutureTask<>(() -> compiler.compileBy(expression, snaplen));
        new Thread(null, work, "libpcap", STACK_BYTES).start();
        try {
            return work.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case UsageException wrong -> throw wrong;
                case HostException lacking -> throw lacking;
                case null, default -> throw new IllegalStateException(e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HostException("interrupted in pcap_compile");
        }
    }

    private List<BpfInstruction> compileBy(String expression, int snaplen)
            throws UsageException, HostException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment handle = (MemorySegment) openDead.invokeExact(ETHERNET, snaplen);
            if (handle.address() == 0) {
                throw new HostException("pcap_open_dead: out of memory");
            }
            try {
                MemorySegment program = arena.allocate(PROGRAM);
                MemorySegment text = arena.allocateFrom(expression);
                int result =
                        (int) compile.invokeExact(handle, program, text, OPTIMIZE, NETMASK_UNKNOWN);
                if (result != 0) {
                    MemorySegment error = (MemorySegment) errorOf.invokeExact(handle);
                    throw new UsageException(
                            "--filter: "
                                    + expression
                                    + ": "
                                    + error.getString(0, StandardCharsets.UTF_8)
                                    + "; pcap-filter(7) has the language");
                }
                try {
                    return instructions(program);
                } finally {
                    freeCode.invokeExact(program);
                }
            } finally {
                close.invokeExact(handle);
            }
        } catch (UsageException | HostException e) {
            throw e;
        } catch (Throwable t) {
            throw Downcalls.unexpected(t);
        }
    }

    private static List<BpfInstruction> instructions(MemorySegment program) throws UsageException {
        int length = program.get(JAVA_INT, 0);
        if (length > FrameFilter.LONGEST) {
            throw new UsageException(
                    "--filter: it takes "
                            + length
                            + " instructions, "
                            + FrameFilter.LONGEST
                            + " are allowed: make it shorter");
        }
        MemorySegment code = program.get(POINTER_TO_PROGRAM, INSTRUCTIONS);
        List<BpfInstruction> instructions = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            long at = i * INSTRUCTION_BYTES;
            instructions.add(
                    new BpfInstruction(
                            Short.toUnsignedInt(code.get(JAVA_SHORT, at)),
                            Byte.toUnsignedInt(code.get(JAVA_BYTE, at + 2)),
                            Byte.toUnsignedInt(code.get(JAVA_BYTE, at + 3)),
                            code.get(JAVA_INT, at + 4)));
        }
        return instructions;
    }
}
