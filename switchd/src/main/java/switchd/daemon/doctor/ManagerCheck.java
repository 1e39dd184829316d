package switchd.daemon.doctor;

import java.util.ArrayList;
import java.util.List;

/// Linux: programs that manage interfaces and might take the TAPs of ports for theirs.
record ManagerCheck(LinuxFiles files) implements Check {
    private static final String NETWORK_MANAGER = "/etc/NetworkManager/conf.d";
    private static final String NETWORKD = "/etc/systemd/network";

    @Override
    public String name() {
        return "managers";
    }

    @Override
    public List<Finding> run() {
        List<String> networkd = new ArrayList<>();
        for (String file : files.list(NETWORKD)) {
            if (file.endsWith(".network")) {
                files.read(NETWORKD + "/" + file)
                        .filter(ManagerCheck::takesEverything)
                        .ifPresent(_ -> networkd.add(NETWORKD + "/" + file));
            }
        }
        boolean excepted =
                files.list(NETWORK_MANAGER).stream()
                        .map(file -> files.read(NETWORK_MANAGER + "/" + file).orElse(""))
                        .anyMatch(text -> text.contains("swtap"));
        return judge(
                files.exists("/run/NetworkManager"),
                excepted,
                files.exists("/run/systemd/netif"),
                networkd);
    }

    /// True where the `[Match]` of a `.network` file takes every interface.
    static boolean takesEverything(String text) {
        return text.lines().map(String::strip).anyMatch(line -> line.matches("Name\\s*=\\s*\\*"));
    }

    /// @param networkManager whether it runs
    /// @param excepted whether it was told to leave our TAPs alone
    /// @param networkd whether it runs
    /// @param greedy its files that take every interface
    static List<Finding> judge(
            boolean networkManager, boolean excepted, boolean networkd, List<String> greedy) {
        Findings findings = new Findings("managers");
        if (networkManager && !excepted) {
            findings.info(
                    "NetworkManager",
                    "it runs, and shows the TAPs of ports as its own; where it takes them out of"
                            + " their bridge, tell it to leave them alone",
                    "printf '[keyfile]\\nunmanaged-devices=interface-name:swtap*\\n' | sudo tee "
                            + NETWORK_MANAGER
                            + "/switchd.conf && sudo nmcli general reload");
        }
        if (networkd) {
            for (String file : greedy) {
                findings.warn(
                        "systemd-networkd",
                        file
                                + " matches every interface: networkd takes the TAPs of ports for"
                                + " its own",
                        "sudo sed -i 's/^Name=\\*/Name=!swtap* */' " + file);
            }
        }
        return findings.list();
    }
}
