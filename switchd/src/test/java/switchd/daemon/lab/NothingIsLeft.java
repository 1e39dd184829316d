package switchd.daemon.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/// What [NeedsLab] marks leaves nothing: interfaces, namespaces, sockets, files and processes are
/// as they were before the first lab of this JVM.
final class NothingIsLeft implements BeforeAllCallback, AfterAllCallback, AfterEachCallback {
    private static @Nullable Machine before;

    @Override
    public void beforeAll(ExtensionContext context) {
        Lab.machineBefore();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        check(context);
    }

    /// A class that is marked as a whole may keep its lab until its end.
    @Override
    public void afterEach(ExtensionContext context) {
        if (AnnotationSupport.isAnnotated(context.getElement(), NeedsLab.class)) {
            check(context);
        }
    }

    private static void check(ExtensionContext context) {
        Machine expected = before == null ? Lab.machineBefore() : before;
        // What one class leaves is not the next one's fault.
        before = Machine.now();
        assertThat(before).as("the machine after %s", context.getDisplayName()).isEqualTo(expected);
    }
}
