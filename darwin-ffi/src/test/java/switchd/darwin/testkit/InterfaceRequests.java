package switchd.darwin.testkit;

import java.lang.foreign.MemorySegment;
import java.util.function.BiConsumer;

/// The requests about interfaces that a socket of any family takes.
final class InterfaceRequests {
    private final FakeNet net;
    private final RequestTable table;

    InterfaceRequests(FakeNet net) {
        this.net = net;
        this.table =
                new RequestTable("EOPNOTSUPP")
                        .root("SIOCIFCREATE", this::create)
                        .root("SIOCIFCREATE2", this::create)
                        .root("SIOCIFDESTROY", this::destroy)
                        .on("SIOCGIFFLAGS", ifreq((on, to) -> to.setShort(on.flags, flags())))
                        .root(
                                "SIOCSIFFLAGS",
                                ifreq((on, from) -> on.setFlags(from.getShort(flags()))))
                        .on("SIOCGIFMTU", ifreq((on, to) -> to.setInt(on.mtu, mtu())))
                        .root("SIOCSIFMTU", ifreq((on, from) -> setMtu(on, from.getInt(mtu()))))
                        .on("SIOCGIFLLADDR", ifreq(InterfaceRequests::getAddress))
                        .root("SIOCSIFLLADDR", ifreq(this::setAddress))
                        .on("SIOCGIFTYPE", ifreq(InterfaceRequests::getType))
                        .on(
                                "SIOCGIFFUNCTIONALTYPE",
                                ifreq((on, to) -> to.setInt(on.functionalType(), mtu())))
                        .root("SIOCSIFDESC", ifdesc(InterfaceRequests::describe))
                        .on("SIOCGIFDESC", ifdesc(InterfaceRequests::description))
                        .on("SIOCSDRVSPEC", driver(true))
                        .on("SIOCGDRVSPEC", driver(false));
    }

    int run(int euid, long request, MemorySegment argument) {
        return table.run(euid, request, argument);
    }

    private static String[] flags() {
        return new String[] {"ifr_ifru", "ifru_flags"};
    }

    private static String[] mtu() {
        return new String[] {"ifr_ifru", "ifru_mtu"};
    }

    private static String[] address(String field) {
        return new String[] {"ifr_ifru", "ifru_addr", field};
    }

    private void create(int euid, MemorySegment argument) {
        AbiStruct request = new AbiStruct("ifreq", argument);
        request.setName(net.interfaces.create(request.getName("ifr_name")), "ifr_name");
    }

    private void destroy(int euid, MemorySegment argument) {
        net.interfaces.destroy(new AbiStruct("ifreq", argument).getName("ifr_name"));
    }

    private RequestTable.Handler ifreq(BiConsumer<FakeInterface, AbiStruct> handler) {
        return named("ifreq", "ifr_name", handler);
    }

    private RequestTable.Handler ifdesc(BiConsumer<FakeInterface, AbiStruct> handler) {
        return named("if_descreq", "ifdr_name", handler);
    }

    private RequestTable.Handler driver(boolean set) {
        return (euid, argument) -> {
            AbiStruct ifdrv = new AbiStruct("ifdrv", argument);
            net.interfaces
                    .require(ifdrv.getName("ifd_name"), "ENXIO")
                    .driverRequest(euid, set, ifdrv);
        };
    }

    private RequestTable.Handler named(
            String struct, String name, BiConsumer<FakeInterface, AbiStruct> handler) {
        return (euid, argument) -> {
            AbiStruct request = new AbiStruct(struct, argument);
            handler.accept(net.interfaces.require(request.getName(name), "ENXIO"), request);
        };
    }

    private void setMtu(FakeInterface on, int wanted) {
        on.checkMtu(wanted);
        on.mtu = wanted;
        net.post("KEV_DL_SIFMTU", on);
    }

    private static void getAddress(FakeInterface on, AbiStruct to) {
        Refused.when(on.lladdr.length == 0, "EADDRNOTAVAIL");
        to.setBytes(new byte[16], "ifr_ifru", "ifru_addr");
        to.setByte(on.lladdr.length, address("sa_len"));
        to.setByte((int) Abi.constant("AF_LINK"), address("sa_family"));
        to.setBytes(on.lladdr, address("sa_data"));
    }

    /// `sa_len` is the length of the hardware address itself; 0 takes the address away.
    private void setAddress(FakeInterface on, AbiStruct from) {
        int length = from.getByte(address("sa_len"));
        Refused.when(length != 0 && length != 6, "EINVAL");
        on.lladdr = length == 0 ? new byte[6] : from.getBytes(6, address("sa_data"));
        net.post("KEV_DL_LINK_ADDRESS_CHANGED", on);
    }

    private static void getType(FakeInterface on, AbiStruct to) {
        to.setInt(on.type(), "ifr_ifru", "ifru_type", "ift_type");
        to.setInt(on.family(), "ifr_ifru", "ifru_type", "ift_family");
        to.setInt(on.subfamily(), "ifr_ifru", "ifru_type", "ift_subfamily");
    }

    private static void describe(FakeInterface on, AbiStruct from) {
        int length = from.getInt("ifdr_len");
        Refused.when(Integer.compareUnsigned(length, 128) > 0, "EINVAL");
        on.description = from.getBytes(length, "ifdr_desc");
    }

    private static void description(FakeInterface on, AbiStruct to) {
        to.setInt(on.description.length, "ifdr_len");
        to.setBytes(new byte[128], "ifdr_desc").setBytes(on.description, "ifdr_desc");
    }
}
