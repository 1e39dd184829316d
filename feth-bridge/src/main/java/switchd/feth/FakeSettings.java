package switchd.feth;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import switchd.core.SyscallException;
import switchd.darwin.Darwin;
import switchd.darwin.Sysctl;

/// The kernel's settings for feths, which an interface takes over when it is made. With other
/// values than the kernel begins with, frames would be spoilt. Source: XNU `bsd/net/if_fake.c`.
public final class FakeSettings {
    private static final String PREFIX = "net.link.fake.";

    private FakeSettings() {}

    /// A setting that is not as the kernel begins with.
    ///
    /// @param name as `sysctl` has it
    /// @param value as it is
    /// @param standard as it should be
    /// @param harm what comes of it
    public record Deviation(String name, int value, int standard, String harm) {}

    /// What is wrong with them.
    ///
    /// @throws SyscallException where the kernel does not tell
    public static List<Deviation> deviations(Darwin darwin) throws SyscallException {
        List<Deviation> found = new ArrayList<>();
        for (Map.Entry<String, Setting> entry : settings().entrySet()) {
            String name = PREFIX + entry.getKey();
            Setting setting = entry.getValue();
            OptionalInt value = Sysctl.readInt(darwin, name);
            if (value.isPresent() && value.getAsInt() != setting.standard()) {
                found.add(
                        new Deviation(name, value.getAsInt(), setting.standard(), setting.harm()));
            }
        }
        return List.copyOf(found);
    }

    /// What is wrong with them, or that the kernel does not tell, a sentence each; empty where all
    /// is well.
    public static List<String> notices(Darwin darwin) {
        try {
            return deviations(darwin).stream()
                    .map(found ->
                            "%s is %d: %s; `sudo sysctl %s=%d` and start switchd again"
                                    .formatted(
                                            found.name(),
                                            found.value(),
                                            found.harm(),
                                            found.name(),
                                            found.standard()))
                    .toList();
        } catch (SyscallException e) {
            return List.of("the settings for feths cannot be read: " + e.getMessage());
        }
    }

    private record Setting(int standard, String harm) {}

    private static Map<String, Setting> settings() {
        Map<String, Setting> settings = new LinkedHashMap<>();
        settings.put("bsd_mode", new Setting(1, "feths work in a way that nobody has tried"));
        settings.put("hwcsum", new Setting(0, "checksums are taken for good without a look"));
        settings.put("lro", new Setting(0, "received frames may be joined to longer ones"));
        settings.put("tso_support", new Setting(0, "VMs would get frames beyond the MTU"));
        settings.put("fcs", new Setting(0, "frames get bytes appended"));
        settings.put("trailer_length", new Setting(0, "frames get bytes appended"));
        settings.put("separate_frame_header", new Setting(0, "headers come apart from frames"));
        return settings;
    }
}
