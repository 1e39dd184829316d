package switchd.bpf;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import switchd.core.HostException;
import switchd.core.InterfaceName;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.darwin.Darwin;
import switchd.darwin.DarwinConstants;
import switchd.darwin.InterfaceControl;
import switchd.darwin.Requests;
import switchd.darwin.Structs;
import switchd.posix.Fd;
import switchd.posix.PosixConstants;

/// A BPF device on an interface: what comes in there is read from it, what is written to it goes
/// out there. What went out does not come in again.
///
/// Nothing passes its filter until [BpfReader#accept] says what is wanted. Source: XNU
/// `bsd/net/bpf.c`, `bpfioctl`; the order of the steps is the one it demands.
public final class BpfDevice implements AutoCloseable {
    /// What every kernel since macOS 11 grants: some 340 full frames.
    private static final int BUFFER_BYTES = 512 << 10;

    /// How the interface of a device is used.
    public enum Use {
        /// The VM side of a feth pair: nobody else reads it.
        FETH,
        /// A NIC, which others use as well. It takes in every frame of its LAN.
        NIC
    }

    private final Darwin darwin;
    private final InterfaceName name;
    private final String path;
    private final Fd fd;
    private final List<String> missing = new ArrayList<>();
    private int bufferBytes;
    private boolean batches;

    private BpfDevice(Darwin darwin, InterfaceName name, BpfSearch found) {
        this.darwin = darwin;
        this.name = name;
        this.path = found.path();
        this.fd = found.fd();
    }

    /// Opens a device on `name`; reads do not block.
    ///
    /// @throws switchd.core.PermissionException where that takes root
    /// @throws HostException where all devices are busy, or the interface carries no Ethernet
    /// @throws SyscallException where the kernel refuses a step; nothing is left behind
    public static BpfDevice open(Darwin darwin, InterfaceName name, Use use)
            throws SwitchdException {
        try (Undo undo = new Undo()) {
            BpfDevice device = new BpfDevice(darwin, name, BpfSearch.run(darwin));
            undo.push(device::close);
            device.setUp(use);
            undo.keep();
            return device;
        }
    }

    private void setUp(Use use) throws SwitchdException {
        int result = darwin.fcntl(fd.number(), DarwinConstants.F_SETFL, PosixConstants.O_NONBLOCK);
        SyscallException.check("fcntl(" + path + ", F_SETFL, O_NONBLOCK)", result);
        control("BIOCSBLEN", Requests.BIOCSBLEN, BUFFER_BYTES);
        bufferBytes = control("BIOCGBLEN", Requests.BIOCGBLEN, 0);
        control("BIOCSSEESENT", Requests.BIOCSSEESENT, 0);
        control("BIOCIMMEDIATE", Requests.BIOCIMMEDIATE, 1);
        control("BIOCSHDRCMPLT", Requests.BIOCSHDRCMPLT, 1);
        // Before the interface: no frame slips in that nobody wants.
        load("BIOCSETF", Requests.BIOCSETF, PortFilter.nothing());
        bind();
        if (use == Use.NIC) {
            call("BIOCPROMISC", Requests.BIOCPROMISC, MemorySegment.NULL);
        }
        int linkType = linkType();
        if (linkType != DarwinConstants.DLT_EN10MB) {
            throw new HostException(
                    "%s carries no Ethernet frames (DLT %d): name a NIC that does"
                            .formatted(name, linkType));
        }
        improve(use);
    }

    private int linkType() throws SyscallException {
        return control("BIOCGDLT", Requests.BIOCGDLT, 0);
    }

    /// True while the interface is there that the device was opened on. When it has gone, the
    /// device is of no use, also where another interface has its name.
    public boolean isBound() {
        try {
            linkType();
            return true;
        } catch (SyscallException _) {
            return false;
        }
    }

    /// What newer kernels offer. The device works without.
    private void improve(Use use) {
        option("BIOCSHEADDROP", Requests.BIOCSHEADDROP);
        option("BIOCSNOTSTAMP", Requests.BIOCSNOTSTAMP);
        if (use == Use.FETH) {
            option("BIOCSDVRTIN", Requests.BIOCSDVRTIN);
        }
        batches = option("BIOCSBATCHWRITE", Requests.BIOCSBATCHWRITE);
    }

    private boolean option(String option, long request) {
        try {
            control(option, request, 1);
            return true;
        } catch (SyscallException e) {
            missing.add(e.getMessage());
            return false;
        }
    }

    private void bind() throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = arena.allocate(Structs.IFREQ);
            InterfaceControl.putName(request, 0, name);
            call("BIOCSETIF", Requests.BIOCSETIF, request);
        }
    }

    private int control(String text, long request, int value) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment argument = arena.allocateFrom(JAVA_INT, value);
            call(text, request, argument);
            return argument.get(JAVA_INT, 0);
        }
    }

    /// Loads a filter.
    void load(String text, long request, List<BpfInstruction> program) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            call(text, request, BpfProgram.encode(arena, program));
        }
    }

    /// Asks the device; an error names it.
    void call(String text, long request, MemorySegment argument) throws SyscallException {
        int result = darwin.ioctl(fd.number(), request, argument);
        if (result < 0) {
            throw new SyscallException("ioctl(" + text + ", " + path + ", " + name + ")", result);
        }
    }

    Darwin darwin() {
        return darwin;
    }

    /// The descriptor, for a system call or the poller only.
    int fd() {
        return fd.number();
    }

    /// The interface.
    public InterfaceName interfaceName() {
        return name;
    }

    /// The bytes that every read must ask for.
    int bufferBytes() {
        return bufferBytes;
    }

    /// True where one `write` takes several frames.
    public boolean batches() {
        return batches;
    }

    /// What this kernel does not offer of what makes the device faster: the calls that it refused.
    public List<String> missing() {
        return List.copyOf(missing);
    }

    /// Closing twice is no error.
    @Override
    public void close() {
        fd.close();
    }
}
