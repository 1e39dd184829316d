package switchd.launchd;

/// The control socket as a service manager is to open it. It belongs to root.
///
/// @param path absolute
/// @param group whose members may use it, by name
/// @param gid the same by number; launchd takes no name
/// @param mode permissions, as in `0660`
public record ControlSocket(String path, String group, int gid, int mode) {
    /// Under this name the manager passes it on.
    public static final String NAME = "control";
}
