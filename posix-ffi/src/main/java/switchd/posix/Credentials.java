package switchd.posix;

/// Whose a datagram is, as the kernel vouches for it.
///
/// @param pid the process that sent it
/// @param uid its user
/// @param gid its group
public record Credentials(int pid, int uid, int gid) {}
