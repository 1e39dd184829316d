/// The daemon end to end: as a process, once in this one, with real guests on its sockets.
@NullMarked
package switchd.daemon.it;

import org.jspecify.annotations.NullMarked;
