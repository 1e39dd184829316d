package switchd.attach;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import switchd.core.IpAddress;
import switchd.core.Learnt;
import switchd.core.Lease;
import switchd.core.MacAddress;

class VmNoteTest {
    private static final long NOW = -5_000_000_000L; // the loop's time may be negative
    private static final long LATER = 77_000_000_000L; // in another process
    private static final long MILLIS = 1_700_000_000_000L;
    private static final long SECOND = 1_000_000_000L;

    private static Lease lease(String address, int vlan, Lease.Source source, long seconds) {
        long end = seconds == 0 ? Lease.NEVER : NOW + seconds * SECOND;
        return new Lease(IpAddress.parse(address), vlan, source, end);
    }

    private static final Learnt KNOWN =
            new Learnt(
                    new MacAddress(0x5254_0000_0001L),
                    List.of(
                            lease("10.0.0.9", 0, Lease.Source.DHCP4, 60),
                            lease("2001:db8::9", 4094, Lease.Source.SLAAC, 0)),
                    List.of(new Learnt.Prefix(20, 0x2001_0db8_0000_0000L, NOW + 90 * SECOND)));

    private static byte[] note() {
        return VmNote.write(KNOWN, NOW, MILLIS);
    }

    private static Learnt after(long millis) {
        return VmNote.read(note(), LATER, MILLIS + millis).orElseThrow();
    }

    @Test
    void theTimeBetweenCounts() {
        Learnt learnt = after(10_000);
        assertThat(learnt.address()).isEqualTo(KNOWN.address());
        assertThat(learnt.leases())
                .containsExactly(
                        new Lease(
                                IpAddress.parse("10.0.0.9"),
                                0,
                                Lease.Source.DHCP4,
                                LATER + 50 * SECOND),
                        KNOWN.leases().get(1));
        assertThat(learnt.prefixes())
                .containsExactly(
                        new Learnt.Prefix(20, 0x2001_0db8_0000_0000L, LATER + 80 * SECOND));
    }

    @Test
    void aClockThatIsSetMakesNothingLastLonger() {
        assertThat(after(-1_000_000_000_000L).leases().getFirst().expiresAt())
                .isEqualTo(LATER + 60 * SECOND);
        assertThat(after(1_000_000_000_000L).leases().getFirst().expiresAt()).isEqualTo(LATER);
        assertThat(VmNote.read(VmNote.write(KNOWN, NOW, Long.MIN_VALUE), LATER, Long.MAX_VALUE))
                .isPresent();
    }

    @Test
    void ofAVmThatHasSaidNothingThereIsNothing() {
        assertThat(VmNote.read(VmNote.write(Learnt.NOTHING, NOW, MILLIS), LATER, MILLIS))
                .contains(Learnt.NOTHING);
    }

    @Test
    void theLargestFits() {
        List<Lease> leases = new ArrayList<>();
        List<Learnt.Prefix> prefixes = new ArrayList<>();
        for (int i = 0; i < Learnt.MOST_LEASES; i++) {
            leases.add(lease("2001:db8::" + (i + 1), 1, Lease.Source.DHCP6, 0xffff_ffffL));
        }
        for (int i = 0; i < Learnt.MOST_PREFIXES; i++) {
            prefixes.add(new Learnt.Prefix(i, 0x2001_0000_0000_0000L + i, Lease.NEVER));
        }
        Learnt most = new Learnt(KNOWN.address(), leases, prefixes);
        byte[] note = VmNote.write(most, NOW, MILLIS);
        assertThat(note).hasSizeLessThanOrEqualTo(VmNote.MOST);
        assertThat(VmNote.read(note, NOW, MILLIS)).contains(most);
    }

    @Test
    void whatIsCutOrLongerIsNone() {
        byte[] note = note();
        for (int length = 0; length < note.length; length++) {
            assertThat(VmNote.read(Arrays.copyOf(note, length), LATER, MILLIS)).isEmpty();
        }
        assertThat(VmNote.read(Arrays.copyOf(note, note.length + 1), LATER, MILLIS)).isEmpty();
    }

    @Test
    void whateverIsInItNobodyElseGetsMoreThanAVmCanHave() {
        Random random = new Random(42);
        for (int round = 0; round < 20_000; round++) {
            byte[] note = note();
            for (int i = random.nextInt(3); i >= 0; i--) {
                note[random.nextInt(note.length)] = (byte) random.nextInt();
            }
            VmNote.read(note, LATER, MILLIS)
                    .ifPresent(learnt -> {
                        MacAddress address = learnt.address();
                        assertThat(address == null || !address.isGroup()).isTrue();
                        assertThat(learnt.leases())
                                .hasSizeLessThanOrEqualTo(Learnt.MOST_LEASES)
                                .allSatisfy(lease -> {
                                    assertThat(lease.address().isStation()).isTrue();
                                    assertThat(lease.vlan()).isBetween(0, 4094);
                                    assertThat(lease.source())
                                            .isNotEqualTo(Lease.Source.CONFIGURED);
                                });
                    });
        }
    }
}
