package switchd.daemon.it;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import switchd.daemon.lab.Lab;
import switchd.daemon.lab.Machine;
import switchd.daemon.lab.NeedsLab;

/// Runs after all others (`junit-platform.properties`): interfaces, namespaces, sockets, files and
/// processes are as they were before the first of them.
@NeedsLab
@Order(Integer.MAX_VALUE)
final class NothingIsLeftIT {
    @Test
    void theMachineIsAsItWasBefore() {
        assertThat(Machine.now()).isEqualTo(Lab.machineBefore());
    }
}
