package switchd.fuzz;

/// A parser with a fault that nobody meets by chance: a fuzzer that finds it does follow what its
/// inputs reach.
public final class PlantedFault {
    private PlantedFault() {}

    public static void fuzzerTestOneInput(byte[] bytes) {
        Input input = new Input(bytes);
        if (input.octet() == 's'
                && input.octet() == 'w'
                && input.octet() == 'i'
                && input.octet() == 't'
                && input.octet() == 'c'
                && input.octet() == 'h') {
            throw new IllegalStateException("the planted fault");
        }
    }
}
