package switchd.daemon.doctor;

import java.util.List;
import switchd.core.SwitchdException;
import switchd.darwin.Darwin;
import switchd.feth.FakeSettings;

/// macOS: the kernel's settings for the interfaces that ports are made of.
record FethSettingsCheck(Darwin darwin) implements Check {
    @Override
    public String name() {
        return "feth";
    }

    @Override
    public List<Finding> run() throws SwitchdException {
        return judge(FakeSettings.deviations(darwin));
    }

    static List<Finding> judge(List<FakeSettings.Deviation> deviations) {
        Findings findings = new Findings("feth");
        for (FakeSettings.Deviation found : deviations) {
            findings.warn(
                    found.name(),
                    "is %d: %s; ports that are made afterwards are as they should be"
                            .formatted(found.value(), found.harm()),
                    "sudo sysctl %s=%d".formatted(found.name(), found.standard()));
        }
        if (findings.isEmpty()) {
            findings.pass(null, "net.link.fake.* is as the kernel begins with");
        }
        return findings.list();
    }
}
