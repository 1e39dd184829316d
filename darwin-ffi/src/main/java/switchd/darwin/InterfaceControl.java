package switchd.darwin;

import static java.lang.foreign.ValueLayout.ADDRESS_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.charset.StandardCharsets.UTF_8;
import static switchd.darwin.Structs.IFDRV;
import static switchd.darwin.Structs.IFREQ;
import static switchd.darwin.Structs.IF_DESCREQ;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import switchd.core.Errno;
import switchd.core.InterfaceKind;
import switchd.core.InterfaceName;
import switchd.core.LanMember;
import switchd.core.SyscallException;
import switchd.posix.Fd;
import switchd.posix.PosixConstants;

/// What `ifconfig` does: makes, changes and removes interfaces, by `ioctl` on a socket that is
/// there for nothing else.
///
/// Source: XNU `bsd/net/if.c`. Asking is free; making, changing and removing take root: EPERM.
public final class InterfaceControl implements AutoCloseable {
    private static final long UNION = Structs.offset(IFREQ, "ifr_ifru");
    private static final long FAMILY = Structs.offset(IFREQ, "ifr_ifru", "ifru_type", "ift_family");
    private static final long SUBFAMILY =
            Structs.offset(IFREQ, "ifr_ifru", "ifru_type", "ift_subfamily");
    private static final long DESCRIPTION_LENGTH = Structs.offset(IF_DESCREQ, "ifdr_len");
    private static final long DESCRIPTION = Structs.offset(IF_DESCREQ, "ifdr_desc");
    private static final long DESCRIPTION_BYTES = IF_DESCREQ.byteSize() - DESCRIPTION;

    private static final long FAMILY_AT = Structs.offset(Structs.SOCKADDR_IN, "sin_family");
    private static final long ADDRESS_AT = Structs.offset(Structs.SOCKADDR_IN, "sin_addr");
    private static final ValueLayout.OfInt NUMBER = JAVA_INT_UNALIGNED.withOrder(BIG_ENDIAN);

    private final Darwin darwin;
    private final Fd socket;

    private InterfaceControl(Darwin darwin, Fd socket) {
        this.darwin = darwin;
        this.socket = socket;
    }

    /// What kind of interface one is.
    ///
    /// @param type as in `bsd/net/if_types.h`, like `IFT_ETHER`
    /// @param family who made it, like `IFRTYPE_FAMILY_ETHERNET`
    /// @param subfamily what of that family, like `IFRTYPE_SUBFAMILY_WIFI`
    public record Type(int type, int family, int subfamily) {
        /// In the place of a type where this kernel does not tell; it is nothing's.
        public static final int NOT_TOLD = 0;

        /// What that is; a NIC where this kernel does not tell.
        ///
        /// @param name macOS 11 and 12 have no subfamily for vmnet, and none ever had one for feths
        public InterfaceKind kind(InterfaceName name) {
            return switch (type) {
                case DarwinConstants.IFT_L2VLAN -> InterfaceKind.VLAN;
                case DarwinConstants.IFT_IEEE8023ADLAG -> InterfaceKind.BOND;
                case DarwinConstants.IFT_BRIDGE -> InterfaceKind.BRIDGE;
                case DarwinConstants.IFT_ETHER, NOT_TOLD -> ofEthernet(name.value());
                default -> InterfaceKind.OTHER;
            };
        }

        private InterfaceKind ofEthernet(String name) {
            if (subfamily == DarwinConstants.IFRTYPE_SUBFAMILY_WIFI) {
                return InterfaceKind.WIFI;
            }
            if (subfamily == DarwinConstants.IFRTYPE_SUBFAMILY_VMNET || name.startsWith("vmenet")) {
                return InterfaceKind.VMENET;
            }
            return name.startsWith("feth") ? InterfaceKind.FETH : InterfaceKind.ETHERNET;
        }
    }

    /// @throws SyscallException where the kernel gives no socket
    public static InterfaceControl open(Darwin darwin) throws SyscallException {
        int fd = darwin.socket(DarwinConstants.AF_INET, PosixConstants.SOCK_DGRAM, 0);
        Fd socket = new Fd(darwin, (int) SyscallException.check("socket(AF_INET)", fd));
        int result = darwin.fcntl(fd, PosixConstants.F_SETFD, PosixConstants.FD_CLOEXEC);
        if (result < 0) {
            socket.close();
            throw new SyscallException("fcntl(AF_INET, F_SETFD, FD_CLOEXEC)", result);
        }
        return new InterfaceControl(darwin, socket);
    }

    /// Makes an interface.
    ///
    /// @param name of a kind, like `feth`: the kernel picks the lowest free number; or in full,
    ///   like `bridge7`
    /// @return its name in full
    /// @throws SyscallException EEXIST where it is there already, EBUSY while one of that name is
    ///   being removed, EPERM without root
    public InterfaceName create(String name) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = request(arena, name);
            call("SIOCIFCREATE2", Requests.SIOCIFCREATE2, request, name);
            return new InterfaceName(request.getString(0, UTF_8));
        }
    }

    /// Removes an interface. The kernel does so some time after it has said yes.
    ///
    /// @throws SyscallException ENXIO where there is none
    public void destroy(InterfaceName name) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = request(arena, name.value());
            call("SIOCIFDESTROY", Requests.SIOCIFDESTROY, request, name.value());
        }
    }

    /// The `IFF_` bits.
    public int flags(InterfaceName name) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            return flags(request(arena, name.value()), name);
        }
    }

    private int flags(MemorySegment request, InterfaceName name) throws SyscallException {
        call("SIOCGIFFLAGS", Requests.SIOCGIFFLAGS, request, name.value());
        return Short.toUnsignedInt(request.get(JAVA_SHORT, UNION));
    }

    /// Switches it on, and leaves the other bits.
    public void setUp(InterfaceName name) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = request(arena, name.value());
            int flags = flags(request, name);
            request.set(JAVA_SHORT, UNION, (short) (flags | DarwinConstants.IFF_UP));
            call("SIOCSIFFLAGS", Requests.SIOCSIFFLAGS, request, name + ", up");
        }
    }

    /// Bytes of payload that a frame carries there.
    public int mtu(InterfaceName name) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = request(arena, name.value());
            call("SIOCGIFMTU", Requests.SIOCGIFMTU, request, name.value());
            return request.get(JAVA_INT, UNION);
        }
    }

    /// @throws SyscallException EINVAL where the interface cannot have it
    public void setMtu(InterfaceName name, int mtu) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = request(arena, name.value());
            request.set(JAVA_INT, UNION, mtu);
            call("SIOCSIFMTU", Requests.SIOCSIFMTU, request, name + ", " + mtu);
        }
    }

    /// Gives an interface its IPv4 address.
    ///
    /// @param address the first octet in the highest bits
    /// @param prefixLength bits that name its net
    public void setAddress(InterfaceName name, int address, int prefixLength)
            throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = request(arena, name.value());
            putAddress(request, address);
            call("SIOCSIFADDR", Requests.SIOCSIFADDR, request, name.value());
            putAddress(request, -1 << (Integer.SIZE - prefixLength));
            call("SIOCSIFNETMASK", Requests.SIOCSIFNETMASK, request, name + ", /" + prefixLength);
        }
    }

    /// As a `struct sockaddr_in`.
    private static void putAddress(MemorySegment request, int address) {
        request.set(JAVA_BYTE, UNION, (byte) Structs.SOCKADDR_IN.byteSize());
        request.set(JAVA_BYTE, UNION + FAMILY_AT, (byte) DarwinConstants.AF_INET);
        request.set(NUMBER, UNION + ADDRESS_AT, address);
    }

    /// What kind of interface it is, if this kernel tells: the request is a private one.
    public Type type(InterfaceName name) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = request(arena, name.value());
            int result = darwin.ioctl(socket.number(), Requests.SIOCGIFTYPE, request);
            if (!isOffered("ioctl(SIOCGIFTYPE, " + name + ")", result)) {
                return new Type(Type.NOT_TOLD, 0, 0);
            }
            return new Type(
                    request.get(JAVA_INT, UNION),
                    request.get(JAVA_INT, FAMILY),
                    request.get(JAVA_INT, SUBFAMILY));
        }
    }

    /// What there is to tell of an interface that a LAN's frames pass through.
    ///
    /// @param translatesAddresses whether the bridge that it is a member of does so there
    /// @throws SyscallException ENXIO where there is none
    public LanMember member(InterfaceName name, boolean translatesAddresses)
            throws SyscallException {
        InterfaceKind kind = type(name).kind(name);
        boolean up = (flags(name) & DarwinConstants.IFF_UP) != 0;
        return new LanMember(name, kind, mtu(name), up, translatesAddresses);
    }

    /// Writes a text at an interface, for anybody to read; it goes with the interface.
    ///
    /// @param text at most 128 bytes
    /// @return false where this kernel keeps no such texts
    public boolean describe(InterfaceName name, String text) throws SyscallException {
        byte[] bytes = text.getBytes(UTF_8);
        if (bytes.length > DESCRIPTION_BYTES) {
            throw new IllegalArgumentException("too long for a description: " + text);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = named(arena.allocate(IF_DESCREQ), name.value());
            request.set(JAVA_INT, DESCRIPTION_LENGTH, bytes.length);
            MemorySegment.copy(bytes, 0, request, JAVA_BYTE, DESCRIPTION, bytes.length);
            int result = darwin.ioctl(socket.number(), Requests.SIOCSIFDESC, request);
            return isOffered("ioctl(SIOCSIFDESC, " + name + ", '" + text + "')", result);
        }
    }

    /// The text that was written at an interface; empty where there is none, and where this kernel
    /// keeps no such texts.
    public Optional<String> description(InterfaceName name) throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = named(arena.allocate(IF_DESCREQ), name.value());
            int result = darwin.ioctl(socket.number(), Requests.SIOCGIFDESC, request);
            if (!isOffered("ioctl(SIOCGIFDESC, " + name + ")", result)) {
                return Optional.empty();
            }
            int length = request.get(JAVA_INT, DESCRIPTION_LENGTH);
            if (length <= 0 || length > DESCRIPTION_BYTES) {
                return Optional.empty();
            }
            byte[] bytes = request.asSlice(DESCRIPTION, length).toArray(JAVA_BYTE);
            return Optional.of(new String(bytes, UTF_8));
        }
    }

    /// False where the kernel does not know the request.
    private static boolean isOffered(String call, int result) throws SyscallException {
        if (Errno.EOPNOTSUPP.is(result)
                || Errno.EINVAL.is(result)
                || Errno.ENOTTY.is(result)
                || Errno.ENOSYS.is(result)) {
            return false;
        }
        SyscallException.check(call, result);
        return true;
    }

    /// Gives an interface's driver a command.
    ///
    /// @param argument of exactly the size that the command expects
    /// @param text the command and its telling arguments, for the error
    public void setDriver(InterfaceName name, int command, MemorySegment argument, String text)
            throws SyscallException {
        driver(Requests.SIOCSDRVSPEC, name, command, argument, text);
    }

    /// Asks an interface's driver.
    ///
    /// @param argument of exactly the size that the command expects; the answer is put there
    /// @param text the command and its telling arguments, for the error
    public void getDriver(InterfaceName name, int command, MemorySegment argument, String text)
            throws SyscallException {
        driver(Requests.SIOCGDRVSPEC, name, command, argument, text);
    }

    private void driver(
            long number, InterfaceName name, int command, MemorySegment argument, String text)
            throws SyscallException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment request = named(arena.allocate(IFDRV), name.value());
            request.set(JAVA_LONG_UNALIGNED, Structs.offset(IFDRV, "ifd_cmd"), command);
            request.set(JAVA_LONG_UNALIGNED, Structs.offset(IFDRV, "ifd_len"), argument.byteSize());
            request.set(ADDRESS_UNALIGNED, Structs.offset(IFDRV, "ifd_data"), argument);
            String direction = number == Requests.SIOCSDRVSPEC ? "SIOCSDRVSPEC" : "SIOCGDRVSPEC";
            call(direction, number, request, name + ", " + text);
        }
    }

    private void call(String name, long number, MemorySegment request, String arguments)
            throws SyscallException {
        int result = darwin.ioctl(socket.number(), number, request);
        SyscallException.check("ioctl(" + name + ", " + arguments + ")", result);
    }

    private static MemorySegment request(Arena arena, String name) {
        return named(arena.allocate(IFREQ), name);
    }

    private static MemorySegment named(MemorySegment request, String name) {
        putName(request, 0, new InterfaceName(name));
        return request;
    }

    /// Writes a name into a field of `IFNAMSIZ` bytes that is still zero.
    public static void putName(MemorySegment struct, long offset, InterfaceName name) {
        byte[] bytes = name.value().getBytes(UTF_8);
        MemorySegment.copy(bytes, 0, struct, JAVA_BYTE, offset, bytes.length);
    }

    /// Closing twice is no error.
    @Override
    public void close() {
        socket.close();
    }
}
