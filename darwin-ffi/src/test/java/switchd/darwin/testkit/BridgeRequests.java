package switchd.darwin.testkit;

import java.lang.foreign.MemorySegment;
import tools.jackson.databind.JsonNode;

/// The commands of a bridge that the product uses, with the tests that precede every command.
final class BridgeRequests {
    private static final JsonNode COMMANDS = Abi.table().required("bridge_commands");
    private static final int LEARNING = (int) Abi.constant("IFBIF_LEARNING");
    private static final int DISCOVER = (int) Abi.constant("IFBIF_DISCOVER");
    private static final int MAC_NAT = (int) Abi.constant("IFBIF_MAC_NAT");

    private static final int PRIVATE = (int) Abi.constant("IFBIF_PRIVATE");

    private BridgeRequests() {}

    static void run(FakeBridge bridge, int euid, boolean set, AbiStruct ifdrv) {
        JsonNode command = command(ifdrv.getLong("ifd_cmd"));
        boolean sets = command.required("ioctl").stringValue().equals("SIOCSDRVSPEC");
        Refused.when(sets != set, "EINVAL");
        Refused.when(command.required("needs_root").booleanValue() && euid != 0, "EPERM");
        Refused.when(ifdrv.getLong("ifd_len") != command.required("ifd_len").longValue(), "EINVAL");
        long data = ifdrv.getLong("ifd_data");
        switch (command.required("handler").stringValue()) {
            case "bridge_ioctl_add" -> bridge.add(memberOf(data));
            case "bridge_ioctl_del" -> bridge.remove(member(bridge, memberOf(data)), false);
            case "bridge_ioctl_gifflags" -> {
                AbiStruct request = AbiStruct.at("ifbreq", data);
                describe(bridge, member(bridge, request.getName("ifbr_ifsname")), request);
            }
            case "bridge_ioctl_sifflags" -> {
                AbiStruct request = AbiStruct.at("ifbreq", data);
                FakeInterface member = member(bridge, request.getName("ifbr_ifsname"));
                int flags = request.getInt("ifbr_ifsflags");
                int translated = bridge.translates(member) ? MAC_NAT : 0;
                if ((flags & ~PRIVATE) != (LEARNING | DISCOVER | translated)) {
                    throw new AssertionError("not modelled: member flags " + flags);
                }
                bridge.setPrivate(member, (flags & PRIVATE) != 0);
            }
            case "bridge_ioctl_gifs64" -> list(bridge, AbiStruct.at("ifbifconf", data));
            default -> throw new AssertionError("not modelled: " + command);
        }
    }

    private static JsonNode command(long number) {
        for (JsonNode command : COMMANDS) {
            if (command.required("cmd").longValue() == number) {
                return command;
            }
        }
        throw new Refused("EINVAL");
    }

    private static String memberOf(long data) {
        return AbiStruct.at("ifbreq", data).getName("ifbr_ifsname");
    }

    private static FakeInterface member(FakeBridge bridge, String name) {
        for (FakeInterface member : bridge.members) {
            if (member.name().equals(name)) {
                return member;
            }
        }
        throw new Refused("ENOENT");
    }

    private static void describe(FakeBridge bridge, FakeInterface member, AbiStruct request) {
        int translated = bridge.translates(member) ? MAC_NAT : 0;
        int apart = bridge.isPrivate(member) ? PRIVATE : 0;
        request.setInt(LEARNING | DISCOVER | translated | apart, "ifbr_ifsflags")
                .setByte(member.index, "ifbr_portno")
                .setInt(bridge.learnedFrom(member), "ifbr_addrcnt")
                .setInt(0, "ifbr_addrmax")
                .setInt(0, "ifbr_addrexceeded");
    }

    private static void list(FakeBridge bridge, AbiStruct configuration) {
        int one = Abi.size("ifbreq");
        int room = configuration.getInt("ifbic_len");
        if (room == 0) {
            configuration.setInt(one * bridge.members.size(), "ifbic_len");
            return;
        }
        int count = Math.min(Integer.divideUnsigned(room, one), bridge.members.size());
        MemorySegment buffer =
                AbiStruct.at(configuration.getLong("ifbic_ifbicu"), (long) one * count);
        buffer.fill((byte) 0);
        for (int i = 0; i < count; i++) {
            FakeInterface member = bridge.members.get(i);
            AbiStruct entry = new AbiStruct("ifbreq", buffer.asSlice((long) i * one, one));
            describe(bridge, member, entry.setName(member.name(), "ifbr_ifsname"));
        }
        configuration.setInt(one * count, "ifbic_len");
    }
}
