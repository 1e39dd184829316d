package switchd.fuzz;

import java.util.Arrays;
import java.util.List;
import switchd.core.Kernel;

/// All targets as one, for a short run in one JVM: the first octet of an input chooses.
public final class EveryTarget {
    /// Those that read the running kernel's layouts.
    static final List<Target> TARGETS =
            Arrays.stream(Target.values())
                    .filter(target -> target.kernel() == Kernel.current())
                    .toList();

    private EveryTarget() {}

    public static void fuzzerTestOneInput(byte[] bytes) throws Exception {
        if (bytes.length > 0) {
            int chosen = Byte.toUnsignedInt(bytes[0]) % TARGETS.size();
            TARGETS.get(chosen).run(Arrays.copyOfRange(bytes, 1, bytes.length));
        }
    }
}
