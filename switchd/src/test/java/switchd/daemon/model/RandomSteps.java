package switchd.daemon.model;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import switchd.daemon.model.Step.Port;

/// Steps from a seed: each is possible after those before it.
final class RandomSteps {
    private static final List<String> NAMES = List.of("a", "b", "c", "d");

    private final RandomGenerator random;
    private final List<Step.How> ways;

    private RandomSteps(long seed, List<Step.How> ways) {
        this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        this.ways = ways;
    }

    /// @param ways in which VMs attach
    static List<Step> of(long seed, int count, List<Step.How> ways) {
        RandomSteps source = new RandomSteps(seed, ways);
        World world = new World();
        List<Step> steps = new ArrayList<>();
        while (steps.size() < count) {
            Step step = source.next();
            if (world.allows(step)) {
                world.apply(step);
                world.model.settle();
                steps.add(step);
            }
        }
        return steps;
    }

    private Step next() {
        String name = pick(NAMES);
        return switch (random.nextInt(40)) {
            case 0, 1, 2 -> new Step.Add(port(name));
            case 3 -> new Step.Remove(name);
            case 4, 5 -> new Step.SetUp(name, random.nextInt(3) > 0);
            case 6 -> reload();
            case 7, 8, 9, 10, 11, 12 -> new Step.Attach(name, pick(ways));
            case 13, 14 -> new Step.Leave(name, random.nextBoolean());
            case 15 -> new Step.Detach(name);
            case 16, 17, 18 -> new Step.Read(name, random.nextInt(3) > 0);
            case 19, 20, 21 -> new Step.Bridge(pick(List.of(Step.Change.values())));
            case 22, 23 -> new Step.Uplink(name, pick(List.of(Step.Loss.values())));
            case 24 -> new Step.Restart(random.nextBoolean());
            default -> frames(name);
        };
    }

    private Step frames(String name) {
        List<String> places = new ArrayList<>(NAMES);
        places.addAll(List.of(Model.LAN, Model.ALL, Model.NOBODY));
        String from = random.nextInt(4) == 0 ? Model.LAN : name;
        Step.Kind kind =
                random.nextInt(3) > 0 ? Step.Kind.PLAIN : pick(List.of(Step.Kind.values()));
        int count = 1 + random.nextInt(random.nextInt(3) == 0 ? 150 : 4);
        return new Step.Frames(from, pick(places), kind, count, random.nextInt(3) == 0);
    }

    private Step reload() {
        List<Port> ports = new ArrayList<>();
        for (String name : NAMES) {
            if (random.nextInt(3) > 0) {
                ports.add(port(name));
            }
        }
        return new Step.Reload(ports);
    }

    private Port port(String name) {
        return new Port(
                name,
                random.nextInt(4) == 0 ? Step.Net.LAB : Step.Net.LAN,
                random.nextBoolean(),
                random.nextBoolean() ? Step.Talk.ALL : pick(List.of(Step.Talk.values())));
    }

    private <T> T pick(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
