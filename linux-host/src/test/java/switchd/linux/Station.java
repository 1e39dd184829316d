package switchd.linux;

import java.lang.foreign.Arena;
import switchd.core.FrameBatch;
import switchd.core.FrameSink;
import switchd.core.FrameSource;
import switchd.core.InterfaceName;
import switchd.core.SwitchdException;
import switchd.posix.Fd;

/// A machine on the test's LAN: a packet socket without a filter.
final class Station implements FrameSource, FrameSink, AutoCloseable {
    private final Fd fd;
    private final MmsgIo io;

    Station(Linux linux, Arena arena, InterfaceName nic, int index) throws SwitchdException {
        fd = PacketSocket.open(linux);
        io = MmsgIo.ofPackets(linux, arena, FrameBatch.slots(arena, FrameBatch.CAPACITY, 9000));
        PacketSocket.listen(linux, fd, nic, index);
    }

    @Override
    public int fd() {
        return fd.number();
    }

    @Override
    public FrameBatch receive(int most) {
        io.receive(fd.number(), most);
        return io.slots();
    }

    @Override
    public int send(FrameBatch batch, int from) {
        return io.send(fd.number(), batch, from);
    }

    @Override
    public void close() {
        fd.close();
    }
}
