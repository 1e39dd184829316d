package switchd.daemon.doctor;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import switchd.core.MacAddress;
import switchd.core.SwitchdException;

/// Hardware addresses that more than one has: frames go to the one or the other, and macOS's bridge
/// drops them.
record MacCheck(Facts facts, Setup setup) implements Check {
    @Override
    public String name() {
        return "mac";
    }

    @Override
    public List<Finding> run() throws SwitchdException {
        return judge(setup.ports(), facts.interfaces(), facts.sightings());
    }

    /// @param sightings addresses beyond the ports
    static List<Finding> judge(
            List<Setup.Place> ports,
            List<HostInterface> interfaces,
            List<Facts.Sighting> sightings) {
        Findings findings = new Findings("mac");
        Map<String, List<Setup.Place>> byAddress = new TreeMap<>();
        for (Setup.Place port : ports) {
            MacAddress address = port.mac();
            if (address != null) {
                byAddress
                        .computeIfAbsent(address.toString(), _ -> new java.util.ArrayList<>())
                        .add(port);
            }
        }
        byAddress.forEach((address, owners) -> {
            String names = owners.stream().map(Setup.Place::name).collect(Collectors.joining(", "));
            if (owners.size() > 1) {
                findings.fail(
                        address,
                        "the ports %s have it all: their VMs take one another's frames"
                                .formatted(names),
                        "switchd config show");
            }
            for (HostInterface found : interfaces) {
                if (found.address()
                        .map(MacAddress::toString)
                        .equals(java.util.Optional.of(address))) {
                    findings.fail(
                            address,
                            "port %s has it, and this host's %s too: neither hears all of its frames"
                                    .formatted(names, found.name()),
                            "switchd config show");
                }
            }
            for (Facts.Sighting seen : sightings) {
                if (seen.address().toString().equals(address)) {
                    findings.warn(
                            address,
                            "port %s has it, and it was seen at %s too: another machine on the LAN uses it, or the VM has moved"
                                    .formatted(names, seen.where()),
                            null);
                }
            }
        });
        if (findings.isEmpty() && !byAddress.isEmpty()) {
            findings.pass(null, "every port's address is its own");
        }
        return findings.list();
    }
}
