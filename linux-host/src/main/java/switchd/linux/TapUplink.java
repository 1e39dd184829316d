package switchd.linux;

import java.lang.System.Logger.Level;
import java.util.function.Consumer;
import switchd.core.Counters;
import switchd.core.Errno;
import switchd.core.FrameBatch;
import switchd.core.InterfaceName;
import switchd.core.MacAddress;
import switchd.core.Reception;
import switchd.core.RepairPace;
import switchd.core.SwitchdException;
import switchd.core.SyscallException;
import switchd.core.Undo;
import switchd.core.Uplink;
import switchd.core.VlanPolicy;
import switchd.posix.Fd;

/// A place in a Linux bridge: a TAP of its own.
///
/// The TAP's hardware address begins with fe, as libvirt's do: a bridge whose address nobody has
/// set takes the lowest one of its members, and the host's DHCP lease and its neighbours' ARP
/// entries hang on it. The TAP has no IPv6 addresses, so that the host sends no router
/// solicitations or multicast reports into the VM.
///
/// A TAP is no socket: one call a frame, or where the kernel hands over super-segments, one for
/// some forty that come from there ([OffloadedFrames]). Used by the loop's thread alone.
final class TapUplink implements Uplink {
    private static final System.Logger LOG = System.getLogger(TapUplink.class.getName());
    private static final long FIRST_OCTETS = 0xFEFF_0000_0000L;
    private static final long LOW_OCTETS = 0xFFFF_FFFFL;

    private final Linux linux;
    private final FrameBatch slots;
    private final Fd fd;
    private final int index;
    private final TapFrames frames;
    private final ReceptionFilter filter;
    private final Consumer<TapUplink> closed;
    private final RepairPace pace = new RepairPace();
    private InterfaceName name;
    private boolean apart;
    private Consumer<String> lossListener = _ -> {};

    private TapUplink(
            Linux linux,
            FrameBatch slots,
            Tap tap,
            TapFrames frames,
            int index,
            Consumer<TapUplink> closed)
            throws SyscallException {
        this.linux = linux;
        this.slots = slots;
        this.fd = tap.fd();
        this.frames = frames;
        this.name = tap.name();
        this.index = index;
        this.closed = closed;
        this.filter =
                new ReceptionFilter(
                        linux,
                        fd,
                        false,
                        program ->
                                SyscallException.check(
                                        "ioctl(TUNATTACHFILTER, " + name + ")",
                                        linux.ioctl(
                                                fd.number(),
                                                LinuxConstants.TUNATTACHFILTER,
                                                program)));
    }

    /// Makes a TAP and joins it to `bridge`.
    ///
    /// @param offload whether the kernel may leave cutting and checksums to us
    /// @param slots what to receive into
    /// @param closed hears that it is closed
    /// @throws SwitchdException where the kernel refuses; nothing is left behind
    static TapUplink open(
            Linux linux,
            InterfaceName bridge,
            int mtu,
            boolean offload,
            FrameBatch slots,
            Consumer<TapUplink> closed)
            throws SwitchdException {
        try (Undo undo = new Undo()) {
            Tap tap = Tap.open(linux, offload);
            undo.push(tap.fd()::close);
            int number = tap.fd().number();
            TapFrames frames =
                    offload
                            ? new OffloadedFrames(linux, number, slots.slotBytes())
                            : new WholeFrames(linux, number);
            undo.push(frames::close);
            int index = join(linux, tap.name(), bridge, mtu);
            TapUplink uplink = new TapUplink(linux, slots, tap, frames, index, closed);
            undo.keep();
            return uplink;
        } catch (SyscallException e) {
            throw Refusal.of("joining a TAP to " + bridge, e);
        }
    }

    private static int join(Linux linux, InterfaceName tap, InterfaceName bridge, int mtu)
            throws SyscallException {
        try (Rtnetlink netlink = Rtnetlink.open(linux)) {
            LinkStatus made = netlink.require(tap);
            netlink.setAddress(tap, highest(made.address()));
            netlink.setMtu(tap, mtu);
            netlink.withoutIpv6Addresses(tap);
            // Before it is up: the bridge must never see it with another MTU.
            netlink.setMaster(tap, bridge);
            netlink.setUp(tap);
            return made.index();
        }
    }

    /// The random address that the kernel gave, but above every address of a NIC; still a unicast
    /// address, and marked as locally administered.
    private static MacAddress highest(MacAddress random) {
        return new MacAddress((random.value() & LOW_OCTETS) | FIRST_OCTETS);
    }

    @Override
    public InterfaceName interfaceName() {
        return name;
    }

    /// The TAP's number.
    int index() {
        return index;
    }

    /// Ours is ours to mend: frames as long as the VMs send them must get through, and the bridge
    /// must pass none between ports that are kept apart. Somebody who changes that whenever we set
    /// it is not fought at every look. That others have given it another name is taken note of.
    ///
    /// @param tap as it is now
    /// @param mtu that it should have
    /// @param now the loop's time
    void restore(LinkStatus tap, int mtu, long now) throws SwitchdException {
        tap.validName().forEach(current -> name = current);
        boolean meets = apart && !tap.isolated();
        if ((tap.mtu() == mtu && !meets) || !pace.takesTurn(now)) {
            return;
        }
        if (meets) {
            keepApart();
            LOG.log(
                    Level.WARNING,
                    name
                            + " was no isolated member of its bridge any more, and is again: somebody has"
                            + " changed that, and the bridge may have passed frames between ports that"
                            + " are kept apart");
        }
        if (tap.mtu() != mtu) {
            try (Rtnetlink netlink = Rtnetlink.open(linux)) {
                netlink.setMtu(name, mtu);
            }
        }
    }

    @Override
    public void whenLost(Consumer<String> listener) {
        lossListener = listener;
    }

    /// Says why the TAP is of no use any more.
    void lose(String reason) {
        lossListener.accept(reason);
    }

    @Override
    public void carry(VlanPolicy vlans) throws SyscallException {
        BridgePort.carry(linux, name, vlans);
    }

    @Override
    public void keepApart() throws SwitchdException {
        BridgePort.isolate(linux, name);
        apart = true;
    }

    @Override
    public void accept(Reception reception) throws SyscallException {
        if (filter.change(reception)) {
            frames.forget();
        }
    }

    @Override
    public int fd() {
        return fd.number();
    }

    @Override
    public FrameBatch receive(int most) throws SyscallException {
        slots.clear();
        long error = frames.receive(slots, most);
        if (error < 0) {
            failed("read", error);
        }
        return slots;
    }

    @Override
    public boolean hasMore() {
        return frames.hasMore();
    }

    @Override
    public void countLosses(Counters toVm) {
        frames.countLosses(toVm);
    }

    @Override
    public int send(FrameBatch batch, int from) throws SyscallException {
        for (int i = from; i < batch.count(); i++) {
            long written = frames.write(batch, i);
            if (written < 0) {
                return i > from ? i - from : unsent(written);
            }
        }
        return batch.count() - from;
    }

    /// What a TAP says: EIO while it is down, EINVAL to what is no frame.
    private int unsent(long error) throws SyscallException {
        if (Errno.EIO.is(error)
                || Errno.EAGAIN.is(error)
                || Errno.ENOBUFS.is(error)
                || Errno.ENOMEM.is(error)) {
            return 0;
        }
        if (Errno.EINVAL.is(error) || Errno.EMSGSIZE.is(error)) {
            return REFUSED;
        }
        failed("write", error);
        return 0;
    }

    /// EBADFD is what is left of a TAP that was deleted; who tells of it first, this call or the
    /// kernel's event, is chance, and the reason is the same.
    private void failed(String call, long error) throws SyscallException {
        if (!Errno.EBADFD.is(error)) {
            throw new SyscallException(call + "(" + name + ")", error);
        }
        lose(removed(name));
    }

    /// What is told of one that was deleted.
    static String removed(InterfaceName tap) {
        return tap + " was removed";
    }

    @Override
    public void close() {
        fd.close();
        frames.close();
        closed.accept(this);
    }
}
