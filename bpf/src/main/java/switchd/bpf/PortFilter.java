package switchd.bpf;

import static switchd.bpf.BpfInstruction.JUMP_EQUAL;
import static switchd.bpf.BpfInstruction.JUMP_SET;
import static switchd.bpf.BpfInstruction.LOAD_BYTE;
import static switchd.bpf.BpfInstruction.LOAD_HALF;
import static switchd.bpf.BpfInstruction.LOAD_WORD;
import static switchd.bpf.BpfInstruction.RETURN;

import java.util.List;
import switchd.core.MacAddress;
import switchd.core.Reception;

/// The programs that pick a port's frames out of what its interface sees. Pure: Linux attaches them
/// to TAPs and packet sockets, Darwin to BPF devices.
///
/// A group address is told by the lowest bit of the *first* octet alone: `01:00:5e:…`, `33:33:…`
/// and the broadcast address have it, however the other octets look.
public final class PortFilter {
    /// What the programs return for a frame that is wanted: more bytes than any frame has.
    public static final int WHOLE_FRAME = 0x40000;

    private static final int GROUP_BIT = 1;

    private PortFilter() {}

    /// The program that lets pass what `reception` asks for.
    public static List<BpfInstruction> of(Reception reception) {
        return switch (reception) {
            case Reception.Groups() -> groups();
            case Reception.Vm(MacAddress address) -> vm(address);
            case Reception.Everything() -> List.of(new BpfInstruction(RETURN, 0, 0, WHOLE_FRAME));
        };
    }

    /// As [#of], for an interface on which the VM's own frames cannot come back by themselves, as a
    /// bridge does not send a frame where it came from: if they do, somebody should know.
    public static List<BpfInstruction> withOwnFrames(Reception reception) {
        return reception instanceof Reception.Vm(MacAddress address)
                ? destinedFor(address)
                : of(reception);
    }

    /// The program that lets nothing pass: what an interface has until its port says what it wants.
    public static List<BpfInstruction> nothing() {
        return List.of(new BpfInstruction(RETURN, 0, 0, 0));
    }

    private static List<BpfInstruction> groups() {
        return List.of(
                new BpfInstruction(LOAD_BYTE, 0, 0, 0), //          destination, first octet
                new BpfInstruction(JUMP_SET, 0, 1, GROUP_BIT), //   not a group: reject
                new BpfInstruction(RETURN, 0, 0, WHOLE_FRAME),
                new BpfInstruction(RETURN, 0, 0, 0));
    }

    private static List<BpfInstruction> destinedFor(MacAddress vm) {
        int low = (int) vm.value();
        int high = (int) (vm.value() >>> 32);
        return List.of(
                new BpfInstruction(LOAD_BYTE, 0, 0, 0), //          destination, first octet
                new BpfInstruction(JUMP_SET, 4, 0, GROUP_BIT), //   a group: accept
                new BpfInstruction(LOAD_WORD, 0, 0, 2), //          destination, octets 2..5
                new BpfInstruction(JUMP_EQUAL, 0, 3, low), //       not the VM's: reject
                new BpfInstruction(LOAD_HALF, 0, 0, 0), //          destination, octets 0..1
                new BpfInstruction(JUMP_EQUAL, 0, 1, high), //      not the VM's: reject
                new BpfInstruction(RETURN, 0, 0, WHOLE_FRAME),
                new BpfInstruction(RETURN, 0, 0, 0));
    }

    /// Twelve instructions; foreign unicast, the most common of what is not wanted, ends after
    /// five.
    private static List<BpfInstruction> vm(MacAddress vm) {
        int low = (int) vm.value();
        int high = (int) (vm.value() >>> 32);
        return List.of(
                new BpfInstruction(LOAD_BYTE, 0, 0, 0), //          destination, first octet
                new BpfInstruction(JUMP_SET, 4, 0, GROUP_BIT), //   a group: on to the source
                new BpfInstruction(LOAD_WORD, 0, 0, 2), //          destination, octets 2..5
                new BpfInstruction(JUMP_EQUAL, 0, 7, low), //       not the VM's: reject
                new BpfInstruction(LOAD_HALF, 0, 0, 0), //          destination, octets 0..1
                new BpfInstruction(JUMP_EQUAL, 0, 5, high), //      not the VM's: reject
                new BpfInstruction(LOAD_WORD, 0, 0, 8), //          source, octets 2..5
                new BpfInstruction(JUMP_EQUAL, 0, 2, low), //       not the VM's: accept
                new BpfInstruction(LOAD_HALF, 0, 0, 6), //          source, octets 0..1
                new BpfInstruction(JUMP_EQUAL, 1, 0, high), //      the VM's own frame: reject
                new BpfInstruction(RETURN, 0, 0, WHOLE_FRAME),
                new BpfInstruction(RETURN, 0, 0, 0));
    }
}
