package switchd.daemon.host;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import switchd.bpf.BpfDevice;
import switchd.bpf.BpfReader;
import switchd.bpf.BpfWriter;
import switchd.core.Counters;
import switchd.core.DropCause;
import switchd.core.FrameBatch;
import switchd.core.FrameSink;
import switchd.core.InterfaceName;
import switchd.core.Reception;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.core.Uplink;
import switchd.darwin.Darwin;
import switchd.ndrv.NdrvWriter;

/// A port's way into a LAN of macOS: what comes in at an interface is read by BPF, what goes out is
/// written by NDRV or by the same BPF device.
///
/// Neither tells when the interface is gone unless it is used; kernel events do ([InterfaceWatch]).
/// Used by the loop's thread alone.
final class BpfUplink implements Uplink {
    private final InterfaceName name;
    private final BpfReader reader;
    private final FrameSink writer;
    private final Undo owned;
    private final InterfaceWatch.Subscription subscription;

    private Apart apart = () -> {};

    /// Has the kernel pass nothing between uplinks.
    @FunctionalInterface
    interface Apart {
        void keep() throws SyscallException;
    }

    private BpfUplink(
            InterfaceName name,
            BpfReader reader,
            FrameSink writer,
            Undo owned,
            InterfaceWatch.Subscription subscription) {
        this.name = name;
        this.reader = reader;
        this.writer = writer;
        this.owned = owned;
        this.subscription = subscription;
    }

    /// Where frames pass.
    ///
    /// @param name what people call the uplink
    /// @param carrier the interface that is read and written; `name` itself, or its peer
    /// @param use who else uses the carrier
    /// @param mtu of the carrier
    record Place(InterfaceName name, InterfaceName carrier, BpfDevice.Use use, int mtu) {}

    /// @param around takes `place` back; closed with the uplink, but left to the caller where this
    ///   fails
    /// @param isWhole whether the uplink is as it was made: asked when the kernel says that
    ///   something has happened to one of its interfaces
    /// @throws SwitchdException where the kernel refuses; nothing is left behind
    static BpfUplink open(DarwinHost host, Place place, Undo around, InterfaceWatch.Check isWhole)
            throws SwitchdException {
        Darwin darwin = host.darwin();
        try (Undo undo = new Undo()) {
            BpfDevice device = BpfDevice.open(darwin, place.carrier(), place.use());
            undo.push(device::close);
            BpfReader reader = new BpfReader(device);
            undo.push(reader::close);
            FrameSink sink = sink(darwin, device, place, host.writer(), undo);
            var subscription =
                    host.watch()
                            .subscribe(
                                    List.of(place.name(), place.carrier()),
                                    () -> missing(isWhole, device));
            host.tellMissing(device.missing());
            undo.push(subscription::close);
            around.push(undo.take()::close);
            return new BpfUplink(place.name(), reader, sink, around.take(), subscription);
        }
    }

    private static @Nullable String missing(InterfaceWatch.Check isWhole, BpfDevice device)
            throws SyscallException {
        @Nullable String missing = isWhole.missing();
        return missing == null && !device.isBound()
                ? device.interfaceName() + " was removed and is another one now"
                : missing;
    }

    private static FrameSink sink(
            Darwin darwin, BpfDevice device, Place place, Writer writer, Undo undo)
            throws SwitchdException {
        if (writer == Writer.BPF || (writer == Writer.AUTO && device.batches())) {
            BpfWriter sink = new BpfWriter(device, place.mtu());
            undo.push(sink::close);
            return sink;
        }
        NdrvWriter sink = NdrvWriter.open(darwin, place.carrier(), place.mtu());
        undo.push(sink::close);
        return sink;
    }

    @Override
    public InterfaceName interfaceName() {
        return name;
    }

    /// Says how it is kept apart from others; otherwise nothing connects it to them.
    void keptApartBy(Apart how) {
        apart = how;
    }

    @Override
    public void keepApart() throws SyscallException {
        apart.keep();
    }

    @Override
    public void accept(Reception reception) throws SyscallException {
        reader.accept(reception);
    }

    @Override
    public void whenLost(Consumer<String> listener) {
        subscription.listener(listener);
    }

    @Override
    public void countLosses(Counters toVm) {
        toVm.dropped(DropCause.TRUNCATED, Math.toIntExact(reader.takeTruncated()));
        toVm.dropped(DropCause.OVERRUN, Math.toIntExact(reader.takeKernelDrops()));
        toVm.dropped(DropCause.DETACHED, Math.toIntExact(reader.takeForgotten()));
    }

    @Override
    public int fd() {
        return reader.fd();
    }

    @Override
    public FrameBatch receive(int most) throws SyscallException {
        return reader.receive(most);
    }

    @Override
    public boolean hasMore() {
        return reader.hasMore();
    }

    @Override
    public int send(FrameBatch batch, int from) throws SyscallException {
        return writer.send(batch, from);
    }

    @Override
    public void close() {
        Closing.quietly("uplink " + name, owned);
    }
}
