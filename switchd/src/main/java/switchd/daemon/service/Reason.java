package switchd.daemon.service;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/// Why a file operation failed, without the path that its message begins with.
final class Reason {
    private Reason() {}

    static String of(IOException failure) {
        return switch (failure) {
            case NoSuchFileException e -> "there is no " + e.getFile();
            case AccessDeniedException _ -> "Permission denied: run it with sudo";
            case FileSystemException e -> orElse(e.getReason(), e);
            default -> orElse(failure.getMessage(), failure);
        };
    }

    private static String orElse(@Nullable String reason, IOException failure) {
        return reason == null ? failure.toString() : reason;
    }
}
