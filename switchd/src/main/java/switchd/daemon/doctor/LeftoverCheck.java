package switchd.daemon.doctor;

import java.util.List;
import switchd.core.InterfaceName;
import switchd.core.SwitchdException;

/// Interfaces that a switchd which was killed has left.
record LeftoverCheck(Facts facts) implements Check {
    @Override
    public String name() {
        return "leftovers";
    }

    @Override
    public List<Finding> run() throws SwitchdException {
        if (facts.cures() == Cures.LINUX && !facts.isRoot()) {
            return unreadable(facts.interfaces());
        }
        return judge(facts.leftovers(), facts.cures());
    }

    /// Linux tells nobody but root whose TAPs are in use.
    static List<Finding> unreadable(List<HostInterface> interfaces) {
        Findings findings = new Findings("leftovers");
        interfaces.stream()
                .map(found -> found.name().value())
                .filter(name -> name.startsWith("swtap"))
                .forEach(findings::needsRoot);
        if (findings.isEmpty()) {
            findings.pass(null, "no interface of a former switchd is there");
        }
        return findings.list();
    }

    static List<Finding> judge(List<InterfaceName> leftovers, Cures cures) {
        Findings findings = new Findings("leftovers");
        for (InterfaceName left : leftovers) {
            findings.warn(
                    left.value(),
                    "no running switchd uses it: it was left by one that was killed",
                    cures.remove(left));
        }
        if (findings.isEmpty()) {
            findings.pass(null, "no interface of a former switchd is there");
        }
        return findings.list();
    }
}
