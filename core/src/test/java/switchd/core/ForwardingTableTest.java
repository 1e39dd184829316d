package switchd.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static switchd.core.ForwardingTable.AGE_NANOS;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ForwardingTableTest {
    private static final int WAYS = 8;

    private final Rig rig = new Rig();
    private final ForwardingTable table = new ForwardingTable(WAYS);
    private Port a;
    private Port b;

    @BeforeEach
    void twoPorts() throws SwitchdException {
        IsolatedNetwork network = rig.isolated();
        a = rig.port(network, "a", "any");
        b = rig.port(network, "b", "any");
    }

    @AfterEach
    void close() {
        rig.close();
    }

    @Test
    void anAddressIsFoundWhereItWasLearned() {
        assertThat(table.find(1, 0)).isNull();
        assertThat(table.learn(1, a, 0)).isTrue();
        assertThat(table.find(1, 0)).isSameAs(a);
        assertThat(table.find(2, 0)).isNull();
    }

    @Test
    void anAddressMovesToThePortItWasSeenAtLast() {
        table.learn(1, a, 0);
        table.learn(1, b, 1);
        assertThat(table.find(1, 1)).isSameAs(b);
        table.forget(b);
        assertThat(table.find(1, 1)).as("no second entry").isNull();
    }

    @Test
    void anAddressSeenAgainTakesNoSecondPlace() {
        table.learn(1, a, 0);
        table.learn(2, a, 0);
        table.forget(1);
        table.learn(2, b, 0);
        table.forget(b);
        assertThat(table.find(2, 0)).isNull();
    }

    @Test
    void anEntryLivesExactlyThreeHundredSeconds() {
        table.learn(1, a, 7);
        assertThat(AGE_NANOS).isEqualTo(300L * 1_000_000_000);
        assertThat(table.find(1, 7 + AGE_NANOS)).isSameAs(a);
        assertThat(table.find(1, 7 + AGE_NANOS + 1)).isNull();
    }

    @Test
    void beingSeenAgainMakesAnEntryYoung() {
        table.learn(1, a, 0);
        table.learn(1, a, AGE_NANOS);
        assertThat(table.find(1, 2 * AGE_NANOS)).isSameAs(a);
    }

    @Test
    void aClockThatPassesItsHighestValueAgesRightly() {
        long start = Long.MAX_VALUE - 10;
        table.learn(1, a, start);
        assertThat(table.find(1, start + AGE_NANOS)).isSameAs(a);
        assertThat(table.find(1, start + AGE_NANOS + 1)).isNull();
    }

    @Test
    void aFullSetLearnsNothingNewAndKeepsWhatItHas() {
        for (int address = 1; address <= WAYS; address++) {
            assertThat(table.learn(address, a, 0)).isTrue();
        }
        assertThat(table.learn(99, b, AGE_NANOS)).isFalse();
        assertThat(table.find(99, AGE_NANOS)).isNull();
        for (int address = 1; address <= WAYS; address++) {
            assertThat(table.find(address, AGE_NANOS)).isSameAs(a);
        }
        assertThat(table.learn(3, b, AGE_NANOS)).as("one that is known may move").isTrue();
    }

    @Test
    void anAgedEntryMakesPlace() {
        for (int address = 1; address <= WAYS; address++) {
            table.learn(address, a, address == 5 ? 0 : 10);
        }
        assertThat(table.learn(99, b, AGE_NANOS + 1)).isTrue();
        assertThat(table.find(99, AGE_NANOS + 1)).isSameAs(b);
        assertThat(table.find(5, AGE_NANOS + 1)).isNull();
        assertThat(table.find(4, AGE_NANOS + 1)).isSameAs(a);
    }

    @Test
    void aForgottenAddressIsNotFoundAndMakesPlace() {
        for (int address = 1; address <= WAYS; address++) {
            table.learn(address, a, 0);
        }
        table.forget(4);
        table.forget(4711);
        assertThat(table.find(4, 0)).isNull();
        assertThat(table.learn(99, b, 0)).isTrue();
        assertThat(table.find(99, 0)).isSameAs(b);
    }

    @Test
    void aForgottenPortTakesAllItsAddressesAndNoOthers() {
        for (int address = 1; address <= WAYS; address++) {
            table.learn(address, address % 2 == 0 ? a : b, 0);
        }
        table.forget(a);
        for (int address = 1; address <= WAYS; address++) {
            assertThat(table.find(address, 0)).isSameAs(address % 2 == 0 ? null : b);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 12, 4095, -8})
    void theSizeIsAPowerOfTwoOfAtLeastEight(int entries) {
        assertThatIllegalArgumentException().isThrownBy(() -> new ForwardingTable(entries));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void itAgreesWithAMapOverRandomWork(long seed) {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        ForwardingTable tested = new ForwardingTable(64);
        Map<Long, Seen> model = new HashMap<>();
        List<Port> ports = List.of(a, b);
        List<Long> refused = new ArrayList<>();
        long now = random.nextLong();
        for (int i = 0; i < 20_000; i++) {
            now += random.nextLong(AGE_NANOS / 500);
            long address = random.nextLong(200) * 0x1_0000_0001L;
            Port port = ports.get(random.nextInt(2));
            switch (random.nextInt(20)) {
                case 0 -> {
                    tested.forget(port);
                    model.values().removeIf(seen -> seen.port == port);
                }
                case 1, 2 -> {
                    tested.forget(address);
                    model.remove(address);
                }
                case 3, 4, 5, 6, 7, 8, 9, 10, 11 -> {
                    if (tested.learn(address, port, now)) {
                        model.put(address, new Seen(port, now));
                    } else {
                        refused.add(address);
                        assertThat(live(model, address, now)).as("seed %d", seed).isNull();
                    }
                }
                default ->
                        assertThat(tested.find(address, now))
                                .as("seed %d, step %d", seed, i)
                                .isSameAs(live(model, address, now));
            }
        }
        assertThat(refused).as("the table was full at times").isNotEmpty();
    }

    private static @Nullable Port live(Map<Long, Seen> model, long address, long now) {
        Seen seen = model.get(address);
        return seen == null || now - seen.when > AGE_NANOS ? null : seen.port;
    }

    private record Seen(Port port, long when) {}

    @Test
    void theAddressAPortIsConfiguredForStaysThere() throws SwitchdException {
        Port fixed = rig.port(rig.isolated(), "fixed", "02:00:00:00:00:01");
        long address = MacAddress.parse("02:00:00:00:00:01").value();
        assertThat(table.learn(address, fixed, 0)).isTrue();
        assertThat(table.learn(address, a, 1)).isFalse();
        assertThat(table.find(address, 2 * AGE_NANOS)).as("and does not age").isSameAs(fixed);
    }

    @Test
    void aVmsOwnAddressFindsAPlaceInAFullTable() throws SwitchdException {
        Port fixed = rig.port(rig.isolated(), "fixed", "02:00:00:00:00:01");
        long address = MacAddress.parse("02:00:00:00:00:01").value();
        for (long made = 1; made <= WAYS; made++) {
            assertThat(table.learn(made, a, 0)).isTrue();
        }
        assertThat(table.learn(99, b, 0)).isFalse();
        assertThat(table.learn(address, fixed, 0)).isTrue();
        assertThat(table.find(address, 0)).isSameAs(fixed);
    }
}
