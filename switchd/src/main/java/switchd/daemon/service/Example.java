package switchd.daemon.service;

import switchd.core.Kernel;

/// The configuration that a service begins with: nothing that this machine must have.
final class Example {
    private Example() {}

    static String text(Kernel kernel) {
        String bridge = kernel == Kernel.LINUX ? "br0" : "bridge1";
        return """
        // What switchd does as a service: see switchd.json(5). After a change:
        //   switchd config check && sudo switchd reload
        {
          "networks": [
            // VMs that reach each other only.
            {"name": "lab", "kind": "isolated"}

            // VMs on the LAN, by a bridge that exists:
            // ,{"name": "lan", "kind": "bridge", "bridge": "%s"}
          ],
          "ports": [
            // A place for one VM each. Its user is the owner of the socket.
            // {"name": "web", "network": "lab", "owner": "me"}
          ]
        }
        """
                .formatted(bridge);
    }
}
