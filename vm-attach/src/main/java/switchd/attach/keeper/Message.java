package switchd.attach.keeper;

import switchd.posix.DescriptorMessage;

/// What the daemon and the process that holds its VMs' links tell each other.
///
/// @param verb what it is about
/// @param name of a link; empty where it is about none
/// @param descriptor the receiver's; [DescriptorMessage#NONE] where none came along
record Message(Verb verb, String name, int descriptor) {
    /// What a message is about.
    enum Verb {
        /// The first one of either end: which protocol it speaks, see [Greeting].
        GREETING('v'),
        /// Here is a link: to be held, or given back.
        LINK('+'),
        /// A link is not to be held any more.
        FORGET('-'),
        /// All links that were held have been given.
        ALL('.'),
        /// No daemon will come back.
        END('!');

        final char code;

        Verb(char code) {
            this.code = code;
        }
    }

    /// One without a descriptor.
    static Message of(Verb verb, String name) {
        return new Message(verb, name, DescriptorMessage.NONE);
    }
}
