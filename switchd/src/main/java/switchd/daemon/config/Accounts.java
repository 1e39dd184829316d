package switchd.daemon.config;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import org.jspecify.annotations.Nullable;

/// Whether this machine has the users and groups that a file names. Numbers are not looked up.
final class Accounts {
    private Accounts() {}

    /// What is wrong with the name of a user, and the cure; null where nothing is.
    static @Nullable String complaintOfUser(String name) {
        return name.indexOf(':') >= 0
                        || isThere(name, UserPrincipalLookupService::lookupPrincipalByName)
                ? null
                : "there is no user %s: give a name that `id` knows, or UID:GID"
                        .formatted(Problems.quoted(name));
    }

    /// What is wrong with the name of a group, and the cure; null where nothing is.
    static @Nullable String complaintOfGroup(String name) {
        return isThere(name, UserPrincipalLookupService::lookupPrincipalByGroupName)
                ? null
                : "there is no group %s: give a name that `getent group` knows, or a number"
                        .formatted(Problems.quoted(name));
    }

    @FunctionalInterface
    private interface LookUp {
        Object find(UserPrincipalLookupService accounts, String name) throws IOException;
    }

    private static boolean isThere(String name, LookUp lookUp) {
        try {
            lookUp.find(FileSystems.getDefault().getUserPrincipalLookupService(), name);
            return true;
        } catch (UserPrincipalNotFoundException _) {
            return false;
        } catch (IOException _) {
            return true; // whoever needs it says what is wrong
        }
    }
}
