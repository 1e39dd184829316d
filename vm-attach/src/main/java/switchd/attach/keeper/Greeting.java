package switchd.attach.keeper;

import switchd.attach.keeper.Message.Verb;
import switchd.core.HostException;

/// What either end says first, so that a daemon and a keeper of other versions know each other.
///
/// As a text, `1 60`. Later protocols may say more behind it. What never changes is the length of a
/// message, this greeting, and what [Verb#LINK], [Verb#ALL] and [Verb#END] mean: so a daemon takes
/// the links of any keeper, and ends it.
///
/// @param protocol number of the protocol that the sender speaks
/// @param seconds how long links are to be held, or are held, while no daemon runs
record Greeting(int protocol, int seconds) {
    /// The protocol of this version.
    static final int PROTOCOL = 1;

    private static final int WORDS = 2;

    /// One of this version.
    static Greeting of(int seconds) {
        return new Greeting(PROTOCOL, seconds);
    }

    /// @throws HostException where a message is none
    static Greeting parse(Message message) throws HostException {
        String[] words = message.name().split(" ", WORDS + 1);
        if (message.verb() == Verb.GREETING && words.length >= WORDS) {
            try {
                return new Greeting(Integer.parseInt(words[0]), Integer.parseInt(words[1]));
            } catch (NumberFormatException _) {
                // It is none.
            }
        }
        throw new HostException(
                "what is at the far end is no keeper of VMs' sockets that this switchd knows");
    }

    /// True where all messages of the sender mean what they mean here.
    boolean isOurs() {
        return protocol == PROTOCOL;
    }

    Message toMessage() {
        return Message.of(Verb.GREETING, protocol + " " + seconds);
    }
}
