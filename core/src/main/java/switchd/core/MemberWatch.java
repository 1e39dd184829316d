package switchd.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The members that a bridge had when it was opened, our uplinks and those of others' VMs apart,
/// and what becomes of them: told, and where that is asked for put back. Used by the loop's thread
/// alone.
public final class MemberWatch {
    /// Between two tries to put the same member back.
    private static final long PAUSE = 1_000_000_000;

    /// Where an interface is.
    public enum Place {
        /// In the bridge.
        MEMBER("is in the bridge"),
        /// In no bridge, while this one is there.
        FREE("it is in no bridge"),
        /// In another bridge.
        ELSEWHERE("it is in another bridge now"),
        /// Nowhere: there is none of this name.
        GONE("there is no such interface now"),
        /// In no bridge, as this one is gone.
        NO_BRIDGE("the bridge is gone");

        private final String text;

        Place(String text) {
            this.text = text;
        }
    }

    /// The bridge, as it is now.
    public interface Bridge {
        /// Where that interface is.
        ///
        /// @throws SwitchdException where the kernel does not tell
        Place placeOf(InterfaceName member) throws SwitchdException;

        /// Makes it a member.
        ///
        /// @throws SwitchdException where the kernel refuses
        void putBack(InterfaceName member) throws SwitchdException;
    }

    private static final class Member {
        private final InterfaceName name;
        private @Nullable String missing;
        private long triedAt;
        private boolean tried;

        private Member(InterfaceName name) {
            this.name = name;
        }
    }

    private final InterfaceName bridge;
    private final String cure;
    private final List<Member> members = new ArrayList<>();
    private Consumer<LanEvent> listener = _ -> {};
    private boolean keeps;

    /// @param names those of its members
    /// @param cure the command that makes a member: `%1$s` stands for it, `%2$s` for the bridge
    public MemberWatch(InterfaceName bridge, Collection<InterfaceName> names, String cure) {
        this.bridge = bridge;
        this.cure = cure;
        names.forEach(name -> members.add(new Member(name)));
    }

    /// True where the bridge had members.
    public boolean hadAny() {
        return !members.isEmpty();
    }

    /// The names of these members.
    public List<InterfaceName> names() {
        return members.stream().map(member -> member.name).toList();
    }

    /// From here on members that the bridge has lost are put back.
    public void keep() {
        keeps = true;
    }

    /// Says who hears what becomes of them.
    public void listener(Consumer<LanEvent> hearer) {
        listener = hearer;
    }

    /// Looks where they are now.
    ///
    /// @param nanos the loop's time
    /// @throws SwitchdException where the kernel does not tell
    public void look(Bridge there, long nanos) throws SwitchdException {
        for (Member member : members) {
            look(there, nanos, member);
        }
    }

    private void look(Bridge there, long nanos, Member member) throws SwitchdException {
        Place place = there.placeOf(member.name);
        if (place == Place.MEMBER) {
            back(member, false);
            return;
        }
        boolean isNews = member.missing == null;
        boolean puts = keeps && place == Place.FREE;
        member.missing =
                place.text
                        + (puts ? ", and is put back" : "; " + cure.formatted(member.name, bridge));
        if (isNews) {
            listener.accept(new LanEvent.MemberLost(bridge, member.name, member.missing));
        }
        if (puts && !(member.tried && nanos - member.triedAt < PAUSE)) {
            member.tried = true;
            member.triedAt = nanos;
            try {
                there.putBack(member.name);
                back(member, true);
            } catch (SwitchdException e) {
                member.missing = "it cannot be put back: " + e.getMessage();
            }
        }
    }

    private void back(Member member, boolean putBack) {
        if (member.missing != null) {
            member.missing = null;
            listener.accept(new LanEvent.MemberBack(bridge, member.name, putBack));
        }
    }

    /// A sentence for each that is missing.
    public List<String> notices() {
        List<String> notices = new ArrayList<>();
        for (Member member : members) {
            if (member.missing != null) {
                notices.add(
                        "%s was a member of %s and is none any more: %s"
                                .formatted(member.name, bridge, member.missing));
            }
        }
        return notices;
    }
}
