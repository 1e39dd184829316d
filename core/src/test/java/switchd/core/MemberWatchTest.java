package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import switchd.core.MemberWatch.Place;

final class MemberWatchTest {
    private static final InterfaceName BRIDGE = new InterfaceName("br0");
    private static final InterfaceName NIC = new InterfaceName("nic0");
    private static final InterfaceName OTHER = new InterfaceName("nic1");
    private static final long SECOND = 1_000_000_000;

    private final List<LanEvent> events = new ArrayList<>();
    private final Map<InterfaceName, Place> places =
            new HashMap<>(Map.of(NIC, Place.MEMBER, OTHER, Place.MEMBER));
    private final MemberWatch watch =
            new MemberWatch(BRIDGE, List.of(NIC, OTHER), "`put %1$s in %2$s`");
    private @Nullable SyscallException refusal;
    private int puts;

    private void look(long nanos) throws SwitchdException {
        watch.listener(events::add);
        watch.look(
                new MemberWatch.Bridge() {
                    @Override
                    public Place placeOf(InterfaceName member) {
                        return places.getOrDefault(member, Place.GONE);
                    }

                    @Override
                    public void putBack(InterfaceName member) throws SyscallException {
                        puts++;
                        if (refusal != null) {
                            throw refusal;
                        }
                        places.put(member, Place.MEMBER);
                    }
                },
                nanos);
    }

    @Test
    void whatIsLostAndComesBackIsToldOnce() throws SwitchdException {
        look(0);
        places.put(NIC, Place.FREE);
        look(1);
        look(2);
        String reason = "it is in no bridge; `put nic0 in br0`";
        assertThat(events).containsExactly(new LanEvent.MemberLost(BRIDGE, NIC, reason));
        assertThat(watch.notices())
                .containsExactly("nic0 was a member of br0 and is none any more: " + reason);
        places.put(NIC, Place.MEMBER);
        look(3);
        look(4);
        assertThat(events).hasSize(2).last().isEqualTo(new LanEvent.MemberBack(BRIDGE, NIC, false));
        assertThat(watch.notices()).isEmpty();
        assertThat(puts).isZero();
    }

    @Test
    void whatIsFreeIsPutBackWhereThatIsAskedFor() throws SwitchdException {
        watch.keep();
        places.put(NIC, Place.FREE);
        places.put(OTHER, Place.ELSEWHERE);
        look(0);
        assertThat(events)
                .containsExactly(
                        new LanEvent.MemberLost(BRIDGE, NIC, "it is in no bridge, and is put back"),
                        new LanEvent.MemberBack(BRIDGE, NIC, true),
                        new LanEvent.MemberLost(
                                BRIDGE, OTHER, "it is in another bridge now; `put nic1 in br0`"));
        assertThat(puts).isEqualTo(1);
    }

    @Test
    void whoCannotBePutBackIsTriedOnceASecond() throws SwitchdException {
        watch.keep();
        refusal = Rig.failure(Errno.EBUSY);
        places.put(NIC, Place.FREE);
        for (int i = 0; i <= 20; i++) {
            look(i * SECOND / 10);
        }
        assertThat(puts).isEqualTo(3);
        assertThat(events).hasSize(1);
        refusal = null;
        look(3 * SECOND);
        assertThat(events).hasSize(2);
    }

    @Test
    void oneThatIsGoneOrHasNoBridgeIsNotTried() throws SwitchdException {
        watch.keep();
        places.remove(NIC);
        places.put(OTHER, Place.NO_BRIDGE);
        look(0);
        assertThat(puts).isZero();
        assertThat(events).hasSize(2).allMatch(LanEvent::isWarning);
        assertThat(watch.hadAny()).isTrue();
        assertThat(watch.names()).containsExactly(NIC, OTHER);
    }
}
