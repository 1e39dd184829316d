package switchd.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.newsclub.net.unix.AFUNIXSocketChannel;
import org.newsclub.net.unix.AFUNIXSocketPair;
import org.newsclub.net.unix.FileDescriptorCast;
import switchd.core.Poller;
import switchd.core.testkit.PollerContract;

@EnabledOnOs(value = OS.LINUX, disabledReason = "needs Linux: epoll")
class EpollPollerTest extends PollerContract {
    @Override
    protected Poller openPoller(Arena memory) throws Exception {
        return EpollPoller.open(new NativeLinux(memory), memory);
    }

    @Override
    protected Pipe openPipe() throws Exception {
        AFUNIXSocketPair<AFUNIXSocketChannel> pair = AFUNIXSocketPair.open();
        return new ChannelPipe(pair.getSocket1(), pair.getSocket2());
    }

    /// A pair of stream sockets; those of datagrams tell no hang-up.
    private record ChannelPipe(AFUNIXSocketChannel nearEnd, AFUNIXSocketChannel farEnd)
            implements Pipe {
        @Override
        public int near() {
            try {
                return FileDescriptorCast.using(nearEnd.getFileDescriptor()).as(Integer.class);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void write() throws Exception {
            transfer(farEnd, true);
        }

        @Override
        public void read() throws Exception {
            transfer(nearEnd, false);
        }

        @Override
        public void hangUp() throws Exception {
            farEnd.close();
        }

        @Override
        public void close() throws IOException {
            nearEnd.close();
            farEnd.close();
        }

        private static void transfer(SocketChannel channel, boolean out) throws Exception {
            ByteBuffer buffer = ByteBuffer.allocate(1);
            int moved = out ? channel.write(buffer) : channel.read(buffer);
            if (moved != 1) {
                throw new IllegalStateException("moved " + moved);
            }
        }
    }
}
