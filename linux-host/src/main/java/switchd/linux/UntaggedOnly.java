package switchd.linux;

import static switchd.bpf.BpfInstruction.JUMP_EQUAL;
import static switchd.bpf.BpfInstruction.JUMP_SET;
import static switchd.bpf.BpfInstruction.LOAD_WORD;
import static switchd.bpf.BpfInstruction.RETURN;
import static switchd.linux.LinuxConstants.SKF_AD_VLAN_TAG;
import static switchd.linux.LinuxConstants.SKF_AD_VLAN_TAG_PRESENT;

import java.util.ArrayList;
import java.util.List;
import switchd.bpf.BpfInstruction;

/// Rejects frames of a VLAN before a program sees them. Linux only.
///
/// The kernel takes the outermost 802.1Q or 802.1ad tag out of a received frame and keeps it beside
/// (`skb_vlan_untag` in `net/core/skbuff.c`, or the NIC itself), so that a packet socket gets the
/// frame without its tag: traffic of another VLAN would come to the VM as its own. A tag with VLAN
/// 0 carries a priority only and belongs to no VLAN.
final class UntaggedOnly {
    private static final int VLAN_ID = 0xfff;

    private UntaggedOnly() {}

    /// `program`, for frames without a VLAN.
    static List<BpfInstruction> before(List<BpfInstruction> program) {
        List<BpfInstruction> all = new ArrayList<>(program.size() + 5);
        all.add(new BpfInstruction(LOAD_WORD, 0, 0, SKF_AD_VLAN_TAG_PRESENT));
        all.add(new BpfInstruction(JUMP_EQUAL, 3, 0, 0)); //    no tag: on to the program
        all.add(new BpfInstruction(LOAD_WORD, 0, 0, SKF_AD_VLAN_TAG));
        all.add(new BpfInstruction(JUMP_SET, 0, 1, VLAN_ID)); //    only a priority: on
        all.add(new BpfInstruction(RETURN, 0, 0, 0));
        all.addAll(program);
        return all;
    }
}
