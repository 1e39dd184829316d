package switchd.darwin.testkit;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A `PF_NDRV` socket: what is written to it leaves by the interface it is bound to, as it is.
final class FakeNdrv extends FakeSocket {
    private static final int PF_NDRV = (int) Abi.constant("PF_NDRV");
    private static final long SO_SNDBUF = Abi.constant("SO_SNDBUF");

    private final FakeNet net;
    private final Map<Integer, Integer> options = new HashMap<>();
    private boolean named;
    private boolean connected;

    /// The interface of that name, whichever it is: the kernel recycles its structs.
    private @Nullable String bound;

    FakeNdrv(FakeNet net) {
        this.net = net;
        options.put((int) SO_SNDBUF, 8192);
        options.put((int) Abi.constant("SO_RCVBUF"), 8192);
        options.put((int) Abi.constant("SO_NOSIGPIPE"), 0);
        options.put((int) Abi.constant("SO_ERROR"), 0);
        options.put((int) Abi.constant("SO_TYPE"), (int) Abi.constant("SOCK_RAW"));
    }

    @Override
    int bind(FakeXnu caller, MemorySegment address, int length) {
        Refused.when(named, "EINVAL");
        named = true;
        String name = new AbiStruct("sockaddr_ndrv", address).getName("snd_name");
        Refused.when(name.isEmpty(), "EINVAL");
        net.interfaces.require(name, "EADDRNOTAVAIL").attach(PF_NDRV);
        bound = name;
        return 0;
    }

    @Override
    int connect(FakeXnu caller, MemorySegment address, int length) {
        Refused.when(connected, "EISCONN");
        connected = true;
        return 0;
    }

    @Override
    long write(FakeXnu caller, MemorySegment buffer, long offset, long count) {
        return send(buffer.asSlice(offset, count).toArray(JAVA_BYTE), false);
    }

    @Override
    long sendmsg(FakeXnu caller, MemorySegment message, int flags) {
        Message m = Message.of(message);
        return send(m.gather(), m.hasName());
    }

    private long send(byte[] frame, boolean addressed) {
        Refused.when(!connected && !addressed, "EDESTADDRREQ");
        Refused.when(frame.length > options.getOrDefault((int) SO_SNDBUF, 0), "EMSGSIZE");
        if (bound == null) {
            throw new Refused("EINVAL");
        }
        FakeInterface out = net.interfaces.require(bound, "ENXIO");
        Refused.when(!out.has(FakeInterface.UP), "ENETDOWN");
        if (frame.length < 14) {
            throw FakeKernel.panic("NDRV write of " + frame.length + " bytes");
        }
        out.output(frame);
        return frame.length;
    }

    @Override
    long read(FakeXnu caller, MemorySegment buffer, long offset, long count) {
        return nothing();
    }

    @Override
    long recvmsg(FakeXnu caller, MemorySegment message, int flags) {
        return nothing();
    }

    private long nothing() {
        if (nonBlocking) {
            throw new Refused("EAGAIN");
        }
        throw new AssertionError("a blocking read of PF_NDRV never ends");
    }

    /// Always, even where the interface is gone.
    @Override
    long writable() {
        return options.getOrDefault((int) SO_SNDBUF, 0);
    }

    @Override
    int getsockopt(
            FakeXnu caller, int level, int option, MemorySegment value, MemorySegment length) {
        AbiStruct.at(value, Integer.BYTES).set(JAVA_INT_UNALIGNED, 0, option(level, option));
        AbiStruct.at(length, Integer.BYTES).set(JAVA_INT_UNALIGNED, 0, Integer.BYTES);
        return 0;
    }

    @Override
    int setsockopt(FakeXnu caller, int level, int option, MemorySegment value, int length) {
        option(level, option);
        Refused.when(length < Integer.BYTES, "EINVAL");
        options.put(option, AbiStruct.at(value, Integer.BYTES).get(JAVA_INT_UNALIGNED, 0));
        return 0;
    }

    private int option(int level, int option) {
        Integer value = level == (int) Abi.constant("SOL_SOCKET") ? options.get(option) : null;
        if (value == null) {
            throw new Refused("ENOPROTOOPT");
        }
        return value;
    }

    @Override
    void closed() {
        net.ndrvSockets.remove(this);
        String name = bound;
        if (name == null || net.ndrvSockets.stream().anyMatch(other -> name.equals(other.bound))) {
            return;
        }
        FakeInterface left = net.interfaces.find(name);
        if (left != null) {
            left.detach(PF_NDRV);
        }
    }
}
