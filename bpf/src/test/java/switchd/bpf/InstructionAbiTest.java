package switchd.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import switchd.darwin.Structs;
import switchd.darwin.testkit.Abi;

/// Holds what a filter is made of against what a compiler computed from Darwin's headers.
final class InstructionAbiTest {
    @ParameterizedTest
    @CsvSource({
        "LOAD_WORD, BPF_LD|BPF_W|BPF_ABS",
        "LOAD_HALF, BPF_LD|BPF_H|BPF_ABS",
        "LOAD_BYTE, BPF_LD|BPF_B|BPF_ABS",
        "JUMP_EQUAL, BPF_JMP|BPF_JEQ|BPF_K",
        "JUMP_SET, BPF_JMP|BPF_JSET|BPF_K",
        "RETURN, BPF_RET|BPF_K"
    })
    void codesAreTheHeaders(String ours, String theirs) throws Exception {
        assertThat(BpfInstruction.class.getField(ours).getInt(null)).isEqualTo(derived(theirs));
    }

    @Test
    void recordsHaveTheHeaderThatEthernetGetsAndNotTheStructs() {
        int header = derived("BPF_HDRLEN_EN10MB (== bh_hdrlen on DLT_EN10MB, bpf.c:bpf_attach)");
        assertThat(BpfRecords.HEADER_BYTES).isEqualTo(header);
        assertThat(Structs.BPF_HDR.byteSize()).isGreaterThan(header);
        assertThat(BpfRecords.ALIGNMENT).isEqualTo((int) Abi.constant("BPF_ALIGNMENT"));
    }

    private static int derived(String name) {
        return Abi.table().required("derived").required(name).required("value").intValue();
    }
}
