package switchd.daemon.service;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import switchd.core.HostException;
import switchd.daemon.Version;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// What an installation has made, in the order in which it did.
///
/// It is written before anything else, so that what ends in between can be removed as well.
///
/// @param schema names this form
/// @param version of the program
/// @param control path of the control socket
/// @param entries what was made
record Manifest(String schema, String version, String control, List<Entry> entries) {
    static final Manifest EMPTY = new Manifest("", List.of());
    static final int MODE = 0600;

    private static final String SCHEMA = "switchd.installed/1";
    private static final JsonMapper JSON = JsonMapper.shared();

    Manifest {
        Objects.requireNonNull(schema, "schema");
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(control, "control");
        entries = List.copyOf(entries);
    }

    Manifest(String control, List<Entry> entries) {
        this(SCHEMA, Version.current(), control, entries);
    }

    /// What kind of thing it is.
    enum Kind {
        DIRECTORY,
        FILE,
        /// A file that is kept where it was changed.
        CONFIG,
        LINK,
        GROUP
    }

    /// One thing.
    ///
    /// @param kind what it is
    /// @param path where, or the name of a group
    /// @param content SHA-256 of a configuration as it was written, target of a link, else empty
    record Entry(Kind kind, String path, String content) {
        Entry {
            Objects.requireNonNull(kind, "kind");
            Objects.requireNonNull(path, "path");
            Objects.requireNonNull(content, "content");
        }

        Entry(Kind kind, String path) {
            this(kind, path, "");
        }
    }

    /// True where the installation has made what is at `path`.
    boolean made(String path) {
        return find(path).isPresent();
    }

    /// What the installation has made at `path`.
    Optional<Entry> find(String path) {
        return entries.stream().filter(entry -> entry.path().equals(path)).findFirst();
    }

    /// The file's text, with a line for each entry.
    String json() {
        return "{\"schema\":%s,\"version\":%s,\"control\":%s,\"entries\":[\n%s\n]}\n"
                .formatted(
                        JSON.writeValueAsString(schema),
                        JSON.writeValueAsString(version),
                        JSON.writeValueAsString(control),
                        entries.stream()
                                .map(JSON::writeValueAsString)
                                .collect(Collectors.joining(",\n")));
    }

    /// Reads it; [#EMPTY] where nothing is installed.
    ///
    /// @param rights who may have written it
    /// @throws HostException where it cannot be read, or others may have written it
    static Manifest read(Path file, RootOnly rights) throws HostException {
        try {
            if (!Files.exists(file)) {
                return EMPTY;
            }
            Optional<RootOnly.Weakness> weakness = rights.onTheWayTo(file);
            if (weakness.isPresent()) {
                throw new HostException(
                        file
                                + " says what to remove, but others may have written it: "
                                + weakness.get()
                                + ": remove by hand what it lists, and then the file");
            }
            @Nullable Manifest manifest = JSON.readValue(Files.readString(file), Manifest.class);
            if (manifest == null) {
                throw damaged(file, "it says null");
            }
            if (!SCHEMA.equals(manifest.schema)) {
                throw new HostException(
                        file
                                + " is of another switchd ("
                                + manifest.version
                                + "): uninstall with that one");
            }
            return manifest;
        } catch (IOException e) {
            throw new HostException("cannot read " + file + ": " + Reason.of(e));
        } catch (JacksonException e) {
            throw damaged(file, e.getOriginalMessage());
        }
    }

    private static HostException damaged(Path file, String why) {
        return new HostException("cannot read " + file + ": " + why + ": it is damaged");
    }

    /// SHA-256 of a text.
    static String digest(String text) {
        return digest(text.getBytes(StandardCharsets.UTF_8));
    }

    /// SHA-256 of bytes.
    static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has it", e);
        }
    }
}
